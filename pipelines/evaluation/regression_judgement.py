"""Judges predicted amounts, such as a loss or a rate, on the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from data.errors import DataError
from pipelines.evaluation.grouped_rows import RowGroups
from pipelines.evaluation.regression_metrics import Coverage, coverage, measures
from pipelines.evaluation.score import Comparison, Score, find_comparison
from pipelines.evaluation.sums import judge_sums
from pipelines.progress import SILENT, Progress, running_count

PRIMARY = "rmse"
FEW_ROWS = 100
INTERVAL_LEVEL = 0.9


@dataclass(frozen=True)
class RegressionJudgement:
    """What is known about models after holding their amounts against what came.

    Attributes:
        truth: (n,) what came.
        systems: (n,) amounts of each model, by its name and in order.
        scores: of each model, by its name.
        comparisons: of every two models, metric by metric; the baseline always stands second.
        warnings: sentences a reader needs before believing the numbers.
        baseline: name of the model that the others have to beat.
        seed: of the resamples.
        level: coverage of the intervals of scores.
        unit: what one row is called.
        intervals: (n,) lower and upper ends of each model's prediction intervals, where it has them.
        coverages: how often these hold the truth.
        interval_level: how often they are meant to.
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
    level: float = 0.95
    unit: str = "row"
    intervals: Mapping[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict, repr=False)
    coverages: Mapping[str, Coverage] = field(default_factory=dict)
    interval_level: float = INTERVAL_LEVEL
    folds: str = ""
    over_folds: tuple[Comparison, ...] = ()

    @property
    def primary(self) -> str:
        """The metric that the verdict speaks of."""
        return PRIMARY

    @property
    def order(self) -> tuple[str, ...]:
        """Names of the models, the nearest by the primary metric first."""
        return tuple(sorted(
            self.scores,
            key=lambda name: each.value if (each := self.score(name, PRIMARY)) else float("inf"),
        ))

    def score(self, name: str, metric: str) -> Score | None:
        """Returns a model's score, None where it has none of that metric."""
        return next((score for score in self.scores[name] if score.name == metric), None)

    def comparison(self, metric: str, model: str, against: str) -> Comparison | None:
        """Returns the comparison of two models in the order asked for, None if there is none."""
        return find_comparison(self.comparisons, metric, model, against)

    def decided(self, model: str, against: str) -> Comparison | None:
        """The comparison by the primary metric that claims rest on: over folds where there are any."""
        over = find_comparison(self.over_folds, f"{PRIMARY}_of_folds", model, against)
        return over or self.comparison(PRIMARY, model, against)

    def errors(self, name: str) -> np.ndarray:
        """Returns (n,) by how much each amount is too high; negative where it is too low."""
        return self.systems[name] - self.truth


def judge_regression(
    truth: Sequence[float] | np.ndarray,
    systems: Mapping[str, Sequence[float] | np.ndarray],
    *,
    baseline: str,
    favourite: str | None = None,
    intervals: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None,
    interval_level: float = INTERVAL_LEVEL,
    seed: int = 0,
    resamples: int = 2000,
    level: float = 0.95,
    progress: Progress = SILENT,
    unit: str = "row",
) -> RegressionJudgement:
    """Scores models on the same rows and tests every two against each other.

    Intervals are bootstrap over rows, over 5,000 random groups of them where there are more; tests
    are paired on the same resamples. `interval_coverage` is the share of the rows whose truth lies in
    the predicted interval, with Wilson's interval.

    Args:
        truth: (n,) what came.
        systems: (n,) amounts of each model, by its name.
        baseline: name of the model that the others have to beat.
        favourite: name of the model that is spoken of; see `claims.corrected`.
        intervals: (n,) lower and (n,) upper ends, of models that have them.
        interval_level: how often these are meant to hold the truth.
        seed: of the resamples, which all models and metrics share.
        resamples: number of bootstrap draws.
        level: coverage of the intervals of scores.
        progress: told of resamples.
        unit: what a row is called.

    Raises:
        DataError: no rows, different lengths, cells without a number, or ends in the wrong order.
    """
    true = _numbers(truth, "The true amounts")
    if not len(true):
        raise DataError("There is no true amount to hold predicted ones against; give at least one.")
    said = {name: _numbers(each, f"The amounts of “{name}”", len(true))
            for name, each in systems.items()}
    ends = {name: _ends(name, *each, len(true)) for name, each in (intervals or {}).items()}
    groups = RowGroups.of(len(true), seed)
    progress.stage("Intervals and tests, resamples", resamples)
    scores, comparisons = judge_sums(
        {name: measures(true, each, groups) for name, each in said.items()},
        baseline=baseline, favourite=favourite, seed=seed, resamples=resamples, level=level,
        progress=running_count(progress),
    )
    held = {name: coverage(true, *each, level) for name, each in ends.items()}
    scores = {
        name: (*found, *_coverage_score(held.get(name), interval_level, level))
        for name, found in scores.items()
    }
    judgement = RegressionJudgement(
        truth=true, systems=said, scores=scores, comparisons=comparisons, warnings=(),
        baseline=baseline, seed=seed, level=level, unit=unit, intervals=ends, coverages=held,
        interval_level=interval_level,
    )
    return replace(judgement, warnings=_warnings(judgement))


def _coverage_score(
    found: Coverage | None, meant: float, level: float
) -> tuple[Score, ...]:
    if found is None:
        return ()
    return (Score(
        "interval_coverage", found.share, found.low, found.high, found.n,
        signature=f"wilson|level:{level:g}|share|low <= truth <= high|meant:{meant:g}",
    ),)


def _numbers(
    values: Sequence[float] | np.ndarray, what: str, n: int | None = None
) -> np.ndarray:
    found = np.asarray(values, dtype=np.float64)
    if n is not None and len(found) != n:
        raise DataError(
            f"There are {n:,} true amounts, but {what[0].lower()}{what[1:]} are {len(found):,}; give "
            "one for each row, in the same order."
        )
    if not np.isfinite(found).all():
        raise DataError(f"{what} have cells without a number; leave these rows out.")
    return found


def _ends(
    name: str, low: np.ndarray, high: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray]:
    lower = _numbers(low, f"The lower ends of “{name}”", n)
    upper = _numbers(high, f"The upper ends of “{name}”", n)
    crossed = int((lower > upper).sum())
    if crossed:
        raise DataError(
            f"The lower end of “{name}” is above the upper one in {crossed:,} rows; swap the columns "
            "or correct them."
        )
    return lower, upper


def _warnings(judgement: RegressionJudgement) -> tuple[str, ...]:
    found = []
    truth, unit, n = judgement.truth, judgement.unit, len(judgement.truth)
    if n < FEW_ROWS:
        found.append(
            f"{n:,} judged {unit}{'s are' if n > 1 else ' is'} few: read the intervals, and judge by "
            f"{FEW_ROWS} or more before you decide."
        )
    if n > 1 and np.ptp(truth) == 0:
        found.append(
            f"Every true amount is {truth[0]:g}, so a model that never looks is right as well; judge "
            f"by {unit}s of different amounts."
        )
    models = [name for name in judgement.systems if name != judgement.baseline]
    for name in models:
        explained = judgement.score(name, "r2")
        if explained is not None and explained.value > 0.99:
            found.append(
                f"“{name}” all but tells the amount (R2 over 0.99): check that no column was filled "
                f"after it and that the {unit}s were not used for training."
            )
        held = judgement.coverages.get(name)
        if held is not None and held.high < judgement.interval_level:
            found.append(
                f"The intervals of “{name}” are too narrow: they are meant to hold "
                f"{100 * judgement.interval_level:.0f} % of the amounts and hold "
                f"{100 * held.share:.1f} % ({100 * held.low:.1f} to {100 * held.high:.1f})."
            )
    return tuple(found)
