"""Metrics of probabilities of a yes/no outcome, as functions of sums over groups of rows.

All resamples of all models then cost one matrix product a model; what a model gains over another
comes from the same resamples for both.
"""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.areas import Ranking, area_influence, weighted_areas
from pipelines.evaluation.calibration import BINS, confidence_bins
from pipelines.evaluation.capacity import CapacityStatistics
from pipelines.evaluation.classification_statistics import row_losses
from pipelines.evaluation.grouped_rows import RowGroups

# Up to so many different scores, or rows of the class, resamples are exact; beyond, the curve that
# Kolmogorov and Smirnov's distance is read off has so many points, and average precision follows
# from its influence function.
EXACT_SCORES = 400
EXACT_POSITIVES = 200
CURVE_BINS = 100
_HEAD = 8


def kolmogorov_smirnov(truth: np.ndarray, score: np.ndarray) -> float:
    """Largest distance between the shares of the two kinds of rows that reach a score; 0 to 1.

    Args:
        truth: (n,) whether a row is of the class; NaN comes back without rows of both kinds.
        score: (n,).
    """
    ranking = Ranking.of(np.asarray(score, dtype=float), np.asarray(truth, dtype=bool))
    hits = np.cumsum(ranking.positive)[ranking.ends].astype(float)
    others = (ranking.ends + 1) - hits
    if hits[-1] == 0 or others[-1] == 0:
        return float("nan")
    return float(np.abs(hits / hits[-1] - others / others[-1]).max())


def usual_calibration_error(
    probability: np.ndarray, *, level: float = 0.95, seed: int = 0, draws: int = 1000
) -> float:
    """The calibration error that chance alone gives a perfectly calibrated model at most.

    Few rows in a bin are off by chance, so that the error is never 0; it stays below this in a share
    `level` of data sets. In each bin the sum of the outcomes is taken as normal.

    Args:
        probability: (n,) of each row.
        level: share of data sets.
        seed: of the draws.
        draws: number of them.

    Source:
        Bröcker, J. and Smith, L. A. (2007), Increasing the reliability of reliability diagrams.
        Weather and Forecasting 22, 651-661 (consistency resampling).
    """
    spread = np.sqrt(np.bincount(confidence_bins(probability), probability * (1 - probability), BINS))
    noise = np.random.default_rng(seed).normal(size=(draws, BINS)) * spread
    return float(np.quantile(np.abs(noise).sum(axis=1) / len(probability), level))


class RiskStatistics:
    """What each group of rows adds to the metrics of one model.

    Args:
        truth: (n,) whether a row is of the class.
        probability: (n,) of being of it.
        threshold: rows from this probability on are said to be of the class; one, or (n,).
        groups: of the rows.
        capacity: share of the rows that can be looked at, where precision there is asked for.

    Attributes:
        table: (groups, k) what each group adds to the sums that `draws` takes.
        exact: whether resamples of average precision are exact.
        capacity: statistics of the rows that are looked at; None where nobody asks.
    """

    def __init__(
        self, truth: np.ndarray, probability: np.ndarray, threshold: float | np.ndarray,
        groups: RowGroups, capacity: float | None = None,
    ) -> None:
        positive = np.asarray(truth, dtype=bool)
        said = probability >= threshold
        ranking = Ranking.of(probability, positive)
        both = bool(positive.any() and not positive.all())
        losses = row_losses(
            positive.astype(int), np.stack([1 - probability, probability], axis=1), 1
        )
        which, self._bins, self.exact = _curve_bins(probability, positive)
        influence = np.zeros(len(positive))
        if both and not self.exact:
            influence = area_influence(ranking).precision_recall
        head = np.stack([
            np.ones(len(positive)), positive, *losses.T, positive & said, said, positive == said,
            influence,
        ], axis=1)
        at = [np.flatnonzero(~positive), np.flatnonzero(positive)]
        self.table = np.concatenate([
            groups.sums(head),
            groups.binned(confidence_bins(probability), BINS, probability - positive),
            *(groups.binned(which[rows], self._bins, rows=rows) for rows in at),
        ], axis=1)
        area = weighted_areas(ranking, np.ones((len(positive), 1)))
        self._area = float(area.precision_recall[0])
        self._distance = kolmogorov_smirnov(positive, probability)
        self.counts = (
            int((positive & said).sum()), int((~positive & said).sum()),
            int((positive & ~said).sum()),
        )
        self.right = positive == said
        self.said, self._positive = said, positive
        self.capacity = (
            None if capacity is None
            else CapacityStatistics(positive, probability, capacity, groups)
        )

    def share(self, metric: str) -> tuple[int, int] | None:
        """How many rows a metric counts, and of how many; None where it is no share of rows."""
        n, hits = len(self.said), self.counts[0]
        return {
            "accuracy": (int(self.right.sum()), n),
            "sensitivity": (hits, int(self._positive.sum())),
            "specificity": (int((~self._positive & ~self.said).sum()), int((~self._positive).sum())),
            "flagged": (int(self.said.sum()), n),
            "missed": (self.counts[2], n),
        }.get(metric)

    def rows_of(self, metric: str) -> np.ndarray | None:
        """(n,) the rows that a metric is the share of right ones of; None where it is no such."""
        return {
            "accuracy": np.ones(len(self.said), dtype=bool), "sensitivity": self._positive,
            "specificity": ~self._positive,
        }.get(metric)

    def values(self) -> dict[str, float]:
        """The metrics of the rows themselves; NaN where one is not defined."""
        found = {name: float(each[0]) for name, each in self._of(self.table.sum(axis=0)[None]).items()}
        at_capacity = {} if self.capacity is None else self.capacity.values()
        return found | {"ks": self._distance, "pr_auc": self._area} | at_capacity

    def draws(self, counts: np.ndarray) -> dict[str, np.ndarray]:
        """The metrics of resamples.

        Args:
            counts: (groups, b), how often each resample holds each group.

        Returns:
            (b,) of each metric. The absolute values in the calibration error and the maximum in `ks`
            grow with noise, and resamples are noisier than the rows: centre them before use.
        """
        at_capacity = {} if self.capacity is None else self.capacity.draws(counts)
        return self._of(counts.T @ self.table) | at_capacity

    def _of(self, sums: np.ndarray) -> dict[str, np.ndarray]:
        n, positives, brier, log_loss, hits, said, right, influence = sums[:, :_HEAD].T
        gaps = sums[:, _HEAD : _HEAD + BINS]
        others, own = np.split(sums[:, _HEAD + BINS :], 2, axis=1)
        defined = (positives > 0) & (positives < n)
        with np.errstate(divide="ignore", invalid="ignore"):
            apart = np.abs(
                np.cumsum(own, axis=1) / positives[:, None]
                - np.cumsum(others, axis=1) / (n - positives)[:, None]
            ).max(axis=1)
            if self.exact:
                area = _average_precision(own, own + others, positives)
            else:
                area = self._area + influence / n
            f1 = 2 * hits / (positives + said)
            found, spared = hits / positives, 1 - (said - hits) / (n - positives)
        return {
            "ks": np.where(defined, apart, np.nan),
            "pr_auc": np.where(defined, area, np.nan),
            "brier": brier / n,
            "log_loss": log_loss / n,
            "ece": np.abs(gaps).sum(axis=1) / n,
            "accuracy": right / n,
            "f1": np.where(positives + said > 0, f1, np.nan),
            "sensitivity": np.where(positives > 0, found, np.nan),
            "specificity": np.where(positives < n, spared, np.nan),
            "flagged": said / n,
            "missed": (positives - hits) / n,
        }


def _curve_bins(score: np.ndarray, positive: np.ndarray) -> tuple[np.ndarray, int, bool]:
    """The bin of each row in rising order of the score, how many there are, and whether no point of
    the curve that matters is lost."""
    values = np.unique(score)
    if len(values) <= EXACT_SCORES:
        return np.searchsorted(values, score), len(values), True
    if positive.sum() <= EXACT_POSITIVES:
        # Between two rows of the class neither the order of the others nor their number of scores
        # changes any extreme of the curves.
        edges = np.unique(score[positive])
        at = np.searchsorted(edges, score)
        on = edges[np.minimum(at, max(len(edges) - 1, 0))] == score if len(edges) else False
        return 2 * at + on, 2 * len(edges) + 1, True
    edges = np.unique(np.quantile(score, np.linspace(0, 1, CURVE_BINS + 1)[1:-1]))
    return np.searchsorted(edges, score, side="right"), len(edges) + 1, False


def _average_precision(
    own: np.ndarray, held: np.ndarray, positives: np.ndarray
) -> np.ndarray:
    hits = np.cumsum(own[:, ::-1], axis=1)
    flagged = np.cumsum(held[:, ::-1], axis=1)
    precision = np.divide(hits, flagged, out=np.zeros_like(hits), where=flagged > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = (own[:, ::-1] * precision).sum(axis=1) / positives
    return found
