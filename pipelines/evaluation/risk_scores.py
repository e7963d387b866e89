"""Scores of probabilities of an outcome with their intervals, and the tests between models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np

from pipelines.evaluation.calibration import BINS
from pipelines.evaluation.capacity import AT_CAPACITY
from pipelines.evaluation.claims import corrected
from pipelines.evaluation.decisions import Decision, Rule
from pipelines.evaluation.delong import Delong
from pipelines.evaluation.intervals import (
    normal_quantile,
    percentile_interval,
    wilson,
    wilson_f1,
)
from pipelines.evaluation.paired_tests import ROUNDING, bootstrap_p, mcnemar
from pipelines.evaluation.risk_metrics import RiskStatistics
from pipelines.evaluation.score import Comparison, Score, library_version
from pipelines.evaluation.separated import separated_distance, separated_interval

METRICS = ("roc_auc", "gini", "ks", "pr_auc", "brier", "log_loss", "ece", "accuracy", "f1")
# What a rule of decisions adds to these.
BY_RULE: Mapping[Rule, tuple[str, ...]] = {
    "profit": (), "capacity": AT_CAPACITY,
    "sensitivity": ("sensitivity", "specificity", "flagged", "missed"),
}
# Shares that say how much work or harm there is; whether they differ says nothing new.
UNTESTED = frozenset({"flagged", "missed"})
LOSSES = frozenset({"brier", "log_loss", "ece", *UNTESTED})
# Both grow with noise, and a resample is noisier than the rows it is drawn from.
CENTRED = frozenset({"ks", "ece"})


@dataclass(frozen=True)
class RiskScores:
    """What scores and comparisons of models on the same rows are read off.

    Attributes:
        truth: (n,) whether each row is of the class.
        names: of the models.
        prepared: statistics of each model.
        values: of each model and metric on the rows themselves; NaN where it is not defined.
        draws: (resamples,) of each model and metric.
        areas: under the ROC curves, in the order of `names`.
        within: whether these count pairs of rows within one fold only.
        cuts: (n,) of each model, from which probability on each row is said to be of the class.
        decision: how these were chosen.
        level: coverage of the intervals.
        settings: of the resamples, for signatures.
    """

    truth: np.ndarray
    names: tuple[str, ...]
    prepared: Mapping[str, RiskStatistics]
    values: Mapping[str, Mapping[str, float]]
    draws: Mapping[str, Mapping[str, np.ndarray]]
    areas: Delong
    within: bool
    cuts: Mapping[str, np.ndarray]
    decision: Decision
    level: float
    settings: str

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of all metrics."""
        return METRICS + BY_RULE[self.decision.rule]

    def scores(self, name: str) -> tuple[Score, ...]:
        """All scores of a model that are defined."""
        ranked = self._ranked(name) if np.isfinite(self.values[name]["roc_auc"]) else ()
        rest = [
            self._score(name, metric) for metric in self.metrics[2:]
            if np.isfinite(self.values[name][metric])
        ]
        return (*ranked, *rest)

    def comparisons(self, baseline: str, favourite: str | None = None) -> tuple[Comparison, ...]:
        """Of every two models by every metric, corrected metric by metric: `claims.corrected`."""
        pairs = [
            (second, first) if first == baseline else (first, second)
            for first, second in combinations(self.names, 2)
        ]
        found: list[Comparison] = []
        for metric in self.metrics:
            if metric in UNTESTED:
                continue
            of = "roc_auc" if metric == "gini" else metric
            known = [
                (a, b) for a, b in pairs
                if np.isfinite(self.values[a][of]) and np.isfinite(self.values[b][of])
            ]
            found += corrected(
                [self._compare(metric, a, b) for a, b in known], baseline, favourite
            )
        return tuple(found)

    def _ranked(self, name: str) -> tuple[Score, Score]:
        at, n = self.names.index(name), len(self.truth)
        area = float(self.areas.areas[at])
        spread = float(np.sqrt(self.areas.covariance[at, at]))
        sklearn = f"sklearn:{library_version('scikit-learn')}"
        low: float | None = None
        high: float | None = None
        method = "no-interval-without-variation"
        perfect = separated_interval(area, self.areas.sizes, self.level)
        if perfect is not None:
            low, high = perfect
            method = "exact-of-disjoint-pairs"
        elif spread > ROUNDING:
            half = normal_quantile(self.level) * spread
            low, high = max(0.0, area - half), min(1.0, area + half)
            method = "delong"
        words = f"{method}{self._pairs}|level:{self.level:g}"
        return (
            Score("roc_auc", area, low, high, n, signature=f"{words}|{sklearn}"),
            Score(
                "gini", 2 * area - 1, None if low is None else 2 * low - 1,
                None if high is None else 2 * high - 1, n, signature=f"{words}|2*roc_auc-1",
            ),
        )

    def _score(self, name: str, metric: str) -> Score:
        share = self.prepared[name].share(metric)
        if share is not None:
            return self._counted(name, metric, *share)
        if metric == "f1":
            ends = wilson_f1(*self.prepared[name].counts, self.level)
            words = f"wilson-jaccard|level:{self.level:g}|{self._decided(name)}"
            value = self.values[name][metric]
            return Score(metric, value, *ends, len(self.truth), signature=words)
        return self._drawn(name, metric)

    def _counted(self, name: str, metric: str, hits: int, n: int) -> Score:
        words = f"wilson|level:{self.level:g}|{self._decided(name)}"
        return Score(
            metric, self.values[name][metric], *wilson(hits, n, self.level), n, "rows",
            metric not in LOSSES, words,
        )

    def _decided(self, name: str) -> str:
        """The threshold, for signatures."""
        low, high = float(self.cuts[name].min()), float(self.cuts[name].max())
        ends = "" if low == high else f" to {high:.6g} (by fold)"
        return f"threshold:{low:.6g}{ends}|sklearn:{library_version('scikit-learn')}"

    def _drawn(self, name: str, metric: str) -> Score:
        value, n = self.values[name][metric], len(self.truth)
        sklearn = f"sklearn:{library_version('scikit-learn')}"
        draws = self.draws[name][metric]
        low, high, method = None, None, "no-interval-without-variation"
        if not _constant(draws):
            most = np.inf if metric == "log_loss" else 1.0
            low, high = percentile_interval(np.clip(draws, 0.0, most), self.level)
            method = f"{self._method(name, metric)}|{self.settings}"
        elif metric == "ks" and value >= 1 - ROUNDING:
            low, high = separated_distance(n, int(self.truth.sum()), self.level)
            method = "exact-of-disjoint-pairs"
        if low is not None and high is not None:
            low, high = min(low, value), max(high, value)
        detail = {
            "ece": f"positive-class|equal-width|bins:{BINS}|numpy:{library_version('numpy')}",
            "ks": "max|share of the class - share of the others",
            "brier": f"positive-class|{sklearn}",
            **dict.fromkeys(AT_CAPACITY, self._looked_at(name)),
        }.get(metric, sklearn)
        return Score(
            metric, value, low, high, n, "rows", metric not in LOSSES,
            f"{method}|level:{self.level:g}|{detail}",
        )

    def _looked_at(self, name: str) -> str:
        """The capacity, for signatures."""
        capacity = self.prepared[name].capacity
        if capacity is None:
            return ""
        return f"capacity:{self.decision.share:g}|looked-at:{capacity.looked_at}|equal scores:mean"

    def _method(self, name: str, metric: str) -> str:
        if metric in CENTRED:
            return "bootstrap-centred"
        if metric == "pr_auc" and not self.prepared[name].exact:
            return "bootstrap-influence"
        return "bootstrap"

    def _compare(self, metric: str, first: str, second: str) -> Comparison:
        if metric in ("roc_auc", "gini"):
            return self._by_delong(metric, first, second)
        delta = self.values[first][metric] - self.values[second][metric]
        differences = self.draws[first][metric] - self.draws[second][metric]
        low, high = percentile_interval(differences, self.level)
        rows = self.prepared[first].rows_of(metric)
        if rows is not None:
            right, other = self.prepared[first].right[rows], self.prepared[second].right[rows]
            p, test = mcnemar(int((right & ~other).sum()), int((other & ~right).sum()))
        else:
            p = standard_error_p(differences, delta)
            test = f"paired-{self._method(first, metric)}-se|{self.settings}"
        if _constant(differences):
            low = high = None
        return Comparison(metric, first, second, delta, low, high, p, test)

    def _by_delong(self, metric: str, first: str, second: str) -> Comparison:
        scale = 2 if metric == "gini" else 1
        a, b = self.names.index(first), self.names.index(second)
        delta = float(self.areas.areas[a] - self.areas.areas[b])
        covariance = self.areas.covariance
        variance = float(covariance[a, a] + covariance[b, b] - 2 * covariance[a, b])
        if np.isfinite(variance) and variance > ROUNDING**2:
            spread = variance**0.5
            half = normal_quantile(self.level) * spread
            p = 2 * NormalDist().cdf(-abs(delta) / spread)
            return Comparison(
                metric, first, second, scale * delta, scale * (delta - half), scale * (delta + half),
                p, f"delong{self._pairs}",
            )
        # Without variation only a perfect order differs from none; that is how often chance gives it.
        p = 1.0 if abs(delta) <= ROUNDING else min(1.0, 2 / self.areas.orders)
        return Comparison(
            metric, first, second, scale * delta, None, None, p, f"order-by-chance{self._pairs}"
        )

    @property
    def _pairs(self) -> str:
        """Which pairs of rows areas count, for signatures."""
        return "|pairs:within-folds" if self.within else ""


def standard_error_p(differences: np.ndarray, observed: float) -> float:
    """Two-sided p-value of a difference whose standard error the bootstrap gives.

    Shares of draws cannot get below one in their number, which the correction for the pairs of a
    dozen models lifts above any level.

    Args:
        differences: of two models' scores, one a resample; NaN draws are left out.
        observed: the difference on the rows themselves.

    Source:
        Efron, B. and Tibshirani, R. (1993), An Introduction to the Bootstrap, section 12.4.
    """
    defined = differences[np.isfinite(differences)]
    if len(defined) < 2 or _constant(defined):
        return 1.0 if abs(observed) <= ROUNDING else bootstrap_p(differences)
    return float(2 * NormalDist().cdf(-abs(observed) / float(defined.std(ddof=1))))


def _constant(draws: np.ndarray) -> bool:
    defined = draws[np.isfinite(draws)]
    return len(defined) == 0 or float(np.ptp(defined)) <= ROUNDING
