"""One image beside what a model made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.images.thumbnails import thumbnails
from dashboard.components.text import shown
from dashboard.session import Workspace
from data.errors import LitmusError
from data.images.picture import Picture
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import ClassPredictions

if TYPE_CHECKING:
    from PIL import Image

SIDE = 420
NEAREST = 6
# Heat is drawn from clear over amber to red, on the darkened image.
AMBER, RED = np.array([255, 190, 60]), np.array([220, 40, 30])


def open_image(experiment: Experiment, run: ModelRun, space: Workspace, row: int) -> None:
    """Draw the image, where the model looked, its best classes, and the nearest images it learnt.

    Args:
        row: position among the predicted rows.
    """
    task = experiment.request.task
    picture = experiment.request.dataset.batch()["image"].iloc[experiment.rows[row]]
    found = cast(ClassPredictions, run.predictions).take(np.array([row]))
    said = str(found.labels[0])
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center",
                          horizontal_alignment="distribute"):
            st.markdown(f"**{shown(picture.name, 90)}**{_against(experiment, row, said)}")
            st.button(
                "Close", key=f"{task.slug}-close", icon=":material/close:", type="tertiary",
                on_click=st.session_state.pop, args=(f"{task.slug}-opened", None),
            )
        left, right = st.columns([5, 6], gap="medium")
        with left:
            _picture(run, space, picture, said, key=f"{task.slug}-heat")
        with right:
            top_classes(found)
            _nearest(experiment, space, picture)


def top_classes(found: ClassPredictions) -> None:
    """The most probable classes of one image, as bars."""
    names, chances = found.top(5)
    st.dataframe(
        pd.DataFrame({"class": names[0], "probability": chances[0]}), hide_index=True,
        column_config={
            "class": st.column_config.TextColumn("Best guesses"),
            "probability": st.column_config.ProgressColumn(
                "Probability", min_value=0, max_value=1, format="percent"
            ),
        },
        alt="The most probable classes of this image", row_height=30,
    )


def _against(experiment: Experiment, row: int, said: str) -> str:
    truth = None if experiment.truth is None else experiment.truth.iloc[row]
    if truth is None or pd.isna(truth):
        return f" · called **{shown(said, 40)}**"
    verdict = "right" if truth == said else "wrong"
    return f" · is **{shown(str(truth), 40)}**, called **{shown(said, 40)}**: {verdict}"


def _picture(
    run: ModelRun, space: Workspace, picture: Picture, said: str, key: str
) -> None:
    try:
        image = picture.open(shortest=SIDE)
    except LitmusError as error:
        st.error(shown(str(error)))
        return
    image.thumbnail((SIDE, SIDE))
    if max(image.size) < SIDE:
        scale = SIDE / max(image.size)
        # Small images are enlarged without smoothing, so that one sees the pixels the model saw.
        image = image.resize((round(image.width * scale), round(image.height * scale)), 0)
    heat = space.once(
        ("evidence", "heat", run.card.id, picture.digest, said),
        lambda: run.pipeline.heat(picture, said),
    )
    if heat is None:
        st.image(image, width="content")
        st.caption("This model gives no account of where it looked.")
        return
    if st.toggle("Show where the model looked", value=True, key=key, persist_state="session"):
        image = heated(image, heat)
    st.image(image, width="content")
    st.caption(f"{run.pipeline.heat_is} {shown(said, 40)}. It shows where, not why, and is coarse.")


def heated(image: Image.Image, heat: np.ndarray) -> Image.Image:
    """The image under its heat.

    Args:
        heat: shape (h, w) of any size, from 0 to 1.
    """
    from PIL import Image as Pil

    grown = Pil.fromarray((255 * heat).astype(np.uint8)).resize(image.size, 2)
    strength = np.asarray(grown, dtype=np.float32)[..., None] / 255
    colour = AMBER + (RED - AMBER) * strength
    mixed = np.asarray(image, dtype=np.float32) * (1 - 0.65 * strength) + 0.65 * strength * colour
    return Pil.fromarray(np.clip(mixed, 0, 255).astype(np.uint8))


def _nearest(experiment: Experiment, space: Workspace, picture: Picture) -> None:
    """The training images most like this one, with their labels."""
    pictures, labels = training_images(experiment)
    if not pictures:
        return
    from pipelines.vision.neighbours import nearest

    places = space.once(
        ("evidence", "nearest", experiment.id, picture.digest),
        lambda: nearest(picture, pictures, NEAREST),
    )
    if not places:
        return
    st.caption("The most similar images that models learnt from, with the label they have:")
    with st.grid(NEAREST, min_column_width=70, gap="small"):
        some = [pictures[place] for place, _ in places]
        for (place, likeness), small in zip(places, thumbnails(space, some), strict=True):
            st.image(small, caption=f"{shown(labels[place], 20)} {likeness:.2f}", width="stretch")


def training_images(experiment: Experiment) -> tuple[list[Picture], list[str]]:
    """The labelled images that models were fitted to; all that are labelled under cross-validation."""
    request = experiment.request
    if request.training is not None:
        dataset = request.training
        rows = np.flatnonzero(dataset.usable("image", "label"))
        truth = dataset.truth()
        assert truth is not None, "a training file without labels was refused"
        return dataset.batch()["image"].iloc[rows].tolist(), truth.iloc[rows].astype(str).tolist()
    if experiment.truth is None:
        return [], []
    split = experiment.split
    rows = split.test if split.folds else split.train
    batch = request.dataset.batch()["image"].iloc[experiment.rows[rows]]
    return batch.tolist(), experiment.truth.iloc[rows].astype(str).tolist()
