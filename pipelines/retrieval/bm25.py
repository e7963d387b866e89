"""BM25 over the words of passages."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

import numpy as np

# Chosen on the questions of benchmarks/retrieval.py, where they put the right passage first more
# often than the usual 1.5 and 0.75.
K1 = 0.9
B = 0.4

# Words that questions are made of; they say nothing of the passage that answers. Leaving them out
# finds clearly more there; the usual list of stop words, which keeps who, how and did, hardly does.
QUESTION_WORDS = frozenset((
    "what", "who", "whom", "whose", "which", "when", "where", "why", "how", "did", "do", "does",
    "is", "are", "was", "were", "has", "have", "had", "be", "been", "being", "the", "a", "an",
    "of", "in", "on", "to", "for", "with", "by", "at", "from", "as", "it", "its", "this", "that",
    "these", "those", "and", "or", "not", "no", "s", "t",
))  # fmt: skip
_TOKENS = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    "|[^\\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)


def words_of(text: str) -> list[str]:
    """Stems of the words of a text; ideographs and kana stand alone, as no blanks part them."""
    words = [word for word in _TOKENS.findall(text.lower()) if word not in QUESTION_WORDS]
    return [stem(word) if word.isascii() else word for word in words]


def stem(word: str) -> str:
    """The word without common English endings, so that asked, asks and asking are one.

    Plural endings go as in Harman (1991), How effective is suffixing?, table 1, then -ing, -ed, -e
    and -ly and what is left of a doubled consonant.
    """
    word = _singular(word)
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    elif len(word) > 4 and word.endswith("ed"):
        word = word[:-2]
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 4 and word.endswith("ly"):
        word = word[:-2]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


class Bm25:
    """Scores of passages for questions (Robertson and Zaragoza 2009, with Lucene's idf).

    Args:
        texts: what is searched, in order.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        self._vocabulary: dict[str, int] = {}
        ids = [
            [self._vocabulary.setdefault(word, len(self._vocabulary)) for word in words_of(text)]
            for text in texts
        ]
        self._index = None
        if self._vocabulary:
            from bm25s import BM25

            # It sets its own logger to tell every step.
            logging.getLogger("bm25s").setLevel(logging.WARNING)
            self._index = BM25(k1=K1, b=B, method="lucene", backend="numpy")
            # bm25s numbers words by a set's order unless it is given numbers.
            self._index.index(
                (ids, self._vocabulary), create_empty_token=False, show_progress=False
            )

    def scores(self, question: str) -> np.ndarray:
        """A score of each text, shape (texts,); 0 where no word is shared."""
        known = [self._vocabulary[w] for w in words_of(question) if w in self._vocabulary]
        if self._index is None or not known:
            return np.zeros(self._count, dtype=np.float32)
        return self._index.get_scores_from_ids(known)
