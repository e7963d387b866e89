"""Records of the API as questions for lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data.errors import DataError
from pipelines.recommendation.ids import EXACT_UP_TO

NAMES = ("user", "history", "item")
LONGEST_HISTORY = 10_000


def records_batch(records: Sequence[Any]) -> pd.DataFrame:
    """One row a record: `user`, `history` (a list of ids) or `item`, the others missing.

    Raises:
        DataError: a record names none or two of them, or something else; the sentence names it,
            counted from 1.
    """
    rows = [_row(record, number) for number, record in enumerate(records, start=1)]
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in NAMES}
    )


def _row(record: Any, number: int) -> dict[str, Any]:
    if not isinstance(record, Mapping):
        raise DataError(f"Record {number} is not an object with named values.")
    given = {name: value for name, value in record.items() if value is not None}
    if len(given) != 1 or not set(given) <= set(NAMES):
        named = ", ".join(sorted(map(str, given))[:5]) or "nothing"
        raise DataError(
            f"Record {number} has {named}; it needs one of “user” (an id), “history” (a list of ids "
            "of items) or “item” (an id, for items like it)."
        )
    name, value = next(iter(given.items()))
    if name != "history":
        return {name: _id(value, number, name)}
    if not isinstance(value, list) or len(value) > LONGEST_HISTORY:
        raise DataError(
            f"Record {number} needs “history” as a list of up to {LONGEST_HISTORY:,} ids of items."
        )
    return {name: [_id(each, number, "history") for each in value]}


def _id(value: Any, number: int, name: str) -> str:
    """An id as `ids.coded` reads it in a file: text without spaces around it; 7.0 is “7”."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_UP_TO:
        value, whole = int(value), True
    if not whole and not isinstance(value, str):
        raise DataError(
            f"Record {number} has a value in “{name}” that is no id: a text or a whole number."
        )
    text = str(value).strip()
    if not text:
        raise DataError(f"Record {number} has an empty id in “{name}”; give a text or a whole number.")
    return text
