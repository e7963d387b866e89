"""Where the line between rows is drawn: by profit, by how many can be looked at, by what must be found.

A line by capacity or by sensitivity is chosen on rows that the model had not learnt from, and that do
not judge it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

Rule = Literal["profit", "capacity", "sensitivity"]
RULES: tuple[Rule, ...] = get_args(Rule)


@dataclass(frozen=True)
class Decision:
    """How the line is drawn.

    Attributes:
        rule: by profit, by a capacity, or by a sensitivity.
        share: of all rows that can be looked at, or of the rows of the class that have to be found;
            None by profit.
    """

    rule: Rule = "profit"
    share: float | None = None

    @property
    def spared(self) -> str:
        """What is said of a row below the line."""
        return "approved" if self.rule == "profit" else "not flagged"

    @property
    def caught(self) -> str:
        """What is said of a row above the line."""
        return "declined" if self.rule == "profit" else "flagged"


BY_PROFIT = Decision()


@dataclass(frozen=True)
class HeldScores:
    """What a model says of rows that it had not learnt from.

    Attributes:
        chance: (m,) probabilities of the class.
        truth: (m,) whether each row is of it.
    """

    chance: np.ndarray
    truth: np.ndarray

    def threshold(self, decision: Decision) -> float:
        """From which probability on a row is flagged, by a capacity or a sensitivity."""
        assert decision.share is not None, "a profit is not reckoned here"
        if decision.rule == "capacity":
            return threshold_at_capacity(self.chance, decision.share)
        return threshold_that_finds(self.truth, self.chance, decision.share)


@dataclass(frozen=True)
class Choosers:
    """Which rows choose the threshold of each predicted row.

    Attributes:
        held: of each model that predicted: one, and one more for each fold that was predicted anew.
        of_row: (n,) the position of its model among these.
    """

    held: tuple[HeldScores, ...]
    of_row: np.ndarray

    @classmethod
    def of(cls, held: HeldScores, rows: int) -> Choosers:
        """One model for all rows."""
        return cls((held,), np.zeros(rows, dtype=np.int64))

    def cuts(self, decision: Decision) -> np.ndarray:
        """(n,) from which probability on each row is flagged."""
        return np.array([each.threshold(decision) for each in self.held])[self.of_row]

    def take(self, rows: np.ndarray) -> Choosers:
        """Those of some rows."""
        return Choosers(self.held, self.of_row[rows])

    def replaced(self, pieces: Sequence[tuple[np.ndarray, Choosers]]) -> Choosers:
        """The same with those of some rows replaced."""
        held, of_row = list(self.held), self.of_row.copy()
        for rows, others in pieces:
            of_row[rows] = others.of_row + len(held)
            held += others.held
        return Choosers(tuple(held), of_row)

    @property
    def used(self) -> tuple[HeldScores, ...]:
        """Those that choose for a row at all."""
        return tuple(self.held[each] for each in np.unique(self.of_row))


def threshold_at_capacity(chance: np.ndarray, capacity: float) -> float:
    """The threshold that flags a share of rows as near to the capacity as equal scores allow.

    Of two that are equally near, the one that flags fewer. A capacity of less than one of the rows
    is taken as one.

    Args:
        chance: (m,) probabilities.
        capacity: share of the rows, 0 to 1.
    """
    values, counts = np.unique(chance, return_counts=True)
    flagged = np.append(np.cumsum(counts[::-1])[::-1], 0) / max(len(chance), 1)
    away = np.abs(flagged - max(capacity, 1 / max(len(chance), 1)))
    return _between(values, int(np.flatnonzero(away <= away.min() + 1e-12)[-1]))


def threshold_that_finds(truth: np.ndarray, chance: np.ndarray, wanted: float) -> float:
    """The highest threshold that is expected to find a wanted share of new rows of the class.

    A new row of the class is as likely to fall into any of the k + 1 gaps between the k known ones, so
    that the threshold leaves ceil(wanted (k + 1)) of these above it. Where k is too small for that,
    all of them.

    Args:
        truth: (m,) whether a row is of the class.
        chance: (m,) probability of it.
        wanted: share to be found, above 0 and at most 1.

    Returns:
        A threshold halfway to the next lower probability; 0 without rows of the class.

    Source:
        Vovk, V., Gammerman, A. and Shafer, G. (2005), Algorithmic Learning in a Random World, section
        2.2 (conformal prediction within a class).
    """
    ranked = np.sort(chance[np.asarray(truth, dtype=bool)])[::-1]
    if not len(ranked):
        return 0.0
    needed = min(len(ranked), _above(wanted, len(ranked)))
    values = np.unique(chance)
    return _between(values, int(np.searchsorted(values, ranked[needed - 1])))


def can_promise(wanted: float, cases: int) -> bool:
    """Whether a threshold that so many rows of the class chose is expected to find a wanted share.

    Even the lowest of k rows leaves one of the k + 1 gaps below it, so that no more than k of k + 1
    new ones can be promised; without any row all are flagged.
    """
    return cases == 0 or _above(wanted, cases) <= cases


def _above(wanted: float, cases: int) -> int:
    """How many of so many rows have to lie above the threshold; more than there are if too few."""
    # 0.55 * 100 is a little more than 55.
    return max(1, math.ceil(wanted * (cases + 1) - 1e-9))


def _between(values: np.ndarray, at: int) -> float:
    """A threshold that flags the distinct values from `at` on, and none below.

    Halfway between two, so that it does not hang on the last digit of one row.
    """
    if at == 0:
        return 0.0
    low, high = float(values[at - 1]), float(values[at]) if at < len(values) else 1.0
    middle = (low + high) / 2
    return middle if low < middle else math.nextafter(low, math.inf)
