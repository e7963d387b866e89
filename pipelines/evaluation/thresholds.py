"""From which score on a row is flagged: what each threshold costs, and the one that costs least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.errors import DataError
from pipelines.evaluation.intervals import wilson


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
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(values), dtype=bool)
    for kind in (True, False):
        rows = np.flatnonzero(positive == kind)
        if len(rows) < 2:
            raise DataError(
                "A threshold can be chosen and checked only with two rows of the class and two "
                f"others at least; found {int(positive.sum())} and {int((~positive).sum())}."
            )
        chosen[rng.permutation(rows)[: len(rows) // 2]] = True
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


def _checked(truth: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    positive, values = np.asarray(truth, dtype=bool), np.asarray(score, dtype=float)
    if len(positive) != len(values):
        raise DataError(f"There are {len(values):,} scores for {len(positive):,} labelled rows.")
    if not positive.any():
        raise DataError("A threshold needs rows of the class to be found; there is none.")
    return positive, values
