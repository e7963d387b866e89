"""A table as it was read, and what is known about the reading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from data.images.picture import Picture

_NONE: Mapping[str, Picture] = MappingProxyType({})


# Columns of a table of images that were measured: nobody said them, so none is a label.
MEASURES = frozenset({"width", "height", "brightness", "sharpness", "format", "size_kb"})

# What the rows of a table may come from, beside files that are tables themselves.
Reads = Literal["tables", "documents", "images", "interactions"]


@dataclass(frozen=True)
class Table:
    """Rows and columns of one file.

    Attributes:
        name: File name as the user knows it.
        frame: The cells, with a RangeIndex and unique, stripped, textual column names.
        fingerprint: `sha256:<hex>` of the bytes read and of the sheet and sample chosen.
        notes: Sentences on how the file was read.
        total_rows: Rows of the file before sampling.
        written: For samples, a sentence saying that the rows were written for this project.
        first_row: Number that people give to the first row of data: 2 where line 1 is a header.
        source_rows: Positions in the file of the rows of a sample, else None.
        choices: What was chosen in reading, `sheet` and `sample_rows`, as far as it was.
        by_hand: Column of labels that were given in the page and stand in no file, if any.
        untaken: Rows at the end that stand in no file of interactions: one for each thing that a
            catalogue brought and nobody took.
        pictures: The images that cells of the table name, by that name; empty for other tables.
    """

    name: str
    frame: pd.DataFrame
    fingerprint: str
    notes: tuple[str, ...]
    total_rows: int
    written: str = ""
    first_row: int = 2
    source_rows: np.ndarray | None = field(default=None, compare=False, repr=False)
    choices: Mapping[str, object] = field(default_factory=dict)
    by_hand: str = ""
    untaken: int = 0
    pictures: Mapping[str, Picture] = field(
        default_factory=lambda: _NONE, compare=False, repr=False
    )

    def row_number(self, index: int) -> int:
        """Returns the row number a person sees in the file for a position in `frame`."""
        position = int(index) if self.source_rows is None else int(self.source_rows[index])
        return position + self.first_row


def fingerprint(content: bytes, choices: Mapping[str, object] | None = None) -> str:
    """Returns `sha256:<hex>` of the bytes and of the choices made in reading."""
    digest = hashlib.sha256(content)
    if choices:
        digest.update(json.dumps(dict(choices), sort_keys=True, ensure_ascii=False).encode())
    return f"sha256:{digest.hexdigest()}"
