"""Numbers as pieces of a line and categories as flags: what lets a linear layer bend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from pipelines.learnt_arrays import rising

MOST_CELLS = 40_000_000


@dataclass(frozen=True)
class Pieces:
    """Piecewise-linear encoding (Gorishniy et al. 2022, equation 1) with flags of what is missing.

    A number becomes one cell for each piece between two edges: 1 above the piece, 0 below it, and
    the share of the way inside. A missing number is all zeros and a flag; a category is one flag.

    Attributes:
        edges: of each column, rising; empty for a category.
        levels: number of levels of each column that is a category; 0 for a number.
        flagged: whether each column has a flag of its own for missing.
    """

    edges: tuple[tuple[float, ...], ...]
    levels: tuple[int, ...]
    flagged: tuple[bool, ...]

    @property
    def owner(self) -> np.ndarray:
        """(q,) the position of the column that each cell comes from."""
        return np.repeat(np.arange(len(self.levels)), self.widths)

    @property
    def widths(self) -> list[int]:
        """Cells of each column."""
        return [
            max(0, len(edges) - 1) + levels + flagged
            for edges, levels, flagged in zip(self.edges, self.levels, self.flagged, strict=True)
        ]

    def encode(self, values: np.ndarray) -> np.ndarray:
        """(n, q) float32 cells between 0 and 1 of (n, p) numbers and codes, NaN where missing."""
        cells = np.zeros((len(values), sum(self.widths)), dtype=np.float32)
        at = 0
        for column, (edges, levels, flagged) in enumerate(
            zip(self.edges, self.levels, self.flagged, strict=True)
        ):
            given = np.asarray(values[:, column], dtype=np.float64)
            missing = ~np.isfinite(given)
            if levels:
                codes = np.where(missing, -1, given).astype(np.int64)
                known = (codes >= 0) & (codes < levels)
                cells[np.flatnonzero(known), at + codes[known]] = 1.0
                missing = ~known
            for low, high in pairwise(edges):
                share = (np.where(missing, low, given) - low) / (high - low)
                cells[:, at] = np.clip(share, 0.0, 1.0)
                at += 1
            at += levels
            if flagged:
                cells[:, at] = missing
                at += 1
        return cells

    def check(self, levels: Sequence[int]) -> None:
        """Refuse pieces of other columns.

        Args:
            levels: number of levels of each column that they read; 0 of a number.

        Raises:
            ValueError: there are more or fewer columns, or more levels than a column has.
        """
        if not len(self.edges) == len(self.levels) == len(self.flagged) == len(levels):
            raise ValueError("pieces of other columns")
        if any(not 0 <= own <= most for own, most in zip(self.levels, levels, strict=True)):
            raise ValueError("pieces of other levels")

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON keeps it to the digit."""
        return {
            "edges": [list(each) for each in self.edges], "levels": list(self.levels),
            "flagged": list(self.flagged),
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Pieces:
        """What `to_json` gave.

        Raises:
            ValueError: edges do not rise.
        """
        return cls(
            tuple(rising(each) for each in facts["edges"]),
            tuple(int(each) for each in facts["levels"]),
            tuple(bool(each) for each in facts["flagged"]),
        )


def learn_pieces(values: np.ndarray, categorical: np.ndarray, most: int) -> Pieces:
    """Pieces with about as many training rows in each.

    Args:
        values: (n, p) numbers, and codes of categories, NaN where missing.
        categorical: (p,) whether each column is a category.
        most: pieces of a column; fewer, or none, where the table is too large for the memory.
    """
    rows, columns = values.shape
    most = min(most, MOST_CELLS // max(1, rows * columns))
    edges: list[tuple[float, ...]] = []
    levels: list[int] = []
    flagged: list[bool] = []
    for column in range(columns):
        given = np.asarray(values[:, column], dtype=np.float64)
        here = given[np.isfinite(given)]
        flagged.append(len(here) < rows or bool(categorical[column]))
        if categorical[column]:
            levels.append(int(here.max()) + 1 if len(here) else 0)
            edges.append(())
            continue
        levels.append(0)
        cuts = _cuts(here, most) if most > 1 and len(here) else here[:0]
        edges.append(tuple(float(cut) for cut in cuts) if len(cuts) > 1 else ())
    return Pieces(tuple(edges), tuple(levels), tuple(flagged))


def _cuts(here: np.ndarray, most: int) -> np.ndarray:
    """Edges of at most so many pieces, rising.

    A value that fills a piece by itself, such as no late payment, is an edge, and the others share
    the pieces that are left, so that the few rows beyond it have some of their own.
    """
    values, counts = np.unique(here, return_counts=True)
    if len(values) <= most + 1:
        return values
    common = counts > len(here) / most
    rest = np.repeat(values[~common], counts[~common])
    steps = np.linspace(0, 1, max(2, most - int(common.sum())) + 1)
    return np.unique(np.r_[values[common], np.quantile(rest, steps, method="nearest")])
