"""The predictions of a run as a table and as files that a spreadsheet opens safely."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd

from data.export import safe_csv
from pipelines.experiment import Experiment, ModelRun
from pipelines.report.kinds import find_page


def prediction_file(run: ModelRun) -> str:
    """The name of the file with a model's predictions."""
    return f"predictions-{safe_name(run.card.id)}.csv"


def safe_name(model: str) -> str:
    """A model id as part of a file name."""
    return re.sub(r"[^\w.-]+", "_", model)


def prediction_table(experiment: Experiment, run: ModelRun) -> pd.DataFrame:
    """Every row of the data set with its prediction; blank where a row could not be predicted.

    Where only some rows ask (questions among documents), those alone.

    Returns:
        The user's columns, then what the model says, as the scores took it (`prediction`,
        `confidence`, one probability a class), and `used_for`: test, training, unlabelled or left
        out. A name that the user's columns have already gets `litmus_` in front.
    """
    frame = experiment.request.dataset.table.frame
    page = find_page(experiment.request.task.kind)
    found = page.table(run.predictions, experiment.judged)
    found.index = pd.Index(experiment.rows)
    found = found.reindex(frame.index)
    use = np.full(len(frame), "left out", dtype=object)
    use[experiment.rows] = "unlabelled"
    use[experiment.rows[experiment.split.train]] = "training"
    use[experiment.rows[experiment.tested]] = "test"
    found["used_for"] = use
    taken = set(frame.columns)
    found = found.rename(columns=lambda name: f"litmus_{name}" if name in taken else name)
    whole = pd.concat([frame, found], axis=1)
    return whole.iloc[experiment.rows] if experiment.request.task.asks else whole


def prediction_csv(
    experiment: Experiment, run: ModelRun, *, byte_order_mark: bool = False
) -> bytes:
    """The prediction table as CSV, formulas in text cells neutralised."""
    return safe_csv(prediction_table(experiment, run), byte_order_mark=byte_order_mark)


def prediction_parquet(experiment: Experiment, run: ModelRun) -> bytes:
    """The prediction table as Parquet."""
    table = prediction_table(experiment, run)
    mixed = [name for name in table.columns if table[name].dtype == object]
    table[mixed] = table[mixed].astype("string")
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()
