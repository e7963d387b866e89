"""The predictions of a run as a table and as files that a spreadsheet opens safely."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd

from data.export import safe_csv
from pipelines.experiment import Experiment, ModelRun
from pipelines.report.kinds import OwnDownload, find_page
from pipelines.scoring import beside, free_names


def prediction_file(run: ModelRun) -> str:
    """The name of the file with a model's predictions."""
    return f"predictions-{safe_name(run.card.id)}.csv"


def safe_name(model: str) -> str:
    """A model id as part of a file name."""
    return re.sub(r"[^\w.-]+", "_", model)


def prediction_table(experiment: Experiment, run: ModelRun) -> pd.DataFrame:
    """What the model of a run said, as the kind of its task lays it out.

    By default every row of the data set with its prediction, blank where a row could not be
    predicted; where only some rows ask (questions among documents), those alone.

    Returns:
        The user's columns, then what the model says, as the scores took it (`prediction`,
        `confidence`, one probability a class), and `used_for`: test, training, unlabelled or left
        out. A name that the user's columns have already gets `litmus_` in front.
    """
    page = find_page(experiment.request.task.kind)
    if isinstance(page, OwnDownload):
        return page.download(experiment, run)
    dataset = experiment.request.dataset
    found = page.table(run.predictions, experiment.judged)
    use = np.full(dataset.rows, "left out", dtype=object)
    use[experiment.rows] = "unlabelled"
    use[experiment.rows[experiment.split.train]] = "training"
    use[experiment.rows[experiment.tested]] = "test"
    whole = beside(dataset, experiment.rows, found)
    whole[free_names(whole.columns, ["used_for"])[0]] = use
    return whole.iloc[experiment.rows] if experiment.request.task.asks else whole


def prediction_csv(
    experiment: Experiment, run: ModelRun, *, byte_order_mark: bool = False
) -> bytes:
    """The prediction table as CSV, formulas in text cells neutralised."""
    table = prediction_table(experiment, run)
    return safe_csv(table, byte_order_mark=byte_order_mark)


def prediction_parquet(experiment: Experiment, run: ModelRun) -> bytes:
    """The prediction table as Parquet."""
    return parquet(prediction_table(experiment, run))


def parquet(table: pd.DataFrame) -> bytes:
    """A table as Parquet, columns of mixed cells as text."""
    table = table.copy(deep=False)
    mixed = [name for name in table.columns if table[name].dtype == object]
    table[mixed] = table[mixed].astype("string")
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()
