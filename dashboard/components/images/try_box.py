"""One more image, from a file or the camera, answered at once."""

from __future__ import annotations

from typing import cast

import pandas as pd
import streamlit as st

from dashboard.components.dataset_picker import IMAGE_TYPES
from dashboard.components.images.opened import top_classes
from dashboard.components.text import shown
from dashboard.session import Workspace
from data.errors import LitmusError
from data.images.picture import Picture
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import ClassPredictions

FILE, CAMERA = "A file", "The camera"


@st.fragment
def try_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw a place for an image and what the model calls it."""
    slug = experiment.request.task.slug
    way = st.segmented_control(
        "From", [FILE, CAMERA], default=FILE, required=True, key=f"{slug}-try-from",
        label_visibility="collapsed",
    )
    left, right = st.columns([5, 6], gap="medium")
    with left:
        if way == CAMERA:
            given = st.camera_input("Take a photo", key=f"{slug}-try-camera")
        else:
            given = st.file_uploader(
                "An image", type=[each for each in IMAGE_TYPES if each != "zip"],
                key=f"{slug}-try-file",
            )
    if given is None:
        st.caption(f"{shown(run.card.title)} answers at once. The image stays in this session.")
        return
    picture = Picture.of_bytes(given.name, given.getvalue())
    try:
        image = picture.open(shortest=320)
        found = cast(
            ClassPredictions,
            run.pipeline.predict(pd.DataFrame({"image": pd.Series([picture], dtype=object)})),
        )
    except LitmusError as error:
        st.error(shown(str(error), most=600), icon=":material/error:")
        return
    image.thumbnail((420, 420))
    if way != CAMERA:
        left.image(image, width="content")
    with right:
        st.markdown(
            f"**{shown(str(found.labels[0]), 60)}**, {100 * found.confidence[0]:.0f} % confident"
        )
        top_classes(found)
