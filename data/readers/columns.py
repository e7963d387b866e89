"""Columns of cells: textual names made unique, numbers told from text."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pd.StringDtype(na_value=float("nan"))

_INTEGER = r"^(?:-?(?:0|[1-9]\d{0,17})|\+\d{1,6})$"
_FLOAT = r"^[+-]?(?:(?:0|[1-9]\d*)?\.\d+|(?:0|[1-9]\d{0,14})\.?)(?:[eE][+-]?\d{1,3})?$"
_THOUSANDS = r"^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$"
_SPACED = r"^[+-]?[1-9]\d{0,2}(?:[ \x{00A0}\x{202F}']\d{3})+(?:[.,]\d+)?$"
_COMMA = r"^[+-]?(?:(?:0|[1-9]\d*)|[1-9]\d{0,2}(?:\.\d{3})+),\d+$"
_POINTS = r"^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$"
_MARKER = r"(?i)^(?:n/?a|#n/a|nan|null|none|nil|--?|\?)$"


def unique_names(names: Sequence[object]) -> tuple[list[str], tuple[str, ...]]:
    """Returns the names as unique stripped text, and notes on what was changed."""
    out: list[str] = []
    taken: set[str] = set()
    unnamed: list[str] = []
    repeated: list[str] = []
    originals = ["" if name is None else " ".join(str(name).split()) for name in names]
    for position, original in enumerate(originals, start=1):
        name = original or f"column_{position}"
        base, count = name, 1
        while name in taken or (name != original and name in originals):
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        out.append(name)
        if not original:
            unnamed.append(name)
        elif name != original:
            repeated.append(name)
    notes = []
    if unnamed:
        notes.append(f"Columns without a name are called {listed(unnamed)}.")
    if repeated:
        notes.append(f"Column names that occur twice were numbered: {listed(repeated)}.")
    return out, tuple(notes)


def listed(names: Sequence[str], most: int = 4) -> str:
    """Returns names as people list them, cut short after a few."""
    shown = [name if len(name) <= 40 else name[:39] + "…" for name in names[:most]]
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(shown) + more


def typed(cells: pa.ChunkedArray, *, decimal_comma: bool) -> pa.ChunkedArray:
    """Returns a column of text as numbers when every cell is one, else unchanged.

    Codes with leading zeros and whole numbers too long for 64 bits stay text. Markers such as
    "NA" count as missing in a column of numbers and as words in a column of text.

    Args:
        cells: `large_string` cells, null where empty.
        decimal_comma: Whether "1,234" reads as a decimal, as in files separated by semicolons.
    """
    head = cells.slice(0, 2000).drop_null()
    if len(head) and _parsed(head, decimal_comma) is None:
        return cells
    if cells.null_count == len(cells):
        return cells
    parsed = _parsed(cells, decimal_comma)
    return cells if parsed is None else parsed


def _parsed(cells: pa.ChunkedArray, decimal_comma: bool) -> pa.ChunkedArray | None:
    if _all(cells, _INTEGER):
        return _integers(cells)
    trimmed = pc.utf8_trim_whitespace(cells)
    marker = pc.match_substring_regex(trimmed, _MARKER)
    if pc.any(marker).as_py():
        trimmed = pc.if_else(marker, pa.scalar(None, trimmed.type), trimmed)
        if trimmed.null_count == len(trimmed):
            return None
    if _all(trimmed, _INTEGER):
        return _integers(trimmed)
    if _all(trimmed, _FLOAT):
        return _floats(trimmed)
    plain = f"{_INTEGER}|{_FLOAT}"
    decimal = _all(trimmed, f"{_INTEGER}|{_COMMA}|{_POINTS}") and _some(trimmed, _COMMA)
    thousands = _all(trimmed, f"{plain}|{_THOUSANDS}")
    if thousands and not (decimal and decimal_comma):
        return _floats(pc.replace_substring(trimmed, ",", ""))
    if decimal:
        return _floats(pc.replace_substring(pc.replace_substring(trimmed, ".", ""), ",", "."))
    if _all(trimmed, f"{plain}|{_SPACED}"):
        bare = pc.replace_substring_regex(trimmed, "[ \\x{00A0}\\x{202F}']", "")
        return _floats(pc.replace_substring(bare, ",", "."))
    return None


def _all(cells: pa.ChunkedArray, pattern: str) -> bool:
    return pc.all(pc.match_substring_regex(cells, pattern)).as_py() is True


def _some(cells: pa.ChunkedArray, pattern: str) -> bool:
    return pc.any(pc.match_substring_regex(cells, pattern)).as_py() is True


def _integers(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    whole = pc.cast(pc.utf8_ltrim(cells, "+"), pa.int64())
    if not whole.null_count:
        return whole
    # pandas keeps whole numbers with gaps as float64, exact to 2**53: longer ids stay text.
    span = pc.min_max(whole).as_py()
    if max(abs(span["min"]), abs(span["max"])) > 2**53:
        return None
    return pc.cast(whole, pa.float64())


def _floats(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    try:
        return pc.cast(pc.utf8_ltrim(cells, "+"), pa.float64())
    except pa.ArrowInvalid:
        return None


def series(values: Sequence[Any]) -> pd.Series:
    """Returns cells of a typed format (JSON, Excel) as one column."""
    present = [value for value in values if value is not None and value == value and value != ""]
    cells = [
        value if value is not None and value == value and value != "" else None for value in values
    ]
    kinds = {type(value) for value in present}
    if kinds and kinds <= {bool}:
        return pd.Series(cells, dtype="bool" if len(present) == len(cells) else "boolean")
    if kinds and kinds <= {int, float, Decimal}:
        if kinds == {int} and all(abs(value) < 2**63 for value in present):
            if len(present) == len(cells):
                return pd.Series(cells, dtype="int64")
            if all(abs(value) <= 2**53 for value in present):
                return pd.Series(cells, dtype="float64")
        elif int not in kinds or all(
            abs(value) <= 2**53 for value in present if type(value) is int
        ):
            return pd.Series(cells, dtype="float64")
    if kinds and kinds <= {dt.datetime, pd.Timestamp}:
        times = pd.to_datetime(pd.Series(cells, dtype="object"), errors="coerce")
        if times.notna().sum() == len(present):
            return times
    return pd.Series([None if cell is None else as_text(cell) for cell in cells], dtype=TEXT)


def as_text(value: Any) -> str:
    """Returns one cell as text: JSON for nested values, ISO for times, no lone surrogates."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, (dict, list, tuple)):
        text = json.dumps(value, ensure_ascii=False, default=str)
    elif isinstance(value, dt.datetime) and value.time() == dt.time():
        text = value.date().isoformat()
    elif isinstance(value, (dt.datetime, dt.date, dt.time)):
        text = value.isoformat()
    elif isinstance(value, float) and math.isfinite(value) and value == int(value):
        text = str(int(value))
    else:
        text = str(value)
    return text.encode("utf-8", errors="replace").decode("utf-8")
