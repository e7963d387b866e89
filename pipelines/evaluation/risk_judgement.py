"""Judges probabilities of a yes/no outcome, such as a default, on the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import comb
from statistics import NormalDist

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.calibration import BINS
from pipelines.evaluation.grouped_rows import RowGroups
from pipelines.evaluation.intervals import (
    normal_quantile,
    percentile_interval,
    wilson,
    wilson_f1,
)
from pipelines.evaluation.paired_tests import ROUNDING, bootstrap_p, mcnemar
from pipelines.evaluation.profit_terms import ProfitTerms
from pipelines.evaluation.risk_metrics import Delong, RiskStatistics, delong
from pipelines.evaluation.risk_warnings import risk_warnings
from pipelines.evaluation.score import Comparison, Score, find_comparison, library_version
from pipelines.evaluation.sums import corrected
from pipelines.progress import SILENT, Progress

METRICS = ("roc_auc", "gini", "ks", "pr_auc", "brier", "log_loss", "ece", "accuracy", "f1")
LOSSES = frozenset({"brier", "log_loss", "ece"})
# Both grow with noise, and a resample is noisier than the rows it is drawn from.
CENTRED = frozenset({"ks", "ece"})
BOOTSTRAPPED = ("ks", "pr_auc", "brier", "log_loss", "ece", "f1")
USUAL = 0.5


@dataclass(frozen=True)
class RiskJudgement:
    """What is known about models after holding their probabilities against what came.

    Attributes:
        truth: (n,) whether each row is of the class, as "default".
        systems: (n,) probability of it of each model, by its name and in order.
        scores: of each model, by its name; undefined ones are left out.
        comparisons: of every two models, metric by metric; the baseline always stands second.
        warnings: sentences a reader needs before believing the numbers.
        baseline: name of the model that the others have to beat.
        seed: of the resamples.
        positive: name of the class.
        thresholds: of each model, from which probability on a row is said to be of the class.
        level: coverage of the intervals.
        unit: what one row is called.
        exposure: (n,) amount at stake in each row, in the user's currency; None if not given.
        margin: (n,) gain on a good row as a share of its exposure; None if not given.
        terms: what decisions gain and cost, for profit; None if not given.
        groups: by its name each column (n,) whose groups are to be treated alike.
        folds: how folds were drawn, as “5-fold”; empty without.
        over_folds: comparisons of the primary metric over these, which decide where they are known:
            pooled rows of folds share what taught their models, and so are not independent.
    """

    truth: np.ndarray
    systems: Mapping[str, np.ndarray]
    scores: Mapping[str, tuple[Score, ...]]
    comparisons: tuple[Comparison, ...]
    warnings: tuple[str, ...]
    baseline: str
    seed: int
    positive: str = "yes"
    thresholds: Mapping[str, float] = field(default_factory=dict)
    level: float = 0.95
    unit: str = "row"
    exposure: np.ndarray | None = field(default=None, repr=False)
    margin: np.ndarray | None = field(default=None, repr=False)
    terms: ProfitTerms | None = None
    groups: Mapping[str, pd.Series] = field(default_factory=dict, repr=False)
    folds: str = ""
    over_folds: tuple[Comparison, ...] = ()

    @property
    def primary(self) -> str:
        """The metric that the verdict speaks of: of ranking where there are rows of both kinds."""
        return "roc_auc" if 0 < self.truth.sum() < len(self.truth) else "brier"

    @property
    def order(self) -> tuple[str, ...]:
        """Names of the models, the best by the primary metric first."""
        sign = -1 if self.primary == "roc_auc" else 1
        found = {name: self.score(name, self.primary) for name in self.scores}
        return tuple(sorted(
            found,
            key=lambda name: sign * each.value if (each := found[name]) else float("inf"),
        ))

    def threshold(self, name: str) -> float:
        """From which probability on a model's rows are said to be of the class."""
        return self.thresholds.get(name, USUAL)

    def score(self, name: str, metric: str) -> Score | None:
        """Returns a model's score, None where it has none of that metric."""
        return next((score for score in self.scores[name] if score.name == metric), None)

    def comparison(self, metric: str, model: str, against: str) -> Comparison | None:
        """Returns the comparison of two models in the order asked for, None if there is none."""
        return find_comparison(self.comparisons, metric, model, against)

    def decided(self, model: str, against: str) -> Comparison | None:
        """The comparison by the primary metric that claims rest on: over folds where there are any."""
        over = find_comparison(self.over_folds, f"{self.primary}_of_folds", model, against)
        return over or self.comparison(self.primary, model, against)


def judge_risk(
    truth: Sequence[bool] | np.ndarray,
    systems: Mapping[str, Sequence[float] | np.ndarray],
    *,
    baseline: str,
    thresholds: Mapping[str, float] | float = USUAL,
    positive: str = "yes",
    seed: int = 0,
    resamples: int = 2000,
    level: float = 0.95,
    progress: Progress = SILENT,
    unit: str = "row",
) -> RiskJudgement:
    """Scores models on the same rows and tests every two against each other.

    Areas under the ROC curve and Gini have DeLong's interval and test, accuracy Wilson's and
    McNemar's; the others a bootstrap over rows, over 5,000 random groups of them where there are
    more. The calibration error is the mean distance, over 15 bins of equal width, of the probability
    of the class from its share.

    Args:
        truth: (n,) whether each row is of the class.
        systems: (n,) probability of it of each model, by its name.
        baseline: name of the model that the others have to beat.
        thresholds: from which probability on a row is said to be of the class, for all or by model;
            to be honest it was chosen on other rows.
        positive: name of the class, for sentences.
        seed: of the resamples, which all models and metrics share.
        resamples: number of bootstrap draws.
        level: coverage of the intervals.
        progress: told of resamples.
        unit: what a row is called.

    Raises:
        DataError: no rows, different lengths, or values that are no probabilities.
    """
    actual = np.asarray(truth, dtype=bool)
    said = checked_probabilities(actual, systems)
    cuts = {
        name: float(thresholds.get(name, USUAL) if isinstance(thresholds, Mapping) else thresholds)
        for name in said
    }
    groups = RowGroups.of(len(actual), seed)
    prepared = {
        name: RiskStatistics(actual, each, cuts[name], groups) for name, each in said.items()
    }
    areas = delong(actual, list(said.values()))
    values = {
        name: {"roc_auc": float(areas.areas[at]), **statistics.values()}
        for at, (name, statistics) in enumerate(prepared.items())
    }
    progress.stage("Intervals and tests, resamples", resamples)
    draws = _draws(prepared, values, groups, resamples, seed, progress)
    made = _Made(
        actual, tuple(said), prepared, values, draws, areas, cuts, level,
        "|".join(part for part in (f"n:{resamples}", f"seed:{seed}", groups.signature) if part),
    )
    judgement = RiskJudgement(
        truth=actual, systems=said, scores={name: made.scores(name) for name in said},
        comparisons=made.comparisons(baseline), warnings=(), baseline=baseline, seed=seed,
        positive=positive, thresholds=cuts, level=level, unit=unit,
    )
    return replace(judgement, warnings=risk_warnings(judgement))


def checked_probabilities(
    truth: np.ndarray, systems: Mapping[str, Sequence[float] | np.ndarray]
) -> dict[str, np.ndarray]:
    """The probabilities as floats.

    Raises:
        DataError: no rows, different lengths, or values that are no probabilities.
    """
    if not len(truth):
        raise DataError("There is no known outcome to hold probabilities against; give at least one.")
    found = {name: np.asarray(each, dtype=np.float64) for name, each in systems.items()}
    for name, each in found.items():
        if len(each) != len(truth):
            raise DataError(
                f"There are {len(truth):,} known outcomes, but “{name}” has {len(each):,} "
                "probabilities; give one for each row, in the same order."
            )
        wrong = ~((each >= 0) & (each <= 1))
        if wrong.any():
            raise DataError(
                f"“{name}” holds {each[wrong][0]:g}, which is no probability from 0 to 1; give "
                "probabilities for every row."
            )
    return found


def _draws(
    prepared: Mapping[str, RiskStatistics], values: Mapping[str, Mapping[str, float]],
    groups: RowGroups, resamples: int, seed: int, progress: Progress,
) -> dict[str, dict[str, np.ndarray]]:
    parts: dict[str, list[dict[str, np.ndarray]]] = {name: [] for name in prepared}
    for counts in Resamples(groups.number, resamples, seed).blocks():
        for name, statistics in prepared.items():
            parts[name].append(statistics.draws(counts))
        progress.advance(counts.shape[1])
    found = {
        name: {metric: np.concatenate([each[metric] for each in own]) for metric in own[0]}
        for name, own in parts.items()
    }
    for name, own in found.items():
        for metric in CENTRED:
            if np.isfinite(own[metric]).any():
                own[metric] = own[metric] - np.nanmedian(own[metric]) + values[name][metric]
    return found


@dataclass(frozen=True)
class _Made:
    """What scores and comparisons are read off."""

    truth: np.ndarray
    names: tuple[str, ...]
    prepared: Mapping[str, RiskStatistics]
    values: Mapping[str, Mapping[str, float]]
    draws: Mapping[str, Mapping[str, np.ndarray]]
    areas: Delong
    cuts: Mapping[str, float]
    level: float
    settings: str

    def scores(self, name: str) -> tuple[Score, ...]:
        """All scores of a model that are defined."""
        ranked = self._ranked(name) if np.isfinite(self.values[name]["roc_auc"]) else ()
        rest = [
            self._score(name, metric) for metric in METRICS[2:]
            if np.isfinite(self.values[name][metric])
        ]
        return (*ranked, *rest)

    def _ranked(self, name: str) -> tuple[Score, Score]:
        at, n = self.names.index(name), len(self.truth)
        area = float(self.areas.areas[at])
        spread = float(np.sqrt(self.areas.covariance[at, at]))
        sklearn = f"sklearn:{library_version('scikit-learn')}"
        low: float | None = None
        high: float | None = None
        method = "no-interval-without-variation"
        if spread > ROUNDING:
            half = normal_quantile(self.level) * spread
            low, high = max(0.0, area - half), min(1.0, area + half)
            method = "delong"
        words = f"{method}|level:{self.level:g}"
        return (
            Score("roc_auc", area, low, high, n, signature=f"{words}|{sklearn}"),
            Score(
                "gini", 2 * area - 1, None if low is None else 2 * low - 1,
                None if high is None else 2 * high - 1, n, signature=f"{words}|2*roc_auc-1",
            ),
        )

    def _score(self, name: str, metric: str) -> Score:
        value, n = self.values[name][metric], len(self.truth)
        level, cut = f"level:{self.level:g}", f"threshold:{self.cuts[name]:.6g}"
        sklearn = f"sklearn:{library_version('scikit-learn')}"
        statistics = self.prepared[name]
        if metric == "accuracy":
            ends = wilson(int(statistics.right.sum()), n, self.level)
            return Score(metric, value, *ends, n, signature=f"wilson|{level}|{cut}|{sklearn}")
        if metric == "f1":
            ends = wilson_f1(*statistics.counts, self.level)
            words = f"wilson-jaccard|{level}|{cut}|{sklearn}"
            return Score(metric, value, *ends, n, signature=words)
        draws = self.draws[name][metric]
        low, high, method = None, None, "no-interval-without-variation"
        if not _constant(draws):
            most = np.inf if metric == "log_loss" else 1.0
            low, high = percentile_interval(np.clip(draws, 0.0, most), self.level)
            method = f"{self._method(name, metric)}|{self.settings}"
        if low is not None and high is not None:
            low, high = min(low, value), max(high, value)
        detail = {
            "ece": f"positive-class|equal-width|bins:{BINS}|numpy:{library_version('numpy')}",
            "ks": "max|share of the class - share of the others",
            "brier": f"positive-class|{sklearn}",
        }.get(metric, sklearn)
        return Score(
            metric, value, low, high, n, "rows", metric not in LOSSES,
            f"{method}|{level}|{detail}",
        )

    def _method(self, name: str, metric: str) -> str:
        if metric in CENTRED:
            return "bootstrap-centred"
        if metric == "pr_auc" and not self.prepared[name].exact:
            return "bootstrap-influence"
        return "bootstrap"

    def comparisons(self, baseline: str) -> tuple[Comparison, ...]:
        """Of every two models by every metric, corrected over the pairs of a metric."""
        pairs = [
            (second, first) if first == baseline else (first, second)
            for first, second in combinations(self.names, 2)
        ]
        found: list[Comparison] = []
        for metric in METRICS:
            of = "roc_auc" if metric == "gini" else metric
            known = [
                (a, b) for a, b in pairs
                if np.isfinite(self.values[a][of]) and np.isfinite(self.values[b][of])
            ]
            found += corrected([self._compare(metric, a, b) for a, b in known])
        return tuple(found)

    def _compare(self, metric: str, first: str, second: str) -> Comparison:
        if metric in ("roc_auc", "gini"):
            return self._by_delong(metric, first, second)
        delta = self.values[first][metric] - self.values[second][metric]
        differences = self.draws[first][metric] - self.draws[second][metric]
        low, high = percentile_interval(differences, self.level)
        if metric == "accuracy":
            right, other = self.prepared[first].right, self.prepared[second].right
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
                p, "delong",
            )
        # Without variation only a perfect order differs from none; that is how often chance gives it.
        n, own = len(self.truth), int(self.truth.sum())
        p = 1.0 if abs(delta) <= ROUNDING or own in (0, n) else min(1.0, 2 / comb(n, own))
        return Comparison(
            metric, first, second, scale * delta, None, None, p, "order-by-chance"
        )


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
