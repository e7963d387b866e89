"""Judges probabilities of a yes/no outcome, such as a default, on the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.claims import deciding
from pipelines.evaluation.decisions import BY_PROFIT, Choosers, Decision
from pipelines.evaluation.delong import delong
from pipelines.evaluation.grouped_rows import RowGroups
from pipelines.evaluation.profit_terms import ProfitTerms
from pipelines.evaluation.risk_metrics import RiskStatistics
from pipelines.evaluation.risk_scores import CENTRED, RiskScores
from pipelines.evaluation.risk_warnings import risk_warnings
from pipelines.evaluation.score import Comparison, Score, find_comparison
from pipelines.progress import SILENT, Progress

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
        cuts: (n,) of each model the same for each row, where models of folds have their own.
        decision: how these were chosen.
        choosers: of each model, the rows that chose, where that were rows of its training.
        level: coverage of the intervals.
        unit: what one row is called.
        exposure: (n,) amount at stake in each row, in the user's currency; None if not given.
        margin: (n,) gain on a good row as a share of its exposure; None if not given.
        terms: what decisions gain and cost, for profit; None if not given.
        groups: by its name each column (n,) whose groups are to be treated alike.
        fold_of: (n,) the fold that judged each row; None where one model said all.
        folds: how folds were drawn, as “5-fold”; empty without.
        over_folds: comparisons over these, which decide where they are known: pooled rows of folds
            share what taught their models, and so are not independent.
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
    cuts: Mapping[str, np.ndarray] = field(default_factory=dict, repr=False)
    decision: Decision = BY_PROFIT
    choosers: Mapping[str, Choosers] = field(default_factory=dict, repr=False)
    level: float = 0.95
    unit: str = "row"
    exposure: np.ndarray | None = field(default=None, repr=False)
    margin: np.ndarray | None = field(default=None, repr=False)
    terms: ProfitTerms | None = None
    groups: Mapping[str, pd.Series] = field(default_factory=dict, repr=False)
    fold_of: np.ndarray | None = field(default=None, repr=False)
    folds: str = ""
    over_folds: tuple[Comparison, ...] = ()

    @property
    def primary(self) -> str:
        """The metric that the verdict speaks of: of ranking where there are rows of both kinds."""
        ranked = any(score.name == "roc_auc" for found in self.scores.values() for score in found)
        return "roc_auc" if ranked else "brier"

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

    def cuts_of(self, name: str) -> np.ndarray:
        """(n,) from which probability on each row is said to be of the class."""
        found = self.cuts.get(name)
        return np.full(len(self.truth), self.threshold(name)) if found is None else found

    def score(self, name: str, metric: str) -> Score | None:
        """Returns a model's score, None where it has none of that metric."""
        return next((score for score in self.scores[name] if score.name == metric), None)

    def comparison(self, metric: str, model: str, against: str) -> Comparison | None:
        """Returns the comparison of two models in the order asked for, None if there is none."""
        return find_comparison(self.comparisons, metric, model, against)

    def decided(self, model: str, against: str, metric: str | None = None) -> Comparison | None:
        """The comparison that claims rest on: over folds where there are any; see `deciding`.

        Args:
            metric: the primary one if not given.
        """
        return deciding((*self.over_folds, *self.comparisons), metric or self.primary, model, against)


def judge_risk(
    truth: Sequence[bool] | np.ndarray,
    systems: Mapping[str, Sequence[float] | np.ndarray],
    *,
    baseline: str,
    favourite: str | None = None,
    thresholds: Mapping[str, float] | float = USUAL,
    cuts: Mapping[str, np.ndarray] | None = None,
    decision: Decision = BY_PROFIT,
    folds: np.ndarray | None = None,
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
        favourite: name of the model that is spoken of; see `claims.corrected`.
        thresholds: from which probability on a row is said to be of the class, for all or by model;
            to be honest it was chosen on other rows.
        cuts: (n,) of a model the same for each row, where it is not one for all.
        decision: how they were chosen, which decides what else is scored: precision and recall at a
            capacity, or sensitivity, specificity and the shares of rows flagged and missed.
        folds: (n,) the fold that judged each row, where models of folds said; areas under the ROC curve
            and Gini then count pairs of rows within one fold only.
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
    usual = thresholds if isinstance(thresholds, Mapping) else dict.fromkeys(said, thresholds)
    given = {name: float(usual.get(name, USUAL)) for name in said}
    each_cut = {
        name: np.broadcast_to((cuts or {}).get(name, given[name]), actual.shape) for name in said
    }
    capacity = decision.share if decision.rule == "capacity" else None
    groups = RowGroups.of(len(actual), seed)
    prepared = {
        name: RiskStatistics(actual, each, each_cut[name], groups, capacity)
        for name, each in said.items()
    }
    areas = delong(actual, list(said.values()), folds)
    values = {
        name: {"roc_auc": float(areas.areas[at]), **statistics.values()}
        for at, (name, statistics) in enumerate(prepared.items())
    }
    progress.stage("Intervals and tests, resamples", resamples)
    draws = _draws(prepared, values, groups, resamples, seed, progress)
    made = RiskScores(
        actual, tuple(said), prepared, values, draws, areas, folds is not None,
        each_cut, decision, level,
        "|".join(part for part in (f"n:{resamples}", f"seed:{seed}", groups.signature) if part),
    )
    judgement = RiskJudgement(
        truth=actual, systems=said, scores={name: made.scores(name) for name in said},
        comparisons=made.comparisons(baseline, favourite), warnings=(), baseline=baseline, seed=seed,
        positive=positive, thresholds=given, cuts=dict(cuts or {}), decision=decision, level=level,
        unit=unit, fold_of=folds,
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
