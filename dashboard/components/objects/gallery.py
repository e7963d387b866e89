"""The images of a run with what was found in them drawn, filtered, sorted and opened."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.components.objects.evidence import (
    boxes_of,
    pictures_of,
    previews,
    truth_of,
)
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.vision.boxes import BoxPredictions, table, words

PAGE = 12
SIDE = 320
LARGE = 900
MOST, LEAST, AS_GIVEN, FURTHEST = "most first", "fewest first", "as in the file", "furthest off first"
DRAWN, BLURRED = "Boxes", "Blurred"


@st.fragment
def gallery_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the filters, a page of images, and the opened one."""
    slug = experiment.request.task.slug
    found = boxes_of(run)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rows = _chosen(experiment, run, found)
        hidden = st.segmented_control(
            "Show", [DRAWN, BLURRED], default=DRAWN, required=True, key=f"{slug}-hidden",
            persist_state="session",
        ) == BLURRED
    if not len(rows):
        st.info("No image is left: loosen the filters above.", icon=":material/filter_alt_off:")
        return
    pages, page = -(-len(rows) // PAGE), 1
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count(len(rows), 'image')} of {len(found):,}. Click a name to open its image.")
        if pages > 1:
            page = int(st.number_input(
                f"Page of {pages:,}", 1, pages, key=f"{slug}-gallery-page", width=140,
            ))
    opened_view(experiment, run, space, rows, hidden=hidden)
    here = rows[(min(page, pages) - 1) * PAGE : min(page, pages) * PAGE]
    tiles(experiment, run, space, here, hidden=hidden, key=f"{slug}-open")


def tiles(
    experiment: Experiment, run: ModelRun, space: Workspace, rows: np.ndarray, *, key: str,
    hidden: bool = False,
) -> None:
    """Draw some images with how many were found in each, and the true count where known."""
    slug, found, truth = experiment.request.task.slug, boxes_of(run), truth_of(experiment)
    pictures, labels = pictures_of(experiment), list(found.per_label())
    small = previews(
        space, [pictures[row] for row in rows], [found.boxes[row] for row in rows], SIDE, labels,
        hidden=hidden,
    )
    with st.grid(4, min_column_width=200, gap="small"):
        for row, content in zip(rows, small, strict=True):
            known = truth is not None and np.isfinite(truth[row])
            wrong = truth is not None and known and truth[row] != found.counts[row]
            said = f"{found.counts[row]:,}"
            if wrong and truth is not None:
                said += f", true {truth[row]:g}"
            with st.container(gap="xxsmall"):
                st.image(content, width="stretch")
                st.button(
                    f"{said} · {shown(pictures[row].name, 24)}", key=f"{key}-{row}",
                    type="tertiary", icon=":material/close:" if wrong else None, width="stretch",
                    help=shown(words(found.boxes[row]) or "nothing found", 200),
                    on_click=st.session_state.__setitem__, args=(f"{slug}-opened", int(row)),
                )


def _chosen(experiment: Experiment, run: ModelRun, found: BoxPredictions) -> np.ndarray:
    slug, truth = experiment.request.task.slug, truth_of(experiment)
    keep = np.ones(len(found), dtype=bool)
    labels = list(found.per_label())
    if len(labels) > 1:
        wanted = st.multiselect(
            "With", labels, key=f"{slug}-with-{run.card.id}", width=300,
            format_func=lambda name: shown(name, 30), placeholder="anything",
        )
        if wanted:
            keep &= [any(box.label in wanted for box in own) for own in found.boxes]
    orders = [MOST, LEAST, AS_GIVEN] if truth is None else [FURTHEST, MOST, LEAST, AS_GIVEN]
    order = st.selectbox("Order", orders, key=f"{slug}-order-{len(orders)}", width=190)
    rows = np.flatnonzero(keep)
    if order == AS_GIVEN:
        return rows
    if order == FURTHEST and truth is not None:
        off = np.nan_to_num(np.abs(found.counts - truth), nan=-1.0)
        return rows[np.argsort(-off[rows], kind="stable")]
    sign = 1 if order == LEAST else -1
    return rows[np.argsort(sign * found.counts[rows], kind="stable")]


def opened_view(
    experiment: Experiment, run: ModelRun, space: Workspace, rows: np.ndarray, *,
    hidden: bool = False,
) -> None:
    """Draw the image whose name was clicked, beside its boxes, if it is one of these rows."""
    slug, found = experiment.request.task.slug, boxes_of(run)
    opened = st.session_state.get(f"{slug}-opened")
    row = next((int(row) for row in rows if row == opened), None)
    if row is None:
        return
    picture, own = pictures_of(experiment)[row], found.boxes[row]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center",
                          horizontal_alignment="distribute"):
            st.markdown(
                f"**{shown(picture.name, 90)}** · {shown(words(own) or 'nothing found', 120)}"
            )
            st.button(
                "Close", key=f"{slug}-close", icon=":material/close:", type="tertiary",
                on_click=st.session_state.pop, args=(f"{slug}-opened", None),
            )
        left, right = st.columns([6, 5], gap="medium")
        labels = list(found.per_label())
        left.image(previews(space, [picture], [own], LARGE, labels, hidden=hidden)[0],
                   width="stretch")
        right.dataframe(
            table([picture.name], [own]).drop(columns="image"), hide_index=True, height="content",
            alt="What was found in this image, in pixels from its upper left corner",
        )
