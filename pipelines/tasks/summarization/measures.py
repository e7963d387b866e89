"""What can be said of a summary without a reference: how short it is, how much of it is copied."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipelines.pipeline import TextPredictions
from pipelines.sentences import sentence_spans

Span = tuple[int, int]

TRIGRAM = 3
# Less in common than this, and the summary's sentence comes from nowhere in particular.
LEAST_SHARED = 0.3
_WORD = re.compile(r"\w+")


def compression(summary: str, source: str) -> float:
    """Characters of the summary over those of the source; 0 where there is no source."""
    return len(summary.strip()) / len(source.strip()) if source.strip() else 0.0


def overlap(summary: str, source: str) -> float:
    """Share of the summary's word trigrams that stand in the source, 0 to 1.

    A summary of fewer than three words counts as one n-gram; an empty one has an overlap of 0.
    """
    words = _words(summary)
    size = min(TRIGRAM, len(words))
    if not size:
        return 0.0
    theirs = set(_ngrams(_words(source), size))
    ours = _ngrams(words, size)
    return sum(each in theirs for each in ours) / len(ours)


def closest(summary: str, source: str) -> list[Span | None]:
    """For each sentence of the summary the span in the source that shares most words with it.

    Returns:
        As many as `sentence_spans(summary)` has; None where less than 0.3 of the words of the
        summary's sentence are shared.
    """
    places = sentence_spans(source)
    counts = [Counter(_words(source[start:end])) for start, end in places]
    found: list[Span | None] = []
    for start, end in sentence_spans(summary):
        words = Counter(_words(summary[start:end]))
        shared = [(words & each).total() for each in counts]
        best = int(np.argmax(shared)) if shared else -1
        enough = best >= 0 and shared[best] >= LEAST_SHARED * max(1, words.total())
        found.append(places[best] if enough else None)
    return found


def extracted(sources: Sequence[str], places: Sequence[Sequence[Span]]) -> TextPredictions:
    """Summaries made of sentences of their sources, each on one line, with `summaries`' columns."""
    texts = [
        " ".join(" ".join(source[start:end].split()) for start, end in some)
        for source, some in zip(sources, places, strict=True)
    ]
    return summaries(texts, sources, places)


def summaries(
    texts: Sequence[str], sources: Sequence[str], places: Sequence[Sequence[Span | None]]
) -> TextPredictions:
    """Summaries with the columns that every model gives.

    Args:
        texts: the summaries.
        sources: what they summarise.
        places: start and end in the source of each sentence of each summary.

    Returns:
        Columns `compression`, `overlap` and `sentences`, the places as JSON.
    """
    spans = np.empty(len(texts), dtype=object)
    spans[:] = [json.dumps(each) for each in places]
    answers = np.empty(len(texts), dtype=object)
    answers[:] = list(texts)
    pairs = list(zip(texts, sources, strict=True))
    return TextPredictions(
        answers,
        {
            "compression": np.asarray([round(compression(*pair), 4) for pair in pairs], dtype=float),
            "overlap": np.asarray([round(overlap(*pair), 4) for pair in pairs], dtype=float),
            "sentences": spans,
        },
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _ngrams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]
