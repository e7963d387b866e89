"""From which score on a row is flagged: what each threshold costs, and which one to take.

Either the one that costs least, or the highest one that finds a wanted share of the rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.errors import DataError, OptionError
from pipelines.evaluation.intervals import wilson

# A 95 % interval leaves this much on the side below.
OUTSIDE = 0.025


@dataclass(frozen=True)
class ThresholdTable:
    """What happens at each threshold, in rising order; rows with score >= threshold are flagged.

    Attributes:
        thresholds: (t,).
        precision: (t,) share of the flagged rows that are positive; 1 where none is flagged.
        recall: (t,) share of the positive rows that are flagged.
        flagged: (t,) share of all rows that are flagged.
        cost: (t,) total over the rows, in the unit of the two costs.
    """

    thresholds: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    flagged: np.ndarray
    cost: np.ndarray


@dataclass(frozen=True)
class Threshold:
    """The cheapest threshold of some rows and its cost per row; infinite if none is flagged."""

    threshold: float
    cost_per_row: float


@dataclass(frozen=True)
class HonestThreshold:
    """A threshold chosen on one half of the rows and reported on the other.

    Attributes:
        threshold: chosen on the first half.
        cost_per_row: on the second half.
        cost_per_row_when_chosen: on the half it was chosen on, which flatters it.
        cost_per_row_of_half: of the usual threshold 0.5, on the second half.
        precision: on the second half, None when nothing is flagged.
        recall: on the second half.
        recall_low: lower end of its 95 % Wilson interval.
        recall_high: upper end of it.
        flagged: share of the second half that is flagged.
        n: rows of the second half.
    """

    threshold: float
    cost_per_row: float
    cost_per_row_when_chosen: float
    cost_per_row_of_half: float
    precision: float | None
    recall: float
    recall_low: float
    recall_high: float
    flagged: float
    n: int


@dataclass(frozen=True)
class SensitivityThreshold:
    """A threshold chosen for a sensitivity on some rows and reported on others.

    Attributes:
        wanted: the sensitivity that it was chosen for, 0 to 1.
        threshold: rows with score >= threshold are flagged.
        positives_when_chosen: positive rows among those that chose; 0 where the user did.
        sensitivity_when_chosen: on these; at least `wanted`, which flatters it. NaN without any.
        found: positive rows that are flagged among those that did not choose.
        positives: positive rows among those.
        sensitivity_low: lower end of the 95 % Wilson interval of their share.
        sensitivity_high: upper end of it.
        left_alone: other rows that are not flagged, among those that did not choose.
        others: other rows among those.
        specificity_low: lower end of the 95 % Wilson interval of their share.
        specificity_high: upper end of it.
        needed: positive rows that it takes on each side to show the wanted sensitivity at all.
        reach: the most that the rows that chose can show: the lower end of the exact 95 % interval
            if all of their positive rows were found.
    """

    wanted: float
    threshold: float
    positives_when_chosen: int
    sensitivity_when_chosen: float
    found: int
    positives: int
    sensitivity_low: float
    sensitivity_high: float
    left_alone: int
    others: int
    specificity_low: float
    specificity_high: float
    needed: int | None
    reach: float

    @property
    def sensitivity(self) -> float:
        """Share of the positive rows that is flagged, on rows that did not choose."""
        return self.found / self.positives

    @property
    def specificity(self) -> float:
        """Share of the other rows that is left alone, on rows that did not choose."""
        return self.left_alone / self.others

    @property
    def flagged(self) -> float:
        """Share of the rows that did not choose that is flagged."""
        return (self.found + self.others - self.left_alone) / (self.positives + self.others)

    @property
    def enough(self) -> bool:
        """Whether both sides have the positive rows to show the wanted sensitivity at all."""
        fewest = min(self.positives, self.positives_when_chosen or self.positives)
        return self.needed is not None and fewest >= self.needed

    @property
    def shown(self) -> bool:
        """Whether the rows that did not choose show that the wanted sensitivity is reached."""
        return self.sensitivity_low >= self.wanted

    @property
    def tells_apart(self) -> bool:
        """Whether the positive rows are flagged more often than the others, beyond chance."""
        return self.sensitivity_low > 1 - self.specificity


def threshold_table(
    truth: np.ndarray,
    score: np.ndarray,
    thresholds: np.ndarray | None = None,
    *,
    cost_false_positive: float = 1.0,
    cost_false_negative: float = 1.0,
) -> ThresholdTable:
    """Returns precision, recall, flagged share and cost at each threshold.

    Args:
        truth: (n,) whether a row is of the positive class.
        score: (n,) higher for rows more likely to be.
        thresholds: (t,) ascending; 0, 0.01 to 1 if not given.
        cost_false_positive: of flagging a row that is not positive.
        cost_false_negative: of not flagging one that is.

    Raises:
        DataError: no rows, or none that is positive.
    """
    positive, values = _checked(truth, score)
    cuts = np.linspace(0, 1, 101) if thresholds is None else np.asarray(thresholds, dtype=float)
    order = np.argsort(values, kind="stable")
    first = np.searchsorted(values[order], cuts, side="left")
    hits_from = np.append(np.cumsum(positive[order][::-1])[::-1], 0)
    hits, flagged = hits_from[first].astype(float), (len(values) - first).astype(float)
    total = float(positive.sum())
    precision = np.divide(hits, flagged, out=np.ones(len(cuts)), where=flagged > 0)
    cost = cost_false_positive * (flagged - hits) + cost_false_negative * (total - hits)
    return ThresholdTable(cuts, precision, hits / total, flagged / len(values), cost)


def best_threshold(
    truth: np.ndarray,
    score: np.ndarray,
    cost_false_positive: float = 1.0,
    cost_false_negative: float = 1.0,
) -> Threshold:
    """Returns the cheapest threshold among the scores themselves; of equal ones the highest.

    It lies halfway to the next lower score, so that it does not hang on the last digit of one row.

    Args:
        truth: (n,) whether a row is of the positive class.
        score: (n,) higher for rows more likely to be.
        cost_false_positive: of flagging a row that is not positive.
        cost_false_negative: of not flagging one that is.

    Raises:
        DataError: no rows, or none that is positive.
    """
    values = np.unique(np.asarray(score, dtype=float))
    cuts = np.append(values, np.inf)
    table = threshold_table(
        truth,
        score,
        cuts,
        cost_false_positive=cost_false_positive,
        cost_false_negative=cost_false_negative,
    )
    at = int(np.flatnonzero(table.cost <= table.cost.min() + 1e-9)[-1])
    cut = float(cuts[at])
    if np.isfinite(cut) and at > 0:
        cut = float((cuts[at - 1] + cuts[at]) / 2)
    return Threshold(cut, float(table.cost[at] / len(np.asarray(truth))))


def honest_threshold(
    truth: np.ndarray,
    score: np.ndarray,
    cost_false_positive: float = 1.0,
    cost_false_negative: float = 1.0,
    *,
    seed: int = 0,
) -> HonestThreshold:
    """Chooses the cheapest threshold on one random half and reports it on the other.

    The halves hold the positive rows in equal shares.

    Raises:
        DataError: fewer than two positive or two other rows.
    """
    positive, values = _checked(truth, score)
    chosen = _half(positive, seed)
    best = best_threshold(
        positive[chosen], values[chosen], cost_false_positive, cost_false_negative
    )
    report = threshold_table(
        positive[~chosen],
        values[~chosen],
        np.array([best.threshold, 0.5]),
        cost_false_positive=cost_false_positive,
        cost_false_negative=cost_false_negative,
    )
    n, of_class = int((~chosen).sum()), int(positive[~chosen].sum())
    hits = round(float(report.recall[0]) * of_class)
    low, high = wilson(hits, of_class)
    return HonestThreshold(
        best.threshold,
        float(report.cost[0] / n),
        best.cost_per_row,
        float(report.cost[1] / n),
        float(report.precision[0]) if report.flagged[0] > 0 else None,
        float(report.recall[0]),
        low,
        high,
        float(report.flagged[0]),
        n,
    )


def reach_of(positives: int) -> float:
    """The most that so many positive rows can show: the lower end of the exact 95 % interval of the
    share that is found, if all of them are.

    Source:
        Clopper, C. J. and Pearson, E. S. (1934), The use of confidence or fiducial limits illustrated
        in the case of the binomial. Biometrika 26, 404-413.
    """
    return float(OUTSIDE ** (1 / positives))


def needed_to_show(wanted: float) -> int | None:
    """The fewest positive rows whose `reach_of` is a wanted share: 72 for 0.95, none for 1."""
    return None if wanted == 1 else math.ceil(math.log(OUTSIDE) / math.log(wanted))


def threshold_for_sensitivity(
    truth: np.ndarray,
    score: np.ndarray,
    wanted: float,
    seed: int = 0,
    *,
    validation: np.ndarray | None = None,
) -> SensitivityThreshold:
    """Chooses the highest threshold that finds a wanted share of the positive rows.

    It is chosen on validation rows and reported on the others, by default on random halves that hold
    the positive rows in equal shares.

    Args:
        truth: (n,) whether a row is of the positive class.
        score: (n,) higher for rows more likely to be.
        wanted: share of the positive rows to be found, above 0 and at most 1.
        seed: of the halves.
        validation: (n,) whether a row may choose, where the data have rows for that.

    Raises:
        OptionError: `wanted` is no such share.
        DataError: the rows that choose hold no positive one, or the others not both kinds.
    """
    if not 0 < wanted <= 1:
        raise OptionError(
            f"The sensitivity wanted is {wanted:g}, but has to be above 0 and at most 1."
        )
    positive, values = _checked(truth, score)
    chosen = _half(positive, seed) if validation is None else np.asarray(validation, dtype=bool)
    ranked = np.sort(values[chosen & positive])[::-1]
    known, rest = values[~chosen & positive], values[~chosen & ~positive]
    if not (len(ranked) and len(known) and len(rest)):
        raise DataError(
            "Choosing and checking a threshold takes a row of the class to choose on, and one row of "
            f"the class and one other to check on; found {len(ranked)}, {len(known)} and {len(rest)}."
        )
    # 0.55 * 100 is a little more than 55.
    to_find = max(1, math.ceil(wanted * len(ranked) - 1e-9))
    threshold = float(ranked[to_find - 1])
    found, left_alone = int((known >= threshold).sum()), int((rest < threshold).sum())
    return SensitivityThreshold(
        wanted, threshold, len(ranked), float((ranked >= threshold).mean()),
        found, len(known), *wilson(found, len(known)),
        left_alone, len(rest), *wilson(left_alone, len(rest)),
        needed_to_show(wanted), reach_of(len(ranked)),
    )


def _half(positive: np.ndarray, seed: int) -> np.ndarray:
    """(n,) whether a row chooses: half of the positive and half of the other rows, at random."""
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(positive), dtype=bool)
    for kind in (True, False):
        rows = np.flatnonzero(positive == kind)
        if len(rows) < 2:
            raise DataError(
                "A threshold can be chosen and checked only with two rows of the class and two "
                f"others at least; found {int(positive.sum())} and {int((~positive).sum())}."
            )
        chosen[rng.permutation(rows)[: len(rows) // 2]] = True
    return chosen


def _checked(truth: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    positive, values = np.asarray(truth, dtype=bool), np.asarray(score, dtype=float)
    if len(positive) != len(values):
        raise DataError(f"There are {len(values):,} scores for {len(positive):,} labelled rows.")
    if not positive.any():
        raise DataError("A threshold needs rows of the class to be found; there is none.")
    return positive, values
