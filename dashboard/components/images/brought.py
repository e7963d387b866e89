"""Step 1 for images: what was brought, which of them are the same, and how they look."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.components.column_mapper import chosen_roles
from dashboard.components.images.thumbnails import thumbnail_urls
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from data.images.duplicates import Duplicates, find_duplicates
from pipelines.task import Task

PAIRS_SHOWN = 50
PREVIEW = 60
SIDE = 64
PICTURE = "picture"


def image_figures(task: Task, space: Workspace) -> None:
    """One line of figures on the images, and the duplicates among them."""
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
    figures.append(f"{frame['size_kb'].sum() / 1024:,.1f} MB")
    st.markdown(" · ".join(figures))
    if len(frame) > 1:
        _duplicates(space)


def _duplicates(space: Workspace) -> None:
    assert space.table is not None, "data comes first"
    pictures = list(space.table.pictures.values())
    found: Duplicates = space.once(("duplicates",), lambda: find_duplicates(pictures))
    if not found.pairs:
        return
    title = (
        f"{count(len(found.pairs), 'image')} {'is' if len(found.pairs) == 1 else 'are'} the same as "
        f"another: {found.exact:,} by their bytes, {found.near:,} by their looks"
    )
    with st.expander(title, icon=":material/content_copy:", on_change="rerun") as opened:
        if not opened.open:
            return
        st.caption("Copies stay on one side of a split, so that no model is judged on what it learnt.")
        some = found.pairs[:PAIRS_SHOWN]
        first = [pictures[pair.first] for pair in some]
        second = [pictures[pair.second] for pair in some]
        st.dataframe(
            pd.DataFrame({
                "one": thumbnail_urls(space, first, SIDE), "first": [each.name for each in first],
                "other": thumbnail_urls(space, second, SIDE),
                "second": [each.name for each in second],
                "same": ["bytes" if pair.exact else "looks" for pair in some],
            }),
            hide_index=True, row_height=56, height=260, alt="Images that are the same",
            column_config={name: st.column_config.ImageColumn("", width="small")
                           for name in ("one", "other")},
        )
        if len(found.pairs) > PAIRS_SHOWN:
            st.caption(f"The first {PAIRS_SHOWN} of {len(found.pairs):,} pairs.")


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
