"""Areas under the ROC and precision-recall curves, for rows that count more or less than once.

Rows of equal score stand together: no order among them is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Ranking:
    """Rows in order of their score, lowest first.

    Attributes:
        order: (n,) row numbers by score.
        positive: (n,) bool, in that order.
        ends: (groups,) position of the last row of each group of equal scores.
    """

    order: np.ndarray
    positive: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, score: np.ndarray, positive: np.ndarray) -> Ranking:
        """Ranks rows by ``score`` (n,); ``positive`` (n,) tells which are of the class."""
        order = np.argsort(score, kind="stable")
        ordered = score[order]
        ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(order) - 1)
        return cls(order, np.asarray(positive, dtype=bool)[order], ends)

    @property
    def has_ties(self) -> bool:
        """Whether any two rows have the same score."""
        return len(self.ends) < len(self.order)


@dataclass(frozen=True)
class Areas:
    """Areas per resample; NaN where a resample lacks rows of one kind.

    Attributes:
        roc: (resamples,) area under the ROC curve.
        precision_recall: (resamples,) average precision.
    """

    roc: np.ndarray
    precision_recall: np.ndarray


def weighted_areas(ranking: Ranking, counts: np.ndarray) -> Areas:
    """Returns both areas for each column of counts.

    Args:
        ranking: of n rows.
        counts: (n, b), how often each resample holds each row.

    Source:
        ROC: the trapezoid over groups of equal scores, which is the Mann-Whitney statistic with
        half for ties. Precision-recall: the sum of precision over the steps of recall, without
        interpolation.
    """
    ordered = counts[ranking.order]
    reached = np.cumsum(ordered, axis=0)
    ordered[~ranking.positive] = 0
    positives = np.cumsum(ordered, axis=0, out=ordered)
    total, of_class = reached[-1].copy(), positives[-1].copy()
    if ranking.has_ties:
        reached, positives = reached[ranking.ends], positives[ranking.ends]
    # Only groups with a row of the class add to either sum.
    holds = np.add.reduceat(ranking.positive, np.append(0, ranking.ends[:-1] + 1), dtype=int) > 0
    before = np.flatnonzero(holds) - 1
    first = before[:1] < 0
    upto, upto_positive = reached[holds], positives[holds]
    under, under_positive = reached[before], positives[before]
    under[:1][first] = 0
    under_positive[:1][first] = 0
    gained = upto_positive - under_positive
    negatives_twice = (upto - upto_positive) + (under - under_positive)
    with np.errstate(invalid="ignore", divide="ignore"):
        roc = np.einsum("gb,gb->b", gained, negatives_twice) / (2 * of_class * (total - of_class))
        hits, flagged = of_class - under_positive, total - under
        precision = np.divide(hits, flagged, out=np.zeros_like(hits), where=flagged > 0)
        area = np.einsum("gb,gb->b", gained, precision) / of_class
    defined = (of_class > 0) & (of_class < total)
    return Areas(np.where(defined, roc, np.nan), np.where(defined, area, np.nan))


def area_influence(ranking: Ranking) -> Areas:
    """Returns the influence of each row on both areas, in the rows' own order; their mean is 0.

    The area of a resample is, to first order, the area plus the resample's mean influence. For the
    ROC this is the placement value that DeLong's variance is made of.

    Source:
        DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988), Comparing the areas under two
        or more correlated receiver operating characteristic curves. Biometrics 44, 837-845.
        Efron, B. (1982), The Jackknife, the Bootstrap and Other Resampling Plans, chapter 6
        (infinitesimal jackknife), for average precision.
    """
    rows = len(ranking.order)
    sizes = np.diff(ranking.ends, prepend=-1)
    positives = np.diff(np.cumsum(ranking.positive)[ranking.ends], prepend=0).astype(float)
    negatives = sizes - positives
    of_class, of_rest = positives.sum(), negatives.sum()
    rest_below = np.cumsum(negatives) - negatives / 2
    class_above = of_class - np.cumsum(positives) + positives / 2
    roc = float(positives @ rest_below) / (of_class * of_rest)
    hits = np.cumsum(positives[::-1])[::-1]
    flagged = np.cumsum(sizes[::-1])[::-1]
    precision = hits / flagged
    average_precision = float(positives @ precision) / of_class
    more_flagged = np.cumsum(positives * precision / flagged)
    more_hits = np.cumsum(positives / flagged)
    group = np.repeat(np.arange(len(sizes)), sizes)
    on_roc = np.where(
        ranking.positive,
        (rest_below[group] / of_rest - roc) / of_class,
        (class_above[group] / of_class - roc) / of_rest,
    )
    own = precision + more_hits - average_precision
    on_area = (np.where(ranking.positive, own[group], 0.0) - more_flagged[group]) / of_class
    back = np.empty(rows, dtype=int)
    back[ranking.order] = np.arange(rows)
    return Areas(rows * on_roc[back], rows * on_area[back])
