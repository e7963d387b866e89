"""A new file of applicants scored with a fitted model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pandas as pd

from data.table import Table
from pipelines.pipeline import Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.scoring import free_names
from pipelines.tabular.batch import as_features
from pipelines.tabular.pipeline import TabularPipeline
from pipelines.tabular.predictions import RiskPredictions


def score_applicants(
    pipeline: Pipeline, table: Table, roles: Mapping[str, str], progress: Progress = SILENT
) -> pd.DataFrame:
    """The rows of a file with the probability of default or the amount of each.

    Where a column holds the exposure, the expected loss is added: probability x exposure x loss given
    default.

    Raises:
        DataError: a column that the model learnt from is missing, or an exposure is negative.
    """
    known = cast(TabularPipeline, pipeline)
    progress.stage(pipeline.card.title, len(table.frame))
    predictions = known.predict(as_features(table.frame), progress)
    found = predictions.frame()
    if isinstance(predictions, RiskPredictions) and "exposure" in roles:
        found["expected_loss"] = known.expected_loss(
            predictions.risk, table.frame[roles["exposure"]]
        )
    found = found.set_axis(free_names(table.frame.columns, found.columns), axis=1)
    return pd.concat([table.frame, found.set_index(table.frame.index)], axis=1)
