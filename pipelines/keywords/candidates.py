"""The phrases of a text that could be key phrases, with their places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

LONGEST_PHRASE = 3
LONGEST_WORD = 40
LONGEST_TEXT = 50_000
_WORD = re.compile(r"[^\W_]+(?:['’&.+-][^\W_]+)*[+#]*")
# Endings of English words that are rarely the head of a noun phrase: slowly, arrived (not: speed).
_ADVERB = re.compile(r".{3,}ly$")
_PARTICIPLE = re.compile(r".{2,}[^e]ed$")


@dataclass(frozen=True)
class Candidate:
    """A phrase of a text.

    Attributes:
        key: its words casefolded.
        text: as it is written most often.
        spans: start and end of each place, in order.
    """

    key: tuple[str, ...]
    text: str
    spans: tuple[tuple[int, int], ...]


def content_words(text: str, stop: Collection[str]) -> list[list[tuple[str, int, int]]]:
    """Runs of neighbouring words without stop words and punctuation: key, start and end of each.

    Args:
        text: up to 50,000 characters are read.
        stop: casefolded words that end a run.
    """
    runs: list[list[tuple[str, int, int]]] = [[]]
    last = 0
    for word in _WORD.finditer(text[:LONGEST_TEXT]):
        between = text[last : word.start()]
        key = word.group().casefold().replace("’", "'")
        key = key.removesuffix("'s")
        if between.strip() or "\n\n" in between:
            runs.append([])
        if key in stop or len(key) > LONGEST_WORD or len(key) == 1 or not _has_letter(key):
            runs.append([])
        else:
            runs[-1].append((key, word.start(), word.start() + _length(word.group(), key)))
        last = word.end()
    return [run for run in runs if run]


def candidates(text: str, stop: Collection[str], longest: int = LONGEST_PHRASE) -> list[Candidate]:
    """Phrases of one to `longest` content words, in the order of their first place."""
    places: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for run in content_words(text, stop):
        for first in range(len(run)):
            for last in range(first, min(first + longest, len(run))):
                key = tuple(word for word, _, _ in run[first : last + 1])
                if _nominal(key):
                    places.setdefault(key, []).append((run[first][1], run[last][2]))
    found = []
    for key, spans in places.items():
        written = Counter(" ".join(text[start:end].split()) for start, end in spans)
        found.append(Candidate(key, written.most_common(1)[0][0], tuple(spans)))
    return found


def _nominal(key: tuple[str, ...]) -> bool:
    if len(set(key)) < len(key) or _ADVERB.match(key[0]) or _ADVERB.match(key[-1]):
        return False
    # "collected signatures" is one, "shade arrived" and "arrived" are not.
    return not any(_PARTICIPLE.match(word) for word in key[1:] or key)


def _has_letter(word: str) -> bool:
    return any(each.isalpha() for each in word)


def _length(word: str, key: str) -> int:
    """Characters of a word without its possessive ending, which casefolding may have shifted."""
    return len(word) - 2 if word.casefold().replace("’", "'") == f"{key}'s" else len(word)
