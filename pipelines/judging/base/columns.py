"""Columns of files that were made elsewhere: which hold numbers, and what their names say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.errors import DataError
from data.roles import Role

# A cell that is no number says nothing; more of these say that a column is none of numbers.
MOSTLY = 0.9


def slices(*hints: str, by: str = "any column to compare groups by") -> Role:
    """The role of a column whose groups are compared."""
    return Role("group", "Slice by", "category", description=by, hints=hints)


# Squares and sums of squares of larger numbers run over.
LARGEST = 1e100


def amounts(cells: pd.Series) -> pd.Series:
    """Cells as floats, missing where one is no number or without end."""
    found = pd.to_numeric(cells, errors="coerce").astype(float)
    return found.where(np.isfinite(found))


def computable(cells: pd.Series) -> pd.Series:
    """`amounts`, none so large that its square has no number.

    Raises:
        DataError: one is; the sentence names the column and counts them.
    """
    found = amounts(cells)
    huge = found.abs() > LARGEST
    if huge.any():
        count = "1 number" if huge.sum() == 1 else f"{int(huge.sum()):,} numbers"
        raise DataError(
            f"The column “{cells.name}” has {count} beyond 1e100 (such as {found[huge].iloc[0]:g}), "
            "which nothing can compute with; correct these rows or leave them out."
        )
    return found


def holds_numbers(cells: pd.Series) -> bool:
    """Whether nearly all cells are numbers, and there are any."""
    known = int(amounts(cells).notna().sum())
    return bool(known and known >= MOSTLY * cells.notna().sum())


def named(name: str, hints: Sequence[str]) -> bool:
    """Whether a column's name holds one of the words, short ones as a whole."""
    return any(
        hint in name.casefold() if len(hint) > 3 else hint in words_of(name) for hint in hints
    )


def words_of(name: str) -> set[str]:
    """The words of a column's name, in small letters."""
    return set(name.casefold().replace("-", "_").replace(" ", "_").split("_"))
