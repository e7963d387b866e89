"""The boxes as CSV, the images with what was found blurred, and what that may be used for."""

from __future__ import annotations

import io

import streamlit as st

from dashboard.components.objects.evidence import boxes_of, counts_table, pictures_of
from dashboard.components.text import count
from dashboard.session import Workspace
from data.export import safe_csv
from pipelines.experiment import Experiment, ModelRun
from pipelines.vision.boxes import table
from pipelines.vision.drawing import write_blurred
from pipelines.vision.faces import FACE, USE

# So many images fit into memory at once, at a few megabytes each.
PART = 200
OTHERS = (
    "For counting, and for blurring what was found. Nobody has drawn boxes on your images by hand, so "
    "where they are is not judged: look through the results before you rely on them."
)


def note(run: ModelRun) -> str:
    """What a model may be used for and what it misses."""
    labels = boxes_of(run).per_label()
    return USE if run.card.id == "faces" or FACE in labels else OTHERS


def take_along_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the downloads."""
    slug = experiment.request.task.slug
    found, pictures = boxes_of(run), pictures_of(experiment)
    with st.grid(2, min_column_width=300):
        with st.container(border=True, height="stretch"):
            st.markdown("**Boxes and counts**")
            st.caption(
                "One row a box: image, label, score, and the left, top, right and bottom edge in "
                "pixels of the upright image. Counts have one row an image."
            )
            with st.container(horizontal=True):
                st.download_button(
                    "Boxes", lambda: safe_csv(
                        table([picture.name for picture in pictures], found.boxes),
                        byte_order_mark=True,
                    ),
                    file_name="boxes.csv", mime="text/csv", icon=":material/download:",
                    on_click="ignore", key=f"{slug}-boxes-{run.card.id}",
                )
                st.download_button(
                    "Counts", lambda: safe_csv(
                        counts_table(experiment, run), byte_order_mark=True
                    ),
                    file_name="counts.csv", mime="text/csv", icon=":material/download:",
                    on_click="ignore", key=f"{slug}-counts-{run.card.id}",
                )
        with st.container(border=True, height="stretch"):
            st.markdown("**Blurred images**")
            st.caption(
                "A ZIP of every image with what was found blurred for good, upright, without place, "
                "camera or date. File names stay: they may name people, too."
            )
            _archive(experiment, run)


def _archive(experiment: Experiment, run: ModelRun) -> None:
    slug = experiment.request.task.slug
    found, pictures = boxes_of(run), pictures_of(experiment)
    starts = list(range(0, len(pictures), PART))
    start = 0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(starts) > 1:
            start = st.selectbox(
                "Images", starts, key=f"{slug}-part", width=180,
                format_func=lambda at: f"{at + 1:,} to {min(at + PART, len(pictures)):,}",
            ) or 0
        part = slice(start, start + PART)
        st.download_button(
            f"{count(len(pictures[part]), 'image')}, blurred",
            lambda: _blurred(experiment, run, part), file_name=f"blurred-{start + 1}.zip",
            mime="application/zip", icon=":material/blur_on:", on_click="ignore",
            key=f"{slug}-blurred-{run.card.id}", disabled=not found.counts[part].size,
        )


def _blurred(experiment: Experiment, run: ModelRun, part: slice) -> bytes:
    out = io.BytesIO()
    write_blurred(pictures_of(experiment)[part], boxes_of(run).boxes[part], out)
    return out.getvalue()
