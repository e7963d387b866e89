"""What a model says on average as the value of one column changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipelines.progress import SILENT, Progress
from pipelines.tabular.importance import predicted

if TYPE_CHECKING:
    from pipelines.tabular.columns import Column
    from pipelines.tabular.models.base import TabularModel

MISSING, NOT_GIVEN = "missing", "not given"
MOST_ROWS = 500
POINTS = 12
MOST_LEVELS = 12


@dataclass(frozen=True)
class Shape:
    """The partial dependence of one column.

    Attributes:
        column: its name in the user's file.
        kind: of the column: number, flag, category or date.
        labels: of each point: a value, a level, or `MISSING`, which is last.
        at: (points,) the number of each point, NaN for levels and for the missing.
        mean: (points,) mean prediction if every row had this value, all else as it is.
        rows: (points,) rows whose own value is nearest to the point's.
    """

    column: str
    kind: str
    labels: tuple[str, ...]
    at: np.ndarray
    mean: np.ndarray
    rows: np.ndarray

    @property
    def range(self) -> float:
        """How far the mean prediction moves between known values."""
        known = self.mean[[label != MISSING for label in self.labels]]
        return float(np.ptp(known)) if len(known) else 0.0


def shapes(
    model: TabularModel, features: pd.DataFrame, *, seed: int = 0, progress: Progress = SILENT
) -> tuple[Shape, ...]:
    """The shape of every column but sentences, in the order of the plan.

    Args:
        model: fitted.
        features: (n, columns) raw cells; points are their quantiles or most frequent levels, and
            means are over `MOST_ROWS` of them.
        seed: decides these rows.
        progress: told of each column.

    Source:
        Friedman, J. H. (2001), Greedy function approximation, section 8.2.
    """
    values = model.plan.numbers(features).values
    rng = np.random.default_rng(seed)
    count = min(MOST_ROWS, len(values))
    some = values[np.sort(rng.choice(len(values), count, replace=False))]
    owner, columns = model.part_owner, model.plan.used
    progress.stage("Following columns", len(columns))
    found = []
    for place, column in enumerate(columns):
        if column.kind != "text":
            parts = np.flatnonzero(owner == place)
            found.append(_shape(model, column, values[:, parts], some, parts))
        progress.advance(1)
    return tuple(each for each in found if len(each.labels))


def _shape(
    model: TabularModel, column: Column, own: np.ndarray, some: np.ndarray, parts: np.ndarray
) -> Shape:
    donors, rows = _points(own, bool(column.levels))
    means = []
    for donor in donors:
        mixed = some.copy()
        # A date brings its month and weekday along, as a row really has them.
        mixed[:, parts] = own[donor]
        means.append(float(predicted(model, mixed).mean()))
    at = np.where(column.kind in ("number", "date"), own[donors, 0], np.nan)
    labels = tuple(_label(column, float(own[donor, 0])) for donor in donors)
    return Shape(column.name, column.kind, labels, at, np.array(means), rows)


def _points(own: np.ndarray, levels: bool) -> tuple[np.ndarray, np.ndarray]:
    """Rows that stand for values, in order, and how many rows each stands for."""
    first = own[:, 0]
    known, missing = np.flatnonzero(np.isfinite(first)), np.flatnonzero(~np.isfinite(first))
    donors, rows = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if len(known):
        distinct, one_of, counts = np.unique(first[known], return_index=True, return_counts=True)
        if levels:
            kept = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
            donors, rows = known[one_of[kept]], counts[kept]
        elif len(distinct) <= POINTS:
            donors, rows = known[one_of], counts
        else:
            wanted = np.quantile(first[known], np.linspace(0.02, 0.98, POINTS), method="nearest")
            place = np.flatnonzero(np.isin(distinct, wanted))
            donors = known[one_of[place]]
            middles = (distinct[place][1:] + distinct[place][:-1]) / 2
            near = np.searchsorted(middles, first[known])
            rows = np.bincount(near, minlength=len(donors))
    if len(missing):
        donors, rows = np.r_[donors, missing[0]], np.r_[rows, len(missing)]
    return donors, rows


def _label(column: Column, value: float) -> str:
    if not np.isfinite(value):
        return MISSING
    if column.levels:
        return column.levels[int(value)]
    if column.kind == "flag":
        return _flag(column, value)
    if column.kind == "date":
        return str(pd.Timestamp(0) + pd.Timedelta(days=value))[:10]
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _flag(column: Column, value: float) -> str:
    from pipelines.tabular.categories import Flag

    assert isinstance(column.reader, Flag), "a flag is read as one"
    return column.reader.yes if value else column.reader.no or NOT_GIVEN
