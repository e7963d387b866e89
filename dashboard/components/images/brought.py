"""Step 1 for images: what was brought, which of them are the same, and how they look."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.components.column_mapper import chosen_roles
from dashboard.components.images.thumbnails import thumbnail_urls
from dashboard.components.text import count, shown
from dashboard.components.waiting import wait_for
from dashboard.session import Workspace, start_job
from data import samples
from data.images.duplicates import Duplicates, find_duplicates
from data.images.picture import Picture
from pipelines.progress import Progress
from pipelines.task import Task

if TYPE_CHECKING:
    from dashboard.jobs import Job

PAIRS_SHOWN = 50
FEWEST_TO_COMPARE = 10
PREVIEW = 60
SIDE = 64
PICTURE = "picture"


def image_figures(task: Task, space: Workspace) -> None:
    """One line of figures on the images, and the duplicates among them."""
    assert space.table is not None, "data comes first"
    st.markdown(figures_line(task, space))
    _take_sample(task, space)
    if len(space.table.frame) > 1:
        _duplicates(space)
    if len(space.table.frame) >= FEWEST_TO_COMPARE:
        _look_alikes(task, space)


def figures_line(task: Task, space: Workspace) -> str:
    """How many images there are, of which classes and sizes, and how many are copies."""
    assert space.table is not None, "data comes first"
    frame = space.table.frame
    figures = [count(len(frame), "image")]
    label = chosen_roles(task, space).get("label")
    if label is not None:
        held = frame[label].value_counts()
        if len(held):
            classes = count(len(held), "class", "classes")
            even = held.min() == held.max()
            sizes = f"{held.min():,} each" if even else f"{held.min():,} to {held.max():,}"
            figures.append(f"{classes} of {sizes}")
        blank = int(frame[label].isna().sum())
        if blank:
            figures.append(f"{blank:,} without a label")
    pixels = frame["width"].astype("str") + " x " + frame["height"].astype("str")
    figures.append(
        f"{pixels.iloc[0]} pixels" if pixels.nunique() == 1
        else f"{frame['width'].min():,} to {frame['width'].max():,} pixels wide"
    )
    figures.append(size_words(frame["size_kb"].sum()))
    copies = len(_found(space).pairs) if len(frame) > 1 else 0
    if copies:
        figures.append(count(copies, "duplicate"))
    return " · ".join(figures)


def size_words(kilobytes: float) -> str:
    """A size as `54 KB` or `1.2 MB`."""
    if kilobytes < 1024:
        return f"{max(1, round(kilobytes)):,} KB"
    return f"{kilobytes / 1024:,.1f} MB"


def _take_sample(task: Task, space: Workspace) -> None:
    """The ZIP of a sample, which the command line of step 5 names."""
    sample = next((each for each in samples.samples(task.slug) if each.id == space.source), None)
    if sample is None or not sample.images:
        return
    st.download_button(
        f"Download these images as {sample.id}.zip", partial(samples.archive, sample.id),
        file_name=f"{sample.id}.zip", mime="application/zip", key=f"{task.slug}-take-sample",
        type="tertiary", icon=":material/download:", on_click="ignore",
    )


def _found(space: Workspace) -> Duplicates:
    assert space.table is not None, "data comes first"
    pictures = list(space.table.pictures.values())
    return space.once(("duplicates",), lambda: find_duplicates(pictures))


def _duplicates(space: Workspace) -> None:
    assert space.table is not None, "data comes first"
    pictures = list(space.table.pictures.values())
    found = _found(space)
    if not found.pairs:
        return
    title = (
        f"{count(len(found.pairs), 'image')} {'is' if len(found.pairs) == 1 else 'are'} the same as "
        f"another: {found.exact:,} by their bytes, {found.near:,} by their looks"
    )
    with st.expander(title, icon=":material/content_copy:", on_change="rerun") as opened:
        if opened.open:
            st.caption(
                "Copies stay on one side of a split, so that no model is judged on what it learnt."
            )
            _pairs(space, pictures, [
                (pair.first, pair.second, "bytes" if pair.exact else "looks")
                for pair in found.pairs
            ])


def _look_alikes(task: Task, space: Workspace) -> None:
    """Mirrored, cropped and turned copies, which a network sees and a hash does not."""
    assert space.table is not None, "data comes first"
    pictures = list(space.table.pictures.values())
    job: Job | None = space.memo.get("look-alikes")
    title = "Look for mirrored and cropped copies"
    if job is not None and job.state == "done":
        title = (
            f"{count(len(job.result), 'pair')} of images look alike to the network"
            if job.result else "No mirrored or cropped copies were found"
        )
    with st.expander(
        title, icon=":material/flip:", on_change="rerun", key=f"{task.slug}-look-alikes-box"
    ) as opened:
        if not opened.open:
            return
        if job is None:
            learns = ", which a run of your own classes then need not do again" if task.learner else ""
            st.markdown(f"A pretrained network looks at every image{learns}.")
            if not st.button("Look for them", key=f"{task.slug}-look-alikes",
                             icon=":material/image_search:"):
                return
            job = space.memo["look-alikes"] = start_job("Look-alikes", _comparison(pictures))
        if not job.finished:
            wait_for(job)
        elif job.state != "done":
            st.error(job.sentence, icon=":material/error:")
        elif job.result:
            _pairs(space, pictures, [
                (pair.first, pair.second, f"{pair.cosine:.3f}") for pair in job.result
            ])
        else:
            st.caption(
                "Turned copies, and cropped ones of small images or images that all look much the "
                "same, are often missed."
            )


def _comparison(pictures: list[Picture]) -> Callable[[Progress], object]:
    def compare(progress: Progress) -> object:
        from pipelines.vision.alike import alike_pairs

        progress.stage("Looking at the images", len(pictures))
        return alike_pairs(pictures, progress=progress)

    return compare


def _pairs(
    space: Workspace, pictures: list[Picture], found: list[tuple[int, int, str]]
) -> None:
    """Pairs of images side by side: positions, and what is the same about them."""
    some = found[:PAIRS_SHOWN]
    first = [pictures[one] for one, _, _ in some]
    second = [pictures[other] for _, other, _ in some]
    st.dataframe(
        pd.DataFrame({
            "one": thumbnail_urls(space, first, SIDE), "first": [each.name for each in first],
            "other": thumbnail_urls(space, second, SIDE),
            "second": [each.name for each in second],
            "same": [same for _, _, same in some],
        }),
        hide_index=True, row_height=56, height=min(260, 40 + 56 * len(some)),
        alt="Images that are the same",
        column_config={name: st.column_config.ImageColumn("", width="small")
                       for name in ("one", "other")},
    )
    if len(found) > PAIRS_SHOWN:
        st.caption(f"The first {PAIRS_SHOWN} of {len(found):,} pairs.")


def image_preview(task: Task, space: Workspace) -> None:
    """The first images with what is known of each, some of every class."""
    assert space.table is not None, "data comes first"
    frame, pictures = space.table.frame, space.table.pictures
    label = chosen_roles(task, space).get("label")
    if label is not None and frame[label].notna().any():
        each = max(1, PREVIEW // max(1, frame[label].nunique()))
        place = frame.groupby(label, sort=True).cumcount()
        some = frame[frame[label].notna() & (place < each)]
        # One of each class in turn, so that the first lines show them all.
        some = some.loc[place[some.index].sort_values(kind="stable").index].head(PREVIEW)
    else:
        some = frame.head(PREVIEW)
    table = some.copy()
    table.insert(0, PICTURE, thumbnail_urls(space, [pictures[name] for name in some["image"]], SIDE))
    st.dataframe(
        table, hide_index=True, height=340, row_height=60, alt="Some of the images as they were read",
        column_config={PICTURE: st.column_config.ImageColumn("", width="small")},
    )
    if len(frame) > len(some):
        which = f"some of each {shown(label)}" if label else "the first"
        st.caption(f"{len(some)} of {count(len(frame), 'image')}: {which}.")
