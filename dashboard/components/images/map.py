"""Images laid out so that similar ones stand close: what groups there are, and who stands wrong."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.image_map import image_map
from dashboard.charts.show import show
from dashboard.components.images.gallery import pictures_of
from dashboard.components.images.hover import images_on_hover
from dashboard.components.images.opened import open_image
from dashboard.components.images.thumbnails import thumbnail_urls
from dashboard.components.text import count
from dashboard.components.waiting import wait_for
from dashboard.session import Workspace, start_job
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import ClassPredictions
from pipelines.progress import Progress

MOST = 2_000
DRAWN = 150
SIDE = 64


def _how(images: int) -> str:
    from pipelines.vision.map import FEWEST_FOR_NEIGHBOURS

    if images < FEWEST_FOR_NEIGHBOURS:
        return "the two main directions (PCA) of the features of EfficientNet-lite2."
    return (
        "t-SNE of the features of EfficientNet-lite2. Distances within a group mean more than those "
        "between groups."
    )


def map_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the map, computed once for a set of images, in the job pool."""
    slug = experiment.request.task.slug
    pictures = pictures_of(experiment)
    rows = np.arange(len(pictures))
    if len(rows) > MOST:
        rows = np.sort(np.random.default_rng(0).choice(len(rows), MOST, replace=False))
    if len(rows) < 3:
        st.info("A map needs at least three images.", icon=":material/scatter_plot:")
        return
    job = space.memo.get(("evidence", "map job", experiment.id))
    if job is None:
        chosen = [pictures[row] for row in rows]

        def place(progress: Progress) -> np.ndarray:
            from pipelines.vision.map import map_of

            return map_of(chosen, progress=progress)

        job = start_job("Map of images", place)
        space.memo["evidence", "map job", experiment.id] = job
    if not job.finished:
        wait_for(job)
        return
    if job.state != "done":
        st.error(job.sentence, icon=":material/error:")
        return
    found = cast(ClassPredictions, run.predictions)
    labels, what = found.labels[rows], "called"
    if experiment.truth is not None and experiment.truth.notna().any():
        by = st.segmented_control(
            "Colour by", ["label", "prediction"], default="label", required=True,
            key=f"{slug}-map-by", persist_state="session",
        )
        if by == "label":
            labels = experiment.truth.iloc[rows].fillna("no label").to_numpy(dtype=object)
            what = "labelled"
    places = cast(np.ndarray, job.result)
    drawn = np.linspace(0, len(rows) - 1, min(DRAWN, len(rows))).astype(int)
    names = [pictures[row].name for row in rows]
    small = thumbnail_urls(space, [pictures[row] for row in rows], SIDE)
    key = f"{slug}-map-{what}"
    event = show(
        image_map(places, labels, names, rows, {each: small[each] for each in drawn.tolist()}),
        title=f"Images that look alike stand close; colours say what they are {what}",
        alt="Map of the images by likeness", key=key, height=560,
        table=pd.DataFrame({
            "image": names, what: labels,
            "across": places[:, 0].round(2), "up": places[:, 1].round(2),
        }),
        on_select="rerun",
    )
    images_on_hover(key, small, names)
    st.caption(
        f"{count(len(rows), 'image')}"
        + (f" drawn at random from {len(pictures):,}" if len(rows) < len(pictures) else "")
        + f"; {_how(len(rows))} Point at one to see its image, and click it to open it."
    )
    points = (event or {}).get("selection", {}).get("points", [])
    if points:
        open_image(experiment, run, space, int(points[-1]["customdata"][0]))
