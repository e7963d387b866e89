"""What the evaluation step looks at, with pictures of the rows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from dashboard.components.classification import evidence as classes
from dashboard.components.classification.evidence import Evidence
from dashboard.components.images.opened import open_image
from dashboard.components.images.thumbnails import thumbnail_urls
from dashboard.session import Workspace
from pipelines.experiment import Experiment

SIDE = 64


def evidence_of_run(experiment: Experiment, space: Workspace) -> Evidence:
    """The evidence of a run, made once for the session."""
    return space.once(
        ("evidence", "images", experiment.id), partial(_with_pictures, experiment, space)
    )


def _with_pictures(experiment: Experiment, space: Workspace) -> Evidence:
    pictures = experiment.request.dataset.batch()["image"]
    judged = experiment.rows[experiment.tested]

    def previews(rows: np.ndarray) -> list[str]:
        return thumbnail_urls(space, pictures.iloc[judged[rows]].tolist(), SIDE)

    def open_row(model: str, row: int) -> None:
        open_image(experiment, experiment.run_of(model), space, int(experiment.tested[row]))

    found = classes.evidence_of_run(experiment, space)
    return replace(found, previews=previews, open_row=open_row, explain=None)
