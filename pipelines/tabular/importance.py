"""How much worse a model judges when what it knows of one column is shuffled."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipelines.evaluation.delong import delong
from pipelines.progress import SILENT, Progress
from pipelines.tabular.models.lessons import DEFAULT

if TYPE_CHECKING:
    from pipelines.tabular.models.base import TabularModel

MOST_ROWS = 5_000
REPEATS = 5
LEVEL = 0.95
ROUNDING = 1e-12


@dataclass(frozen=True)
class Importance:
    """What the model loses without one column.

    Attributes:
        column: its name in the user's file.
        loss: fall of the area under the ROC curve, or rise of the root mean squared error, when
            cells of the column are exchanged among rows; the mean over `REPEATS` shuffles.
        low, high: 95 % interval over rows; NaN with too few of an outcome.
        n: rows that judged.
    """

    column: str
    loss: float
    low: float
    high: float
    n: int

    @property
    def proven(self) -> bool:
        """Whether the column matters beyond chance."""
        return self.low > 0


def permutation_importance(
    model: TabularModel, features: pd.DataFrame, truth: np.ndarray, *, seed: int = 0,
    progress: Progress = SILENT,
) -> tuple[Importance, ...]:
    """Every column that the model looks at, the most important first.

    Columns that say the same as another lose little when shuffled alone: the other one stays.

    Args:
        model: fitted.
        features: (n, columns) raw cells of rows that judge.
        truth: (n,) 1 and 0, or amounts.
        seed: decides the shuffles, and the rows where there are more than `MOST_ROWS`.
        progress: told of each column.

    Source:
        Breiman, L. (2001), Random forests, section 10; Fisher, A., Rudin, C. and Dominici, F.
        (2019), All models are wrong, but many are useful. Intervals: DeLong's covariance of the
        areas of all shuffles, and the delta method for the error.
    """
    rng = np.random.default_rng(seed)
    rows = np.arange(len(truth))
    if len(rows) > MOST_ROWS:
        rows = np.sort(rng.choice(len(truth), MOST_ROWS, replace=False))
    actual = np.asarray(truth, dtype=float)[rows]
    values = model.plan.numbers(features.iloc[rows]).values
    owner, columns = model.part_owner, model.plan.used
    plain = predicted(model, values)
    orders = [rng.permutation(len(rows)) for _ in range(REPEATS)]
    progress.stage("Shuffling columns", len(columns))
    found = []
    for place, column in enumerate(columns):
        parts = np.flatnonzero(owner == place)
        shuffled = []
        for order in orders:
            mixed = values.copy()
            mixed[:, parts] = values[order][:, parts]
            shuffled.append(predicted(model, mixed))
        compare = _area_lost if model.kind == DEFAULT else _error_gained
        loss, error = compare(actual, plain, shuffled)
        half = NormalDist().inv_cdf(0.5 + LEVEL / 2) * error
        found.append(Importance(column.name, loss, loss - half, loss + half, len(rows)))
        progress.advance(1)
    return tuple(sorted(found, key=lambda each: -each.loss))


def predicted(model: TabularModel, values: np.ndarray) -> np.ndarray:
    """(n,) what the model says of (n, p) parts as its plan numbers them.

    Cells are encoded once: a shuffled sentence would else be read anew each time.
    """
    scores = np.asarray(model._scores(values), dtype=np.float64)
    if model.kind == DEFAULT:
        return model.calibrator.probabilities(scores)
    return scores if model.spread is None else model.spread.within(scores)


def _area_lost(
    actual: np.ndarray, plain: np.ndarray, shuffled: list[np.ndarray]
) -> tuple[float, float]:
    """The mean fall of the area and its standard error."""
    found = delong(actual == 1, [plain, *shuffled])
    weights = np.r_[1.0, np.full(len(shuffled), -1.0 / len(shuffled))]
    variance = float(weights @ found.covariance @ weights)
    loss = float(weights @ found.areas)
    # What a sum of equal areas leaves behind is no loss.
    return 0.0 if abs(loss) < ROUNDING else loss, float(np.sqrt(max(variance, 0.0)))


def _error_gained(
    actual: np.ndarray, plain: np.ndarray, shuffled: list[np.ndarray]
) -> tuple[float, float]:
    """The rise of the root mean squared error and its standard error."""
    before = (plain - actual) ** 2
    after = np.mean([(each - actual) ** 2 for each in shuffled], axis=0)
    was, now = np.sqrt(before.mean()), np.sqrt(after.mean())
    if was == 0 or now == 0 or len(actual) < 2:
        return float(now - was), float("nan")
    influence = (after - after.mean()) / (2 * now) - (before - before.mean()) / (2 * was)
    return float(now - was), float(influence.std(ddof=1) / np.sqrt(len(actual)))
