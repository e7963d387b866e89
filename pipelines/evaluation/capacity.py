"""What is found where only so many rows can be looked at: those with the highest probabilities.

Where equal probabilities stand on both sides of the border, chance decides which of their rows are
looked at; every number here is the mean over all ways it can.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.errors import OptionError
from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.grouped_rows import RowGroups
from pipelines.evaluation.intervals import percentile_interval, wilson

AT_CAPACITY = ("precision_at_capacity", "recall_at_capacity")
RESAMPLES = 2000
POINTS = 160
# A resample has its border near that of the rows: six standard errors are always enough, and between
# so many cuts of that window hits grow evenly.
WINDOW, CUTS = 6.0, 64
# A curve goes on this many times past the capacity, and to this share at least.
PAST, LEAST_SHOWN = 3.0, 0.15
LEVELS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3)


def reviewed(capacity: float, rows: int) -> int:
    """How many of so many rows are looked at: the nearest whole number, at least one.

    Raises:
        OptionError: the capacity is no share above 0.
    """
    if not 0 < capacity <= 1:
        raise OptionError(
            f"The capacity is {capacity:g}, but has to be a share of the rows above 0 and at most 1."
        )
    return min(rows, max(1, int(capacity * rows + 0.5)))


def expected_hits(truth: np.ndarray, chance: np.ndarray, looked_at: np.ndarray) -> np.ndarray:
    """How many rows of the class are found among those looked at, on average over equal scores.

    Args:
        truth: (n,) whether a row is of the class.
        chance: (n,) higher for rows that are looked at first.
        looked_at: (k,) numbers of rows, 0 to n.

    Returns:
        (k,) hits: those above the border, and of the rows on it as many as a random draw holds.
    """
    values, at = np.unique(-np.asarray(chance, dtype=float), return_inverse=True)
    held = np.bincount(at, minlength=len(values))
    own = np.bincount(at, np.asarray(truth, dtype=float), len(values))
    # Between two ends of runs of equal scores the mean grows evenly.
    return np.interp(looked_at, np.append(0, np.cumsum(held)), np.append(0.0, np.cumsum(own)))


class CapacityStatistics:
    """What each group of rows adds to precision and recall at a capacity.

    Args:
        truth: (n,) whether a row is of the class.
        chance: (n,) probability of it.
        capacity: share of the rows that can be looked at.
        groups: of the rows.

    Attributes:
        looked_at: number of rows.
    """

    def __init__(
        self, truth: np.ndarray, chance: np.ndarray, capacity: float, groups: RowGroups
    ) -> None:
        positive = np.asarray(truth, dtype=bool)
        self.looked_at = reviewed(capacity, len(positive))
        self._share = self.looked_at / len(positive)
        hits = expected_hits(positive, chance, np.array([self.looked_at]))
        self._values = _rates(hits, np.array([self.looked_at]), np.array([positive.sum()]))
        which, self._bins = _around_border(chance, self.looked_at)
        own = np.flatnonzero(positive)
        self._table = np.concatenate([
            groups.binned(which, self._bins), groups.binned(which[own], self._bins, rows=own),
        ], axis=1)

    def values(self) -> dict[str, float]:
        """Precision and recall of the rows themselves; NaN without rows of the class."""
        return {name: float(each[0]) for name, each in self._values.items()}

    def draws(self, counts: np.ndarray) -> dict[str, np.ndarray]:
        """(b,) precision and recall of resamples, each looked at to the same share.

        Args:
            counts: (groups, b), how often each resample holds each group.
        """
        held, own = np.split(counts.T @ self._table, 2, axis=1)
        reached, found = np.cumsum(held, axis=1), np.cumsum(own, axis=1)
        looked_at = self._share * reached[:, -1]
        at = np.minimum((reached < looked_at[:, None]).sum(axis=1), self._bins - 1)
        each = np.arange(len(at))
        missing = looked_at - (reached[each, at] - held[each, at])
        inside = np.divide(missing, held[each, at], out=np.zeros(len(at)), where=held[each, at] > 0)
        hits = found[each, at] - own[each, at] * (1 - inside)
        return _rates(hits, looked_at, found[:, -1])


@dataclass(frozen=True)
class CapacityPoint:
    """What is found at one capacity.

    Attributes:
        capacity: that was asked for, as a share.
        looked_at: number of rows.
        share: of all rows.
        least: the lowest probability that is looked at.
        hits: of the class among them.
        precision: share of them that is of the class, with its interval.
        recall: share of the class that is among them, with its interval.
        lift: precision over the share of the class among all rows.
    """

    capacity: float
    looked_at: int
    share: float
    least: float
    hits: float
    precision: float
    precision_low: float
    precision_high: float
    recall: float
    recall_low: float
    recall_high: float
    lift: float


@dataclass(frozen=True)
class CapacityCurve:
    """Precision and recall against the number of rows that are looked at.

    Attributes:
        looked_at: (t,) numbers of rows, rising.
        share: (t,) of all rows.
        precision: (t,) with the ends of its pointwise Wilson interval.
        recall: (t,).
    """

    looked_at: np.ndarray
    share: np.ndarray
    precision: np.ndarray
    low: np.ndarray
    high: np.ndarray
    recall: np.ndarray


def worth_showing(capacity: float) -> float:
    """Up to which share of the rows a curve tells something about a capacity."""
    return min(1.0, max(PAST * capacity, LEAST_SHOWN))


def capacity_curve(
    truth: np.ndarray, chance: np.ndarray, most: float = 1.0, level: float = 0.95
) -> CapacityCurve:
    """What is found at every capacity up to `most`, a share of the rows."""
    positive = np.asarray(truth, dtype=bool)
    n = len(positive)
    numbers = np.unique(np.linspace(1, reviewed(most, n), POINTS).round().astype(int))
    hits = expected_hits(positive, chance, numbers)
    found = _rates(hits, numbers, np.full(len(numbers), positive.sum()))
    ends = np.array([
        wilson(float(hit), int(number), level) for hit, number in zip(hits, numbers, strict=True)
    ])
    precision, recall = (found[name] for name in AT_CAPACITY)
    return CapacityCurve(numbers, numbers / n, precision, ends[:, 0], ends[:, 1], recall)


def capacity_point(
    truth: np.ndarray, chance: np.ndarray, capacity: float, *, seed: int = 0, level: float = 0.95,
    resamples: int = RESAMPLES,
) -> CapacityPoint:
    """What is found at a capacity, with the bootstrap intervals that the scores of a run have.

    Raises:
        OptionError: the capacity is no share above 0.
    """
    positive = np.asarray(truth, dtype=bool)
    groups = RowGroups.of(len(positive), seed)
    statistics = CapacityStatistics(positive, chance, capacity, groups)
    drawn = [
        statistics.draws(counts) for counts in Resamples(groups.number, resamples, seed).blocks()
    ]
    values = statistics.values()
    precision, recall = (
        capacity_interval(np.concatenate([each[name] for each in drawn]), values[name], level)
        for name in AT_CAPACITY
    )
    return _point(positive, chance, capacity, precision, recall)


def levels(
    truth: np.ndarray, chance: np.ndarray, capacity: float, level: float = 0.95
) -> tuple[CapacityPoint, ...]:
    """The capacity between usual ones, with Wilson's intervals, which take the rows as given."""
    positive = np.asarray(truth, dtype=bool)
    found = []
    for each in sorted({*LEVELS, capacity}):
        k = reviewed(each, len(positive))
        hits = float(expected_hits(positive, chance, np.array([k]))[0])
        found.append(_point(
            positive, chance, each, wilson(hits, k, level), wilson(hits, int(positive.sum()), level)
        ))
    return tuple(found)


def _point(
    positive: np.ndarray, chance: np.ndarray, capacity: float, precision: tuple[float, float],
    recall: tuple[float, float],
) -> CapacityPoint:
    n, own = len(positive), int(positive.sum())
    k = reviewed(capacity, n)
    hits = float(expected_hits(positive, chance, np.array([k]))[0])
    least = float(np.partition(chance, n - k)[n - k])
    return CapacityPoint(
        capacity, k, k / n, least, hits, hits / k, *precision,
        hits / own if own else float("nan"), *recall, hits / k / (own / n) if own else float("nan"),
    )


def capacity_interval(draws: np.ndarray, value: float, level: float) -> tuple[float, float]:
    """The percentile interval of draws, widened to hold the value; the value where there is none."""
    low, high = percentile_interval(draws, level)
    if low is None or high is None:
        return value, value
    return float(max(0.0, min(low, value))), float(min(1.0, max(high, value)))


def _rates(
    hits: np.ndarray, looked_at: np.ndarray, positives: np.ndarray
) -> dict[str, np.ndarray]:
    some = positives > 0
    precision, recall = AT_CAPACITY
    return {
        precision: np.where(some, hits / np.maximum(looked_at, 1e-12), np.nan),
        recall: np.divide(hits, positives, out=np.full(len(hits), np.nan), where=some),
    }


def _around_border(chance: np.ndarray, looked_at: int) -> tuple[np.ndarray, int]:
    """The bin of each row in falling order of the score, and how many bins there are.

    Every run of equal scores near the border is a bin of its own, or shares one with its neighbours
    where there are many; rows far above and far below it stand together.
    """
    values, at, counts = np.unique(
        -np.asarray(chance, dtype=float), return_inverse=True, return_counts=True
    )
    n = len(chance)
    last = np.cumsum(counts)
    first = last - counts
    half = WINDOW * np.sqrt(looked_at * (1 - looked_at / n)) + 1
    low, high = looked_at - half, looked_at + half
    near = np.flatnonzero((last > low) & (first < high))
    bins = np.zeros(len(values), dtype=np.int64)
    if len(near) <= CUTS:
        bins[near] = np.arange(len(near)) + 1
    else:
        place = (first[near] - first[near[0]]) / (first[near[-1]] - first[near[0]])
        bins[near] = np.unique((place * (CUTS - 1)).astype(int), return_inverse=True)[1] + 1
    bins[near[-1] + 1 :] = bins[near[-1]] + 1
    return bins[at], int(bins.max()) + 1
