"""The metrics of one classifier as functions of sums over rows, for one resample or thousands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from pipelines.evaluation.areas import Ranking, area_influence, weighted_areas
from pipelines.evaluation.calibration import BINS, confidence_bins

# Above this many rows the areas of a resample follow from their influence functions, at the cost of
# one sum. Measured on 5,500 rows the ends of the intervals move by 0.0002 at most, and on 10,000
# rows of three classes it takes a tenth of the time; a class with fewer rows than
# LINEAR_ROWS_OF_CLASS is too rare for that and keeps all of them exact.
LINEAR_FROM = 5_000
LINEAR_ROWS_OF_CLASS = 200


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.zeros(below.shape), where=below > 0)


def _share(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.where(below > 0, _ratio(above, below), np.nan)


def _mean_over(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    number = counted.sum(axis=0)
    total = np.where(counted, values, 0.0).sum(axis=0)
    return np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)


def row_losses(truth: np.ndarray, probabilities: np.ndarray, positive: int) -> np.ndarray:
    """Returns (n, 2): the Brier and the log loss of each row.

    Brier's is the squared error of the positive class for two classes, and the sum of squared
    errors over the classes for more. Probabilities are clipped to the smallest step of float64
    before the logarithm, so that one certain mistake does not make the mean infinite.

    Source:
        Brier, G. W. (1950), Verification of forecasts expressed in terms of probability.
    """
    rows = np.arange(len(truth))
    if probabilities.shape[1] == 2:
        brier = (probabilities[:, positive] - (truth == positive)) ** 2
    else:
        brier = (probabilities**2).sum(axis=1) - 2 * probabilities[rows, truth] + 1
    smallest = np.finfo(np.float64).eps
    log_loss = -np.log(np.clip(probabilities[rows, truth], smallest, 1 - smallest))
    return np.column_stack([brier, log_loss])


def within_top(truth: np.ndarray, probabilities: np.ndarray, k: int) -> np.ndarray:
    """Returns (n,) whether the true class is among the k most probable; a tie counts as missed."""
    own = probabilities[np.arange(len(truth)), truth]
    return (probabilities >= own[:, None]).sum(axis=1) <= k


class ClassificationStatistics:
    """Per-row statistics of a system, summed by any number of resamples at once.

    Args:
        truth: (n,) class numbers.
        labels: (n,) predicted class numbers.
        probabilities: (n, k), or None.
        classes: k, the number of classes.
        positive: number of the positive class, for two classes.
        merged: numbers of the classes that are positive together, for more than two.
    """

    def __init__(
        self,
        truth: np.ndarray,
        labels: np.ndarray,
        probabilities: np.ndarray | None,
        classes: int,
        positive: int,
        merged: tuple[int, ...] = (),
    ) -> None:
        self.rows, self.classes, self.positive = len(truth), classes, positive
        self.merged = merged if classes > 2 else ()
        self.probabilities = probabilities
        right = truth == labels
        every = np.arange(self.rows)
        parts = [
            (truth, every, np.ones(self.rows)),
            (labels + classes, every, np.ones(self.rows)),
            (truth[right] + 2 * classes, every[right], np.ones(int(right.sum()))),
        ]
        self._width = 3 * classes
        if self.merged:
            # Taking one positive class for another is no mistake here, so that hits do not tell.
            of_them, said_so = np.isin(truth, self.merged), np.isin(labels, self.merged)
            self._merged_at = self._width
            for rows in (of_them, of_them & said_so, ~of_them & ~said_so):
                here = every[rows]
                parts.append((np.full(len(here), self._width), here, np.ones(len(here))))
                self._width += 1
        self._bins_at = self._width
        self._rankings: tuple[Ranking, ...] = ()
        self._areas = (float("nan"), float("nan"))
        self.linear = False
        if probabilities is not None:
            confidence = probabilities[every, labels]
            parts.append((self._width + confidence_bins(confidence), every, confidence - right))
            self._width += BINS
            self._losses_at = self._width
            dense: list[np.ndarray] = list(row_losses(truth, probabilities, positive).T)
            self._within_five = self._width + len(dense) if classes > 5 else None
            if classes > 5:
                dense.append(within_top(truth, probabilities, 5).astype(float))
            self._areas_at = self._width + len(dense)
            dense += self._prepare_areas(truth, probabilities)
            for column in dense:
                parts.append((np.full(self.rows, self._width), every, column))
                self._width += 1
        which, row, value = (np.concatenate([part[i] for part in parts]) for i in range(3))
        self._sums = sparse.csc_array((value, (row, which)), (self.rows, self._width)).T

    def _prepare_areas(self, truth: np.ndarray, probabilities: np.ndarray) -> Sequence[np.ndarray]:
        held = np.bincount(truth, minlength=self.classes)
        both = np.flatnonzero((held > 0) & (held < self.rows))
        ranked = np.intersect1d(both, [self.positive]) if self.classes == 2 else both
        if len(ranked) == 0:
            return []
        self._rankings = tuple(Ranking.of(probabilities[:, c], truth == c) for c in ranked)
        fewest = min(int(min(held[c], self.rows - held[c])) for c in ranked)
        self.linear = self.rows > LINEAR_FROM and fewest >= LINEAR_ROWS_OF_CLASS
        ones = np.ones((self.rows, 1))
        exact = [weighted_areas(ranking, ones) for ranking in self._rankings]
        self._areas = (
            float(np.mean([areas.roc[0] for areas in exact])),
            float(np.mean([areas.precision_recall[0] for areas in exact])),
        )
        if not self.linear:
            return []
        influences = [area_influence(ranking) for ranking in self._rankings]
        return [
            np.mean([influence.roc for influence in influences], axis=0),
            np.mean([influence.precision_recall for influence in influences], axis=0),
        ]

    def values(self) -> dict[str, float]:
        """Returns the metrics of the rows themselves; NaN where one is not defined."""
        found = self.metrics(np.ones((self.rows, 1)))
        return {name: float(value[0]) for name, value in found.items()}

    def metrics(self, counts: np.ndarray) -> dict[str, np.ndarray]:
        """Returns the (b,) values of every metric in resamples.

        Args:
            counts: (n, b), how often each resample holds each row.
        """
        sums = self._sums @ counts
        k, n = self.classes, counts.sum(axis=0)
        held, said, hits = sums[:k], sums[k : 2 * k], sums[2 * k : 3 * k]
        found = self._of_labels(held, said, hits, n)
        if self.merged:
            of_them, caught, left_alone = sums[self._merged_at : self._merged_at + 3]
            found["sensitivity"] = _share(caught, of_them)
            found["specificity"] = _share(left_alone, n - of_them)
        if self.probabilities is None:
            return found
        gaps = sums[self._bins_at : self._bins_at + BINS]
        at = self._losses_at
        if self._rankings:
            if self.linear:
                drawn = sums[self._areas_at : self._areas_at + 2] / n
                roc, area = self._areas[0] + drawn[0], self._areas[1] + drawn[1]
            else:
                exact = [weighted_areas(ranking, counts) for ranking in self._rankings]
                roc = _nan_mean([areas.roc for areas in exact])
                area = _nan_mean([areas.precision_recall for areas in exact])
            found["roc_auc"], found["pr_auc"] = roc, area
        found["brier"], found["log_loss"] = sums[at] / n, sums[at + 1] / n
        found["ece"] = np.abs(gaps).sum(axis=0) / n
        if self._within_five is not None:
            found["top5_accuracy"] = sums[self._within_five] / n
        return found

    def _of_labels(
        self, held: np.ndarray, said: np.ndarray, hits: np.ndarray, n: np.ndarray
    ) -> dict[str, np.ndarray]:
        recall, precision, f1 = (
            _ratio(hits, held),
            _ratio(hits, said),
            _ratio(2 * hits, held + said),
        )
        seen = held + said > 0
        found = {
            "accuracy": hits.sum(axis=0) / n,
            "balanced_accuracy": _mean_over(recall, held > 0),
            "precision_macro": _mean_over(precision, seen),
            "recall_macro": _mean_over(recall, seen),
            "f1_macro": _mean_over(f1, seen),
            "f1_weighted": (f1 * held).sum(axis=0) / n,
        }
        if self.classes == 2:
            p, rest = self.positive, 1 - self.positive
            found["f1"] = np.where(seen[p], f1[p], np.nan)
            found["sensitivity"] = np.where(held[p] > 0, recall[p], np.nan)
            found["specificity"] = np.where(held[rest] > 0, recall[rest], np.nan)
        return found


def _nan_mean(rows: Sequence[np.ndarray]) -> np.ndarray:
    stacked = np.stack(rows)
    return _mean_over(stacked, np.isfinite(stacked))
