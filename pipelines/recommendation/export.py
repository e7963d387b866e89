"""Lists for everybody, as a shop or a mailing takes them over."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.progress import SILENT, Progress
from pipelines.recommendation.lists import ListPredictions
from pipelines.recommendation.pipeline import ListPipeline

COLUMNS = ("user", "rank", "item", "title", "score", "rule")


def lists_for_everyone(
    pipeline: ListPipeline, length: int, progress: Progress = SILENT
) -> pd.DataFrame:
    """The best items for every user from everything that user took, what judged included.

    Args:
        pipeline: that has learnt; its rules hold for every list.
        length: items of each list.
        progress: hears of the users done.

    Returns:
        One row an item of a list, users in order of their ids: `user`, `rank` from 1, `item`,
        `title` (the id where none is known), `score` on the method's own scale, and `rule`, which
        says how a list came about where the method did not make it, and why one is short.

    Raises:
        CancelledRun: the user asked to stop.
    """
    lessons = pipeline.lessons
    histories = lessons.everything
    progress.stage("Lists for everybody", histories.shape[0])
    number = min(length, len(lessons.all.items))
    lists, scores, notes = pipeline.serve(histories, number, progress)
    found = ListPredictions(
        lessons, lessons.all.users, lists, scores, notes, number,
        np.full(len(lists), None, dtype=object),
    ).long_frame(lessons.all.users)
    if "title" not in found:
        found["title"] = found["item"]
    if "rule" not in found:
        found["rule"] = ""
    return found[list(COLUMNS)]
