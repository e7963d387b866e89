"""The references in a cell, and columns of several texts a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from data.answers import gold_answers

# How lists of JSON Lines stand in a cell that was read as text.
LISTS = ('["', "['")


def reference_texts(cell: Any) -> tuple[str, ...] | None:
    """The references in a cell: its text, or the texts of a list; None where there is none."""
    if isinstance(cell, str) and cell.lstrip().startswith(LISTS):
        return gold_answers(cell) or None
    parts = cell if isinstance(cell, list | tuple | np.ndarray) else [cell]
    texts = tuple(text for text in map(plain_text, parts) if text.strip())
    return texts or None


def texts_of_role(role: str, cell: Any) -> tuple[str, ...]:
    """What a cell says: each of its references, or the one text of a cell of another role."""
    if role == "reference":
        return reference_texts(cell) or ()
    text = plain_text(cell)
    return (text,) if text else ()


def plain_text(cell: Any) -> str:
    """A cell as a text, "" where it is missing."""
    if isinstance(cell, str):
        return cell
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell)


def column_of_texts(cells: Iterable[tuple[str, ...] | None], index: pd.Index) -> pd.Series:
    """Tuples of texts as a column of objects, one a row."""
    # Filled one by one: pandas would unpack tuples of equal length into columns.
    series = pd.Series([None] * len(index), index=index, dtype=object)
    for position, cell in enumerate(cells):
        series.iat[position] = cell
    return series
