"""What the views of a run on a table share: its applicants, and words for what is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from dashboard.components.text import cut, percent, shown
from dashboard.session import Workspace
from data.dataset import Dataset
from data.errors import LitmusError
from pipelines.experiment import Experiment, ModelRun
from pipelines.tabular.models.base import TabularModel
from pipelines.tabular.models.lessons import DEFAULT
from pipelines.tabular.pipeline import TabularPipeline
from pipelines.tabular.predictions import AmountPredictions, RiskPredictions
from pipelines.tabular.target import read_money

# Templates whose rows ask for something that is approved or declined.
_LENDING = ("", "loans")


@dataclass(frozen=True)
class Applicants:
    """The rows of a run as one of its models sees them.

    Attributes:
        features: (n, columns) raw cells of the columns that the model looks at.
        said: (n,) probability of the outcome, or amount, as it was judged.
        actual: (n,) 1 and 0, or amounts; NaN where unknown.
        names: (n,) object; the identifier of each row on one line, or its row number in the file.
        exposure: (n,) money at stake; None without such a column.
        taught: (n,) whether the model that is asked anew has learnt from the row.
        judged: (n,) whether the row judges in step 4.
        threshold: from which probability on the outcome is expected; NaN for amounts.
        cuts: (n,) that of the model which predicted each row, where models of folds did.
    """

    features: pd.DataFrame
    said: np.ndarray
    actual: np.ndarray
    names: np.ndarray
    exposure: np.ndarray | None
    taught: np.ndarray
    judged: np.ndarray
    threshold: float
    cuts: np.ndarray

    def __len__(self) -> int:
        return len(self.said)

    @property
    def chances(self) -> bool:
        """Whether probabilities are said, not amounts."""
        return bool(np.isfinite(self.threshold))

    @property
    def below(self) -> np.ndarray:
        """(n,) whether each row is below the threshold of the model that predicted it."""
        return np.asarray(self.said < self.cuts, dtype=bool)

    def held_out(self, row: int) -> bool:
        """Whether the row was judged by another model, as the one that is asked has learnt from it."""
        return bool(self.judged[row] and self.taught[row])

    def cells(self, row: int) -> pd.DataFrame:
        """(1, columns) the cells of one applicant."""
        return self.features.iloc[[row]]


def pipeline_of(run: ModelRun) -> TabularPipeline:
    """The pipeline of a run, which holds a model of a table."""
    return cast(TabularPipeline, run.pipeline)


def model_of(run: ModelRun) -> TabularModel:
    """The fitted model of a run."""
    return pipeline_of(run).model


def applicants_of(experiment: Experiment, run: ModelRun, space: Workspace) -> Applicants:
    """The rows of a run, put together once."""
    return space.once(
        ("evidence", "applicants", experiment.id, run.card.id), lambda: _applicants(experiment, run)
    )


def said_of(run: ModelRun, features: pd.DataFrame) -> np.ndarray:
    """(n,) what the fitted model says of applicants: probabilities, or amounts."""
    return model_of(run).predict(features)


def worded(run: ModelRun) -> Callable[[float], str]:
    """How a probability or an amount of this run is written."""
    return percent if model_of(run).kind == DEFAULT else amount


def amount(value: float) -> str:
    """An amount with as many digits as it needs."""
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:,.4g}"


def line_words(threshold: float) -> str:
    """A probability from which on something is decided, as `4.27 %`; above 1 none reaches it."""
    if threshold > 1:
        return "over 100 %"
    return f"{100 * threshold:.3g} %"


def outcome_of(experiment: Experiment) -> str:
    """What the probability or the amount is of, for Markdown: “defaulted: yes”."""
    column = experiment.request.dataset.roles["target"]
    if not experiment.outputs:
        return f"“{shown(column, 40)}”"
    return f"“{shown(f'{cut(column, 40)}: {cut(experiment.outputs[1], 30)}')}”"


def decisions_of(experiment: Experiment) -> tuple[str, str]:
    """What happens below the threshold, and from it on."""
    if experiment.request.options.get("template", "") in _LENDING:
        return "approve", "decline"
    return "no flag", "flag"


def loss_share(run: ModelRun) -> float:
    """The share of the exposure that is lost in a default."""
    return float(run.pipeline.config.settings.get("loss_given_default", 0.5))


def _applicants(experiment: Experiment, run: ModelRun) -> Applicants:
    dataset, rows = experiment.request.dataset, experiment.rows
    frame = dataset.table.frame
    used = [each.name for each in model_of(run).plan.used]
    features = frame.reindex(columns=used).iloc[rows].reset_index(drop=True)
    actual = _actual(experiment, len(rows))
    found = run.predictions
    said = found.risk if isinstance(found, RiskPredictions) else cast(AmountPredictions, found).values
    exposure = _exposure(experiment)
    taught, judged = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    judged[experiment.tested] = True
    if experiment.request.training is None:
        taught[experiment.split.train] = True
        if not len(experiment.split.train):
            taught = np.isfinite(actual)
    names = names_of(dataset, rows)
    threshold = found.threshold if isinstance(found, RiskPredictions) else float("nan")
    cuts = found.own_cuts if isinstance(found, RiskPredictions) else np.full(len(rows), np.nan)
    return Applicants(
        features, np.asarray(said, dtype=float), actual, names, exposure, taught, judged, threshold,
        cuts,
    )


def names_of(dataset: Dataset, rows: np.ndarray) -> np.ndarray:
    """(n,) object; what rows are called: by identifier, with the row number where it repeats."""
    numbers = [f"row {dataset.table.row_number(int(row)):,}" for row in rows]
    ids = dataset.column("id")
    if ids is None:
        return np.array(numbers, dtype=object)
    cells = ids.iloc[rows]
    names = pd.Series([cut(each, 40) for each in cells], dtype=object)
    unclear = names.duplicated(keep=False).to_numpy() | cells.isna().to_numpy()
    return np.array(
        [f"{name} ({number})" if twice else name
         for name, number, twice in zip(names, numbers, unclear, strict=True)], dtype=object,
    )


def _actual(experiment: Experiment, count: int) -> np.ndarray:
    if experiment.truth is None:
        return np.full(count, np.nan)
    if not experiment.outputs:
        return experiment.truth.to_numpy(dtype=float, na_value=np.nan)
    known = experiment.truth.notna().to_numpy()
    yes = (experiment.truth == experiment.outputs[1]).to_numpy(dtype=bool, na_value=False)
    return np.where(known, yes.astype(float), np.nan)


def _exposure(experiment: Experiment) -> np.ndarray | None:
    cells = experiment.request.dataset.column("exposure")
    if cells is None:
        return None
    try:
        return read_money(cells.iloc[experiment.rows], "exposure")
    except LitmusError:
        # The page can do without; whoever asks for money is told so by step 4.
        return None
