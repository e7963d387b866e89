"""Lists for the users that a file names, from a fitted model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pandas as pd

from data.errors import OptionError
from data.table import Table
from pipelines.pipeline import Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.ids import coded
from pipelines.recommendation.pipeline import ListPipeline


def score_users(
    pipeline: Pipeline, table: Table, roles: Mapping[str, str], progress: Progress = SILENT
) -> pd.DataFrame:
    """One row an item of the list of each user of a file, in the order of the users' ids.

    Items that the file says a user took are not heard of: lists follow what the model knows of them.

    Raises:
        OptionError: no column holds users.
    """
    if "user" not in roles:
        raise OptionError("Which column holds the users? Name it with --map user=COLUMN.")
    names = coded(table.frame[roles["user"]], "user").names
    progress.stage(pipeline.card.title, len(names))
    batch = pd.DataFrame({"user": pd.Series(names, dtype=object)})
    return cast(ListPipeline, pipeline).predict(batch, progress).long_frame(names)
