"""What the lists of a run are judged by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.evaluation.ranking_results import Ground
from pipelines.recommendation.lessons import ListLessons


def ground_of(truth: pd.Series, batch: pd.DataFrame, lessons: ListLessons) -> Ground:
    """What was held back, and what everybody had taken before.

    Args:
        truth: (n,) arrays of the items held back.
        batch: (n,) rows of the judged users.
        lessons: what the models learnt from.
    """
    users = batch["user"].map(lessons.user_at).to_numpy(dtype=np.int64)
    return Ground(
        held=truth.tolist(), items=len(lessons.all.items), histories=lessons.taken[users],
        training=lessons.taken, groups=batch.get("group"),
    )
