"""Makes the plan of a table from its training rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from data.errors import DataError, LitmusError
from pipelines.tabular.categories import flag_of, keys_of, levels_of
from pipelines.tabular.codes import chosen_codes, find_codes
from pipelines.tabular.dates import date_parts
from pipelines.tabular.kinds import Kind, chosen_kinds, nature_of
from pipelines.tabular.models.binning import FEWEST_MISSING
from pipelines.tabular.numerals import Numerals
from pipelines.tabular.plan import Column, Numbers, Plan, Reader, numbers_of
from pipelines.tabular.scaling import LEAST_APART, learn_scaling
from pipelines.tabular.texts import MOST_TEXTS, text_parts

__all__ = ["Column", "Numbers", "Plan", "plan_columns"]

_SHOWN = 5


def plan_columns(
    features: pd.DataFrame, settings: Mapping[str, str]
) -> Plan:
    """Learns how a table becomes numbers from its training rows; the target is not looked at.

    Args:
        features: Raw cells of the training rows.
        settings: `types` as “NAME=KIND; ...”, `missing_codes` as `auto`, `none` or numbers, and
            `texts` as `auto`, `on` or `off`.

    Raises:
        DataError: No column is left to learn from.
        OptionError: A setting does not fit the table.
    """
    kinds = chosen_kinds(settings, features.columns)
    codes = chosen_codes(settings)
    notes: list[str] = []
    taken: set[str] = {str(name) for name in features.columns}
    columns, values = [], []
    for name in features.columns:
        cells = features[name]
        column = _planned(cells, kinds.get(str(name)), settings)
        if column.reader is not None:
            raw = column.reader.read(cells)
            if isinstance(column.reader, Numerals):
                missing, offered = _codes(column.name, raw, codes, notes)
                column = replace(column, codes=missing, apart=offered)
                notes += _on_cells(cells, raw)
            column = _with_parts(column, taken)
            values.append(column.tidied(raw))
        columns.append(column)
    used = [each for each in columns if each.reader is not None]
    if not used:
        raise DataError(
            "No column can be learnt from: each is empty, the same in all rows or an id; choose a "
            "table with features of the rows."
        )
    numbers = numbers_of(np.concatenate(values, axis=1), used)
    apart = tuple(each.apart for each in used for _ in each.parts)
    scaling = learn_scaling(numbers.values, numbers.names, numbers.levels, apart)
    return Plan(tuple(columns), scaling, (*_left_out(columns), *notes))


def _planned(cells: pd.Series, chosen: Kind | None, settings: Mapping[str, str]) -> Column:
    name = str(cells.name)
    nature = nature_of(cells, chosen)
    reader: Reader | None = None
    reason = nature.reason
    if nature.kind == "number":
        reader = nature.numerals
    elif nature.kind == "flag":
        reader = flag_of([str(each) for each in keys_of(cells).dropna().unique()])
    elif nature.kind == "category":
        reader = levels_of(keys_of(cells))
        reason = "" if reader else "no value of it comes often enough to learn from"
    elif nature.kind == "date":
        reader = date_parts(cells)
    elif nature.kind == "text":
        reason = _why_not(cells, settings.get("texts", "auto"))
        if not reason:
            reader, reason = _text_reader(cells)
    return Column(name, nature.kind if reader else "left out", reason, reader)


def _text_reader(cells: pd.Series) -> tuple[Reader | None, str]:
    try:
        return text_parts(cells), ""
    except LitmusError as error:
        # Without the encoder's package, the other columns are still worth learning from.
        return None, f"its sentences cannot be read here ({str(error).rstrip('.')})"


def _why_not(cells: pd.Series, texts: str) -> str:
    if texts == "off":
        return "texts are off"
    different = cells.nunique()
    if texts != "on" and different > MOST_TEXTS:
        return f"reading {different:,} different texts would take minutes; set texts=on to do so"
    return ""


def _codes(
    name: str, values: np.ndarray, chosen: tuple[float, ...] | None, notes: list[str]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The codes that are read as missing, and those that may be; both are noted."""
    found = find_codes(values)
    codes = found if chosen is None else tuple(each for each in chosen if (values == each).any())
    offered = tuple(each for each in found if each not in codes)
    for taken, numbers in ((True, codes), (False, offered)):
        if numbers:
            rows = [int((values == each).sum()) for each in numbers]
            notes.append(_on_codes(name, numbers, rows, taken))
    return codes, offered


def _on_codes(name: str, codes: tuple[float, ...], rows: list[int], taken: bool) -> str:
    """A sentence on codes of a column.

    Args:
        rows: that each of them has.
        taken: whether they are read as missing.
    """
    shown, count = ", ".join(f"{each:g}" for each in codes), sum(rows)
    if taken:
        return f"In “{name}”, {shown} ({count:,} rows) is read as missing."
    what = "it is read as the number that it is"
    if min(rows) >= FEWEST_MISSING:
        what = "linear models, networks and scorecards give it a weight of its own"
    elif min(rows) >= LEAST_APART:
        what = "linear models and networks give it a weight of its own"
    return (
        f"In “{name}”, {shown} ({count:,} rows) lies apart from the other values and may stand for "
        f"a missing answer; {what}. Set missing_codes=auto to read it as missing."
    )


def _with_parts(column: Column, taken: set[str]) -> Column:
    if column.reader is None:
        return column
    parts: tuple[str, ...] = (column.name,)
    if not isinstance(column.reader, Numerals) and hasattr(column.reader, "parts"):
        parts = tuple(f"{column.name} ({part})" for part in column.reader.parts)
        while taken & set(parts):
            parts = tuple(f"{part} " for part in parts)
        taken |= set(parts)
    return replace(column, parts=parts)


def _on_cells(cells: pd.Series, values: np.ndarray) -> list[str]:
    """Sentences on infinite numbers and on words where numbers are expected."""
    notes, infinite = [], int(np.isinf(values).sum())
    if infinite:
        are = "cell is" if infinite == 1 else "cells are"
        notes.append(
            f"In “{cells.name}”, {infinite:,} {are} infinite or beyond 1e100 and read as missing."
        )
    if pd.api.types.is_numeric_dtype(cells):
        return notes
    unread = keys_of(cells[np.isnan(values)]).dropna()
    if len(unread):
        are = "cell is no number" if len(unread) == 1 else "cells are no numbers"
        notes.append(
            f"In “{cells.name}”, {len(unread):,} {are} (such as “{str(unread.iloc[0])[:40]}”) and "
            "read as missing."
        )
    return notes


def _left_out(columns: list[Column]) -> tuple[str, ...]:
    out = [each for each in columns if each.reader is None]
    shown = [f"“{each.name}” is left out: {each.reason}." for each in out[:_SHOWN]]
    if len(out) > _SHOWN:
        shown.append(f"{len(out) - _SHOWN:,} more columns are left out for such reasons.")
    return tuple(shown)
