"""The table of a set of images: what is known of each, in columns."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.images.examining import Examined
from data.images.layout import Layout, part_of
from data.images.sidecar import Sidecar
from data.readers.columns import TEXT, as_text, unique_names

IMAGE, LABEL, SPLIT = "image", "label", "split"


def framed(
    keys: Sequence[str], seen: Sequence[Examined], laid: Layout, side: Sidecar | None
) -> tuple[pd.DataFrame, str]:
    """Returns the frame of a set, and where its labels are from, “” without labels.

    A table whose column is called like labels comes before folders, these before a table with one
    other column, and file names come last.

    Args:
        keys: Unique names of the images.
        seen: What is known of each.
        laid: What their paths say.
        side: What a table beside them says, if there is one.
    """
    columns: dict[str, pd.Series] = {IMAGE: _text(keys)}
    source = laid.source
    by_table = side is not None and side.label and (side.sure or source != "folders")
    if side is not None and by_table:
        columns[LABEL] = _text(side.frame[side.label])
        source = f"the column “{side.label}” of the table"
    elif source:
        columns[LABEL] = _text(laid.labels)
    if side is not None and side.split:
        words = side.frame[side.split]
        columns[SPLIT] = _text([None if pd.isna(word) else part_of(str(word)) for word in words])
    elif laid.parts:
        columns[SPLIT] = _text(laid.parts)
    columns |= {
        "width": pd.Series([each.width for each in seen], dtype="int64"),
        "height": pd.Series([each.height for each in seen], dtype="int64"),
        "brightness": pd.Series([round(each.brightness, 4) for each in seen], dtype="float64"),
        "sharpness": pd.Series([round(each.sharpness, 2) for each in seen], dtype="float64"),
        "format": _text([each.format for each in seen]),
        "size_kb": pd.Series([round(each.size / 1024, 2) for each in seen], dtype="float64"),
    }
    frame = pd.DataFrame(columns)
    if side is None:
        return frame, source
    used = [side.label] if by_table else []
    used += [side.split] if side.split else []
    whole = pd.concat([frame, side.frame.drop(columns=used)], axis=1)
    whole.columns = pd.Index(unique_names(whole.columns)[0])
    return whole, source


def _text(cells: Sequence[object] | pd.Series) -> pd.Series:
    return pd.Series([None if pd.isna(cell) else as_text(cell) for cell in cells], dtype=TEXT)
