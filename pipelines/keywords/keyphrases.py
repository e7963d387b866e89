"""Key phrases of texts: frequent here, rare elsewhere, near to the meaning, unlike each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from data.language import detect
from pipelines.keywords.candidates import Candidate, candidates, content_words
from pipelines.keywords.stopwords import stopwords
from pipelines.progress import SILENT, Progress
from pipelines.runtime.relevance import choose
from pipelines.runtime.text_model import TextModel

# Phrases that are compared with the text, the best by statistics.
MOST_COMPARED = 40
RELEVANCE = 0.9
# By number of words. People choose pairs most often: on the 24 articles of the sample these weights
# find 0.26 (F1) of their phrases, weights that grow with the length 0.18.
LENGTHS = {1: 1.0, 2: 1.5, 3: 1.1}


@dataclass(frozen=True)
class Keyword:
    """A phrase chosen from a text.

    Attributes:
        score: relevance, 0 to 1; comparable within a text only.
        start, end: of its first place in the text.
    """

    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Rarity:
    """In how many texts of a column each phrase stands; empty where there is no column."""

    texts: int = 0
    counts: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def of(self, key: tuple[str, ...]) -> float:
        """Smoothed inverse document frequency over its largest value, so at most 1."""
        if not self.texts:
            return 1.0
        most = np.log(1 + self.texts) + 1
        return float((np.log((1 + self.texts) / (1 + self.counts[key])) + 1) / most)


def rarity(texts: Sequence[str], progress: Progress = SILENT) -> Rarity:
    """How rare the phrases of a column are."""
    counts: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        counts.update({each.key for each in candidates(text, _stop(text))})
        progress.advance(1)
    return Rarity(len(texts), counts)


def frequent_words(text: str, most: int) -> list[Keyword]:
    """The most frequent content words; of equally frequent ones the first."""
    words = [word for run in content_words(text, _stop(text)) for word in run]
    counts = Counter(key for key, _, _ in words)
    first = {key: (start, end) for key, start, end in reversed(words)}
    top = counts.most_common(most)
    return [
        Keyword(text[slice(*first[key])], *first[key], score=round(count / top[0][1], 4))
        for key, count in top
    ]


def keyphrases(text: str, most: int, encoder: TextModel, rare: Rarity) -> list[Keyword]:
    """The key phrases of a text, the most relevant first.

    Relevance is the mean of two parts: how often a phrase stands in the text times its rarity in
    the column, weighted by its length, and the cosine of its embedding with that of the text
    (Bennani-Smires et al. 2018).
    """
    found = candidates(text, _stop(text))
    if not found:
        return []
    strength = np.array([_strength(each, rare) for each in found])
    top = np.argsort(-strength, kind="stable")[:MOST_COMPARED]
    found = [found[each] for each in top]
    strength = strength[top] / strength[top].max()
    # One call for a text: sharing batches with other texts would move embeddings by a rounding.
    vectors = encoder.run([text, *(each.text for each in found)])
    nearness = vectors[1:] @ vectors[0]
    relevance = (strength + nearness) / 2
    order = choose(relevance, vectors[1:] @ vectors[1:].T, len(found), RELEVANCE)
    chosen: list[int] = []
    for each in order:
        if not any(_repeats(found[each], found[other]) for other in chosen):
            chosen.append(each)
    return [
        Keyword(found[each].text, *found[each].spans[0], score=round(float(relevance[each]), 4))
        for each in chosen[:most]
    ]


def _strength(each: Candidate, rare: Rarity) -> float:
    return float(LENGTHS[len(each.key)] * np.log1p(len(each.spans)) * rare.of(each.key))


def _repeats(one: Candidate, other: Candidate) -> bool:
    """Whether half of the words of the shorter phrase stand in the other as well."""
    shared = len(set(one.key) & set(other.key))
    return 2 * shared >= min(len(one.key), len(other.key))


def _stop(text: str) -> frozenset[str]:
    guess = detect([text])
    return stopwords(guess.code if guess else "en")
