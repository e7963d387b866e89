"""Rows in tenths by their risk: how many of the bad ones the riskiest hold, and at what rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.errors import DataError
from pipelines.evaluation.areas import Ranking
from pipelines.evaluation.intervals import wilson


@dataclass(frozen=True)
class Decile:
    """A tenth of the rows, the riskiest being the first.

    Attributes:
        number: 1 for the riskiest.
        n: rows in it.
        least: lowest probability in it.
        most: highest probability in it.
        expected: mean probability.
        events: rows of the class; not whole where rows of equal probability stand on both sides of
            a cut, as these are shared out evenly.
        rate: share of the class.
        low: lower end of the rate's Wilson interval.
        high: upper end of it.
        lift: rate over that of all rows.
        gain: share of all rows of the class in this tenth and the riskier ones.
        cumulative_lift: lift of this tenth and the riskier ones together.
        apart: share of the class reached so far less the share of the others; its maximum over all
            rows is the distance of Kolmogorov and Smirnov.
    """

    number: int
    n: int
    least: float
    most: float
    expected: float
    events: float
    rate: float
    low: float
    high: float
    lift: float
    gain: float
    cumulative_lift: float
    apart: float


def decile_table(
    truth: Sequence[bool] | np.ndarray,
    probability: Sequence[float] | np.ndarray,
    *,
    parts: int = 10,
    level: float = 0.95,
) -> tuple[Decile, ...]:
    """Rows by falling probability in parts of equal size.

    Args:
        truth: (n,) whether a row is of the class.
        probability: (n,) of it.
        parts: how many; fewer where there are fewer rows.
        level: of the intervals.

    Raises:
        DataError: lengths that differ, or no row of the class.
    """
    actual, chance = np.asarray(truth, dtype=float), np.asarray(probability, dtype=float)
    if len(actual) != len(chance):
        raise DataError(
            f"There are {len(chance):,} probabilities for {len(actual):,} rows; give one for each."
        )
    total, n = float(actual.sum()), len(actual)
    if total == 0:
        raise DataError("Lift and gain need a row of the class; there is none.")
    ranking = Ranking.of(chance, actual > 0)
    order = ranking.order[::-1]
    values, events = chance[order], _shared(ranking)[::-1]
    found: list[Decile] = []
    seen = hits = 0.0
    for number, rows in enumerate(np.array_split(np.arange(n), min(parts, n)), start=1):
        size, own = len(rows), float(events[rows].sum())
        seen, hits = seen + size, hits + own
        low, high = wilson(min(own, size), size, level)
        others = (seen - hits) / (n - total) if n > total else 0.0
        found.append(Decile(
            number, size, float(values[rows[-1]]), float(values[rows[0]]),
            float(values[rows].mean()), own, own / size, low, high, own / size / (total / n),
            hits / total, hits / seen / (total / n), hits / total - others,
        ))
    return tuple(found)


def gain_curve(
    truth: np.ndarray, probability: np.ndarray, points: int = 100
) -> tuple[np.ndarray, np.ndarray]:
    """Share of the rows, the riskiest first, and share of the class among them, each (points + 1,)."""
    ranking = Ranking.of(np.asarray(probability, dtype=float), np.asarray(truth, dtype=bool))
    reached = np.append(0.0, np.cumsum(_shared(ranking)[::-1]))
    if reached[-1] == 0:
        raise DataError("Lift and gain need a row of the class; there is none.")
    shares = np.linspace(0, 1, points + 1)
    at = shares * (len(reached) - 1)
    return shares, np.interp(at, np.arange(len(reached)), reached) / reached[-1]


def _shared(ranking: Ranking) -> np.ndarray:
    """(n,) by rising score, each row with the share of the class among the rows of its score."""
    sizes = np.diff(ranking.ends, prepend=-1)
    hits = np.diff(np.cumsum(ranking.positive)[ranking.ends], prepend=0)
    shared: np.ndarray = np.repeat(hits / sizes, sizes)
    return shared
