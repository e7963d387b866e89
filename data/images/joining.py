"""Several sets of images as one: names stay unique, labels of file names are looked for again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from data.errors import DataError
from data.images.framing import IMAGE, LABEL, SPLIT
from data.images.layout import name_labels
from data.images.names import unique
from data.images.picture import Picture
from data.readers.columns import TEXT
from data.table import Table

_MOST_NOTES = 40


def joined_images(tables: Sequence[Table]) -> Table:
    """Returns the images of all tables, in order.

    A column that only some tables have is missing in the rows of the others. Images that came one
    by one get the label in their file names where all follow one pattern.

    Args:
        tables: At least two, as `read_images` gives them.

    Raises:
        DataError: One of them holds no images.
    """
    for table in tables:
        if not table.pictures:
            raise DataError(
                f"{table.name} holds no images while the other files do; pack it and the images "
                "into one ZIP, or upload it alone."
            )
    frames: list[pd.DataFrame] = []
    pictures: dict[str, Picture] = {}
    for table in tables:
        names = unique(table.pictures, pictures)
        renamed = dict(zip(table.pictures, names, strict=True))
        for old, new in renamed.items():
            pictures[new] = replace(table.pictures[old], name=new)
        frames.append(table.frame.assign(**{IMAGE: table.frame[IMAGE].map(renamed).astype(TEXT)}))
    whole = pd.concat(frames, ignore_index=True)
    if LABEL not in whole:
        labels = name_labels(whole[IMAGE].tolist())
        if any(labels):
            whole[LABEL] = pd.Series(labels, dtype=TEXT)
    first = [column for column in (IMAGE, LABEL, SPLIT) if column in whole]
    notes = [note for table in tables for note in table.notes[1:]]
    more = [f"{len(notes) - _MOST_NOTES:,} more notes."] if len(notes) > _MOST_NOTES else []
    digest = hashlib.sha256("".join(table.fingerprint for table in tables).encode()).hexdigest()
    return Table(
        name=_name(tables),
        frame=whole[[*first, *(column for column in whole if column not in first)]],
        fingerprint=f"sha256:{digest}",
        notes=(f"{len(whole):,} images of {len(tables):,} files read.", *notes[:_MOST_NOTES], *more),
        total_rows=len(whole),
        first_row=1,
        pictures=pictures,
    )


def _name(tables: Sequence[Table]) -> str:
    names = [table.name for table in tables]
    return " + ".join(names) if len(names) <= 3 else f"{names[0]} + {len(names) - 1:,} more"
