"""Several sets of images as one: names stay unique, labels of file names are looked for again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from data.errors import DataError
from data.images.framing import IMAGE, LABEL, SPLIT
from data.images.layout import name_labels, part_of
from data.images.names import unique
from data.images.notes import on_labels
from data.images.picture import Picture
from data.images.sidecar import sidecar_of
from data.readers.columns import TEXT, unique_names
from data.table import Table

_MOST_NOTES = 40


def joined_images(tables: Sequence[Table]) -> Table:
    """Returns the images of all tables, in order.

    A column that only some tables have is missing in the rows of the others. Tables without images
    say more about those of the others, as they do in a ZIP. Images that came one by one and have no
    label get the one in their file names where all follow one pattern.

    Args:
        tables: At least two, as `read_images` gives them.

    Raises:
        DataError: None of them holds images, or a table without images names none of the others'.
    """
    beside = [table for table in tables if not table.pictures]
    given, tables = tables, [table for table in tables if table.pictures]
    frames: list[pd.DataFrame] = []
    pictures: dict[str, Picture] = {}
    for table in tables:
        names = unique(table.pictures, pictures)
        renamed = dict(zip(table.pictures, names, strict=True))
        for old, new in renamed.items():
            pictures[new] = replace(table.pictures[old], name=new)
        frames.append(table.frame.assign(**{IMAGE: table.frame[IMAGE].map(renamed).astype(TEXT)}))
    whole = pd.concat(frames, ignore_index=True)
    notes = [note for table in tables for note in table.notes[1:]]
    if beside:
        whole, said = _described(whole, beside)
        notes += said
    if LABEL not in whole:
        labels = name_labels(whole[IMAGE].tolist())
        if any(labels):
            whole[LABEL] = pd.Series(labels, dtype=TEXT)
    first = [column for column in (IMAGE, LABEL, SPLIT) if column in whole]
    files = "file" if len(tables) == 1 else "files"
    more = [f"{len(notes) - _MOST_NOTES:,} more notes."] if len(notes) > _MOST_NOTES else []
    digest = hashlib.sha256("".join(table.fingerprint for table in given).encode()).hexdigest()
    return Table(
        name=_name(given),
        frame=whole[[*first, *(column for column in whole if column not in first)]],
        fingerprint=f"sha256:{digest}",
        notes=(f"{len(whole):,} images of {len(tables):,} {files} read.", *notes[:_MOST_NOTES], *more),
        total_rows=len(whole),
        first_row=1,
        pictures=pictures,
    )


def _described(whole: pd.DataFrame, beside: Sequence[Table]) -> tuple[pd.DataFrame, list[str]]:
    """The rows with what tables beside the images say of them, and notes on these tables."""
    images = whole[IMAGE].tolist()
    side, strange = sidecar_of([(table.name, table.frame) for table in beside], images)
    if side is None:
        raise DataError(
            f"{beside[0].name} names none of the {len(images):,} images; it needs a column with their "
            "file names and one with their labels."
        )
    used = []
    if side.label and (side.sure or LABEL not in whole):
        whole = whole.assign(**{LABEL: side.frame[side.label].astype(TEXT)})
        used.append(side.label)
    if side.split:
        parts = [None if pd.isna(word) else part_of(str(word)) for word in side.frame[side.split]]
        whole = whole.assign(**{SPLIT: pd.Series(parts, dtype=TEXT)})
        used.append(side.split)
    whole = pd.concat([whole, side.frame.drop(columns=used)], axis=1)
    whole.columns = pd.Index(unique_names(whole.columns)[0])
    return whole, [*strange, *on_labels(whole, side, 0)]


def _name(tables: Sequence[Table]) -> str:
    names = [table.name for table in tables]
    return " + ".join(names) if len(names) <= 3 else f"{names[0]} + {len(names) - 1:,} more"
