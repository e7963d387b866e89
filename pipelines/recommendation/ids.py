"""Ids of users and items, of any type, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import DataError

# From here on a float skips whole numbers, so that two ids may have become one.
EXACT_UP_TO = 2**53


@dataclass(frozen=True)
class Coded:
    """A column of ids.

    Attributes:
        codes: (rows,) int32 position in `names`, -1 where there is no id.
        names: (n,) object array of different ids, whole numbers in their order, else as text.
        notes: sentences on how they were read.
    """

    codes: np.ndarray
    names: np.ndarray
    notes: tuple[str, ...] = ()


def coded(cells: pd.Series, what: str) -> Coded:
    """Numbers the ids of a column; those that differ only in spaces around them are the same.

    Args:
        cells: (rows,) of any type.
        what: "user" or "item", for the sentences.

    Raises:
        DataError: ids are numbers with a fraction, or too large to be exact.
    """
    raw, uniques = pd.factorize(cells, use_na_sentinel=True)
    values = pd.Series(np.asarray(uniques) if isinstance(uniques, pd.Categorical) else uniques)
    names, notes = _as_text(values, what)
    same, texts = pd.factorize(names)
    order = _order([str(text) for text in texts])
    place = np.empty(len(texts), dtype=np.int64)
    place[order] = np.arange(len(texts))
    kept = np.asarray(texts, dtype=object)[order]
    positions = np.where(same >= 0, place[same], -1) if len(texts) else same
    # The last entry answers for -1, the sentinel of cells without an id.
    return Coded(np.append(positions, -1)[raw].astype(np.int32), kept, notes)


def _as_text(values: pd.Series, what: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """(n,) object array of texts, None for blanks."""
    if pd.api.types.is_float_dtype(values):
        return _whole(values.to_numpy(dtype=float), what)
    if values.dtype == object:
        texts = [str(int(v)) if _is_whole_float(v) else str(v).strip() for v in values]
    else:
        texts = values.astype(str).str.strip().tolist()
    # Superscripts and the like are digits too, though no number is written with them.
    if texts and all(
        text.isascii() and text.endswith(".0") and text[:-2].isdigit() for text in texts
    ):
        return _whole(np.array(texts, dtype=float), what)
    return np.array([text or None for text in texts], dtype=object), ()


def _is_whole_float(value: object) -> bool:
    return isinstance(value, float) and value.is_integer() and abs(value) < EXACT_UP_TO


def _whole(values: np.ndarray, what: str) -> tuple[np.ndarray, tuple[str, ...]]:
    odd = values[~(np.isfinite(values) & (values == np.floor(values)))]
    if len(odd):
        raise DataError(
            f"The {what} column holds numbers such as {odd[0]:g}, which are no ids; choose a column "
            "of whole numbers or of text."
        )
    if len(values) and np.abs(values).max() >= EXACT_UP_TO:
        raise DataError(
            f"The {what} column was read as numbers with decimals and holds {values.max():.0f}, too "
            "large to be exact in that form; save its ids as text."
        )
    names = np.array([str(int(value)) for value in values], dtype=object)
    if not len(values):
        return names, ()
    return names, (
        f"The {what} column was read as numbers with decimals: {values[0]:.1f} is taken as "
        f"“{names[0]}”.",
    )


def _order(texts: Sequence[str]) -> np.ndarray:
    if texts and all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts):
        # Equal numbers are written differently ("7", "007"): the text then decides.
        return np.lexsort((np.array(texts), np.array(texts, dtype=np.int64)))
    return np.argsort(np.array(texts, dtype=object), kind="stable")
