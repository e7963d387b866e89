"""What the views of objects and faces look at, from a run of this session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd

from dashboard.components.images.thumbnails import BLANK
from dashboard.session import Workspace
from data.errors import DataError
from data.images.picture import Picture
from pipelines.experiment import Experiment, ModelRun
from pipelines.vision.boxes import Boxes, BoxPredictions
from pipelines.vision.drawing import preview

# About 15 KB each.
MOST_KEPT = 600


def boxes_of(run: ModelRun) -> BoxPredictions:
    """What a model found."""
    return cast(BoxPredictions, run.predictions)


def pictures_of(experiment: Experiment) -> list[Picture]:
    """The pictures of the predicted rows, in order."""
    batch = experiment.request.dataset.batch()["image"]
    return cast("list[Picture]", batch.iloc[experiment.rows].tolist())


def truth_of(experiment: Experiment) -> np.ndarray | None:
    """The true counts of the predicted rows, NaN where there is none; None without counts."""
    return None if experiment.truth is None else experiment.truth.to_numpy(dtype=float)


def lookers(experiment: Experiment) -> dict[str, ModelRun]:
    """The runs of models that look at the images, by id; the baseline where it ran alone."""
    runs = {run.card.id: run for run in experiment.runs if not run.card.baseline}
    return runs or {run.card.id: run for run in experiment.runs}


def previews(
    space: Workspace, pictures: Sequence[Picture], found: Sequence[Boxes], longest: int,
    labels: Sequence[str], *, hidden: bool = False,
) -> list[bytes]:
    """Small copies with their boxes drawn or blurred, made when they are first shown."""
    kept: dict[tuple[object, ...], bytes] = space.memo.setdefault("boxes drawn", {})
    if len(kept) > MOST_KEPT:
        kept.clear()
    made = []
    for picture, boxes in zip(pictures, found, strict=True):
        key = (picture.digest, boxes, longest, tuple(labels), hidden)
        if key not in kept:
            try:
                kept[key] = preview(picture, boxes, longest, labels, hidden=hidden)
            except DataError:
                kept[key] = BLANK
        made.append(kept[key])
    return made


def counts_table(experiment: Experiment, run: ModelRun) -> pd.DataFrame:
    """One row an image: its name, how many of each label, and the true count where known."""
    found = boxes_of(run)
    frame = pd.DataFrame({
        "image": [picture.name for picture in pictures_of(experiment)], "count": found.counts,
    })
    truth = truth_of(experiment)
    if truth is not None:
        frame["true count"] = truth
        frame["difference"] = found.counts - truth
    labels = list(found.per_label())
    if len(labels) > 1:
        for label in labels:
            frame[label if label not in frame else f"{label} (found)"] = [
                sum(box.label == label for box in own) for own in found.boxes
            ]
    return frame
