"""CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import re

import pandas as pd
from pandas.api import types

FORMULA_START = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")
# What a spreadsheet may drop before it looks for a formula: spaces, controls, invisible marks.
DROPPED = re.compile(
    r"[\s\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+"
)


# A negative number runs nothing: written with an apostrophe, an id would match none elsewhere.
NEGATIVE = re.compile(r"-[0-9]+(?:\.[0-9]+)?")


def _safe(text: object) -> object:
    if not isinstance(text, str) or NEGATIVE.fullmatch(text):
        return text
    if text[:1] in ("\t", "\r", "\n") or DROPPED.sub("", text[:20]).startswith(FORMULA_START):
        return "'" + text
    return text


def safe_csv(frame: pd.DataFrame, *, byte_order_mark: bool = False) -> bytes:
    """A frame as UTF-8 CSV.

    Text cells and column names that a spreadsheet would take for a formula get an apostrophe in
    front (OWASP, CSV injection); negative numbers stay as they are. Lines end with CR LF (RFC 4180),
    which also makes the writer quote a cell that holds a bare CR.

    Args:
        frame: what to write; its index is left out.
        byte_order_mark: begin with one, which Excel needs to see that it is UTF-8.
    """
    safe = frame.rename(columns=lambda name: str(_safe(str(name))))
    for position, (_, column) in enumerate(frame.items()):
        if not types.is_numeric_dtype(column) and not types.is_datetime64_any_dtype(column):
            safe.isetitem(position, column.map(_safe, na_action="ignore"))
    return safe.to_csv(index=False, lineterminator="\r\n").encode(
        "utf-8-sig" if byte_order_mark else "utf-8"
    )
