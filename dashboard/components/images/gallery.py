"""The images of a run with what a model calls them: filtered, sorted, opened."""

from __future__ import annotations

from typing import cast

import numpy as np
import streamlit as st

from dashboard.components.images.opened import open_image
from dashboard.components.images.thumbnails import thumbnails
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from data.images.picture import Picture
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import ClassPredictions

PAGE = 28
SIDE = 192
ORDERS = ("least sure first", "most sure first", "as in the file")
SIDES = ("all", "right", "wrong")


@st.fragment
def gallery_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the filters, a page of images, and the opened one."""
    slug = experiment.request.task.slug
    found = cast(ClassPredictions, run.predictions)
    rows = _chosen(experiment, run, found)
    if not len(rows):
        st.info("No image is left: loosen the filters above.", icon=":material/filter_alt_off:")
        return
    pages = -(-len(rows) // PAGE)
    page = 1
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count(len(rows), 'image')} of {len(found):,}. Click a name to open its image.")
        if pages > 1:
            page = int(st.number_input(
                f"Page of {pages:,}", 1, pages, key=f"{slug}-gallery-page", width=140,
            ))
    here = rows[(min(page, pages) - 1) * PAGE : min(page, pages) * PAGE]
    key = f"{slug}-opened"
    if st.session_state.get(key) in set(rows.tolist()):
        open_image(experiment, run, space, int(st.session_state[key]))
    pictures = pictures_of(experiment)
    truth = _truth(experiment)
    with st.grid(8, min_column_width=118, gap="small"):
        for row, small in zip(
            here, thumbnails(space, [pictures[row] for row in here], SIDE), strict=True
        ):
            with st.container(gap="xxsmall"):
                st.image(small, width="stretch")
                label = shown(str(found.labels[row]), 22)
                wrong = truth is not None and truth[row] is not None and truth[row] != found.labels[row]
                st.button(
                    f"{label} {100 * found.confidence[row]:.0f} %", key=f"{slug}-open-{row}",
                    type="tertiary", icon=":material/close:" if wrong else None, width="stretch",
                    help=f"{shown(pictures[row].name, 80)}"
                    + (f", is {shown(str(truth[row]), 40)}" if wrong and truth is not None else ""),
                    on_click=st.session_state.__setitem__, args=(key, int(row)),
                )


def pictures_of(experiment: Experiment) -> list[Picture]:
    """The pictures of the predicted rows, in order."""
    batch = experiment.request.dataset.batch()["image"]
    return batch.iloc[experiment.rows].tolist()


def _truth(experiment: Experiment) -> np.ndarray | None:
    if experiment.truth is None:
        return None
    known = experiment.truth.astype(object)
    return known.where(known.notna(), None).to_numpy()


def _chosen(experiment: Experiment, run: ModelRun, found: ClassPredictions) -> np.ndarray:
    slug = experiment.request.task.slug
    counts = np.bincount(found.codes, minlength=len(found.classes))
    named = [found.classes[code] for code in np.argsort(-counts, kind="stable") if counts[code]]
    truth = _truth(experiment)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.multiselect(
            "Called", named, key=f"{slug}-called-{run.card.id}", width=320,
            format_func=lambda name: shown(name, 30), placeholder="any of the names",
        )
        side = "all"
        if truth is not None:
            side = st.segmented_control(
                "Against the label", SIDES, default="all", required=True, key=f"{slug}-side",
                persist_state="session",
            ) or "all"
        order = st.selectbox("Order", ORDERS, key=f"{slug}-order", width=190,
                             persist_state="session")
        low, high = st.slider("Confidence, %", 0, 100, (0, 100), key=f"{slug}-sure", width=200)
    keep = (100 * found.confidence >= low) & (100 * found.confidence <= high)
    if wanted:
        keep &= np.isin(found.labels, wanted)
    if truth is not None and side != "all":
        known = np.array([each is not None for each in truth])
        right = truth == found.labels
        keep &= known & (right if side == "right" else ~right)
    rows = np.flatnonzero(keep)
    if order == ORDERS[2]:
        return rows
    ranked = np.argsort(found.confidence[rows], kind="stable")
    return rows[ranked if order == ORDERS[0] else ranked[::-1]]
