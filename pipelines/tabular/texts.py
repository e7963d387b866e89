"""Columns of sentences as a few numbers: the main directions of their MiniLM embeddings."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

PARTS = 8
MOST_TEXTS = 20_000
_LONGEST = 1_000


class _Remembered:
    """Embeddings by text, so that no text is embedded once a fold; bounded, for all sessions."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[bytes, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def embed(self, texts: list[str]) -> np.ndarray:
        """Embeddings (n, 384) float32 of different texts."""
        marks = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        with self._lock:
            found = {mark: self._known[mark] for mark in marks if mark in self._known}
        new = [at for at, mark in enumerate(marks) if mark not in found]
        if new:
            from pipelines.runtime.minilm import sentence_encoder

            for at, row in zip(new, sentence_encoder().run([texts[at] for at in new]), strict=True):
                found[marks[at]] = row.astype(np.float32)
        with self._lock:
            for mark in marks:
                self._known[mark] = found[mark]
                self._known.move_to_end(mark)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return np.stack([found[mark] for mark in marks])


_EMBEDDINGS = _Remembered(MOST_TEXTS)


@dataclass(frozen=True)
class TextParts:
    """Directions of embeddings, from training texts.

    Attributes:
        centre: Mean embedding, (384,) float32.
        directions: Rows of unit length, (parts, 384) float32.
    """

    centre: np.ndarray = field(repr=False)
    directions: np.ndarray = field(repr=False)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the numbers: a direction of meaning has none of its own."""
        return tuple(f"meaning {number + 1}" for number in range(len(self.directions)))

    def read(self, cells: pd.Series) -> np.ndarray:
        """The place of each text along the directions, (n, parts) float64; missing is NaN."""
        codes, distinct = _distinct(cells)
        found = np.full((len(distinct) + 1, len(self.directions)), np.nan)
        if len(distinct):
            found[:-1] = (_EMBEDDINGS.embed(distinct) - self.centre) @ self.directions.T
        return found[codes]


def text_parts(cells: pd.Series) -> TextParts:
    """The main directions of the texts of a column, as many as its number of texts can carry."""
    codes, distinct = _distinct(cells)
    embedded = _EMBEDDINGS.embed(distinct)
    weights = np.bincount(codes[codes >= 0], minlength=len(distinct))[:, None]
    centre = (embedded * weights).sum(axis=0) / weights.sum()
    spread = (embedded - centre) * np.sqrt(weights)
    _, vectors = np.linalg.eigh(spread.T.astype(np.float64) @ spread)
    most = max(1, min(PARTS, len(distinct) // 20))
    directions = vectors[:, ::-1][:, :most].T
    # The sign of an eigenvector is arbitrary: the largest number is positive on every machine.
    largest = directions[np.arange(most), np.abs(directions).argmax(axis=1)]
    directions = directions * np.sign(largest)[:, None]
    return TextParts(centre.astype(np.float32), directions.astype(np.float32))


def _distinct(cells: pd.Series) -> tuple[np.ndarray, list[str]]:
    text = cells.astype("str").str.strip()
    codes, distinct = pd.factorize(text.where(text != ""), use_na_sentinel=True)
    return codes, [str(each)[:_LONGEST] for each in distinct]
