"""The rows that probabilities were most wrong about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SurestErrors:
    """Rows on the wrong side of the line, the furthest from what came first.

    Attributes:
        low: positions of rows of the class with the lowest probabilities below the line.
        high: positions of other rows with the highest probabilities above it.
        missed, wronged: how many rows there are of each kind in all.
    """

    low: np.ndarray
    high: np.ndarray
    missed: int
    wronged: int

    def __len__(self) -> int:
        return len(self.low) + len(self.high)


def surest_errors(
    truth: np.ndarray, chance: np.ndarray, cuts: np.ndarray, most: int = 10
) -> SurestErrors:
    """The worst errors of each kind.

    Args:
        truth: (n,) whether a row is of the class.
        chance: (n,) probability of it.
        cuts: (n,) from which probability on each row is said to be of the class.
        most: rows of each kind at most.
    """
    came, flagged = np.asarray(truth, dtype=bool), chance >= cuts
    missed, wronged = np.flatnonzero(came & ~flagged), np.flatnonzero(~came & flagged)
    return SurestErrors(
        missed[np.argsort(chance[missed], kind="stable")][:most],
        wronged[np.argsort(-chance[wronged], kind="stable")][:most],
        len(missed), len(wronged),
    )
