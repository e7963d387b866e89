"""Rows put together at random, so that a bootstrap of many rows costs no more than one of few.

A sum over rows varies from resample to resample as a sum over random groups of them does, and a
metric that is a function of sums needs only the sums of each group. Up to `MOST_GROUPS` rows every
row is a group of its own, and nothing is approximated.

Source:
    Chamandy, N., Muralidharan, O., Najmi, A. and Naidu, S. (2012), Estimating uncertainty for massive
    data streams, section 3 (bootstrap of buckets).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# The variance is then known to 2 % (sqrt(2 / groups)), which moves an interval's ends by 1 %.
MOST_GROUPS = 5_000


@dataclass(frozen=True)
class RowGroups:
    """A random partition of rows into groups whose sizes differ by one at most.

    Attributes:
        rows: how many there are.
        number: of groups.
        of_row: (rows,) the group of each row, from 0.
    """

    rows: int
    number: int
    of_row: np.ndarray

    @classmethod
    def of(cls, rows: int, seed: int = 0) -> RowGroups:
        """The groups of so many rows; each row is its own where there are few."""
        if rows <= MOST_GROUPS:
            return cls(rows, rows, np.arange(rows))
        order = np.random.default_rng([seed, rows]).permutation(rows)
        return cls(rows, MOST_GROUPS, order % MOST_GROUPS)

    @property
    def signature(self) -> str:
        """What a score's signature says about it; empty where each row is its own group."""
        return "" if self.number == self.rows else f"row-groups:{self.number}"

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sums (number, k) of (rows, k) values of each row."""
        table = np.asarray(values, dtype=np.float64)
        if self.number == self.rows:
            return table
        columns = [np.bincount(self.of_row, column, self.number) for column in table.T]
        return np.stack(columns, axis=1)

    def binned(
        self, which: np.ndarray, width: int, values: np.ndarray | None = None,
        rows: np.ndarray | None = None,
    ) -> np.ndarray:
        """Sums (number, width) of the rows of each bin.

        Args:
            which: bin of each row, from 0.
            width: number of bins.
            values: of each row; 1 if not given.
            rows: positions of the rows that `which` and `values` are about; all if not given.
        """
        group = self.of_row if rows is None else self.of_row[rows]
        at = group * width + which
        found = np.bincount(at, values, self.number * width).reshape(self.number, width)
        return np.asarray(found, dtype=np.float64)
