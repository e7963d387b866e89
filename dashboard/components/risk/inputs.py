"""One input for one column of an applicant, as the plan of the model reads it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.text import cut, shown
from pipelines.tabular.categories import Flag, Levels, keys_of
from pipelines.tabular.dates import DateParts, read_dates
from pipelines.tabular.numerals import Numerals
from pipelines.tabular.plan import Column, Plan

MISSING = "missing"
# What a browser still counts exactly.
LARGEST = 2.0**53 - 1
MOST_DIGITS = 4
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)


@dataclass(frozen=True)
class Asked:
    """A column with what is usual in it.

    Attributes:
        column: of the plan.
        digits: behind the point, of a number.
        step: of a number.
        usual: in words, from where to where nine in ten training rows lie; empty for others.
    """

    column: Column
    digits: int = 0
    step: float = 1.0
    usual: str = ""


@dataclass(frozen=True)
class Given:
    """What an input holds.

    Attributes:
        changed: whether that is not what the applicant has.
        cell: a raw cell of the column.
    """

    changed: bool
    cell: object = None


def ranges_of(plan: Plan, past: pd.DataFrame) -> dict[str, Asked]:
    """What to ask of each column, in the order of the plan."""
    return {each.name: _asked(each, past[each.name]) for each in plan.used}


def draw_input(asked: Asked, cells: pd.Series, key: str) -> Given:
    """Draw the input of a column.

    Args:
        asked: the column.
        cells: (1,) the applicant's own cell.
        key: of the widget.
    """
    reader = asked.column.reader
    if isinstance(reader, Numerals):
        return _number(asked, reader, cells, key)
    if isinstance(reader, Flag | Levels):
        return _choice(asked, reader, cells, key)
    if isinstance(reader, DateParts):
        return _date(asked, reader, cells, key)
    return _text(asked, cells, key)


def _asked(column: Column, past: pd.Series) -> Asked:
    if not isinstance(column.reader, Numerals):
        return Asked(column)
    values = column.reader.read(past)
    values = values[np.isfinite(values) & (np.abs(values) < LARGEST)]
    if not len(values):
        return Asked(column)
    low, high = np.quantile(values, [0.05, 0.95])
    some = values[:2_000]
    digits = next(
        (each for each in range(MOST_DIGITS) if np.allclose(some, np.round(some, each), atol=1e-9)),
        MOST_DIGITS,
    )
    spread = float(np.subtract(*np.quantile(values, [0.75, 0.25]))) or float(np.ptp(values))
    step = 10.0 ** np.floor(np.log10(spread / 5)) if spread > 0 else 1.0
    step = max(step, 10.0**-digits)
    usual = f"nine in ten lie between {low:,.{digits}f} and {high:,.{digits}f}"
    return Asked(column, digits, float(step), usual)


def _label(asked: Asked) -> str:
    return shown(asked.column.name, 40)


def _number(asked: Asked, reader: Numerals, cells: pd.Series, key: str) -> Given:
    own = float(reader.read(cells)[0])
    start = None if not np.isfinite(own) or abs(own) > LARGEST else own
    if start is not None:
        # A cell may have more digits than the others; the box must not change it by being drawn.
        start = round(start, asked.digits)
    value: float | None
    if asked.digits == 0:
        value = st.number_input(
            _label(asked), value=None if start is None else int(start), step=int(asked.step),
            key=key, help=asked.usual or None, placeholder=MISSING,
        )
    else:
        value = st.number_input(
            _label(asked), value=start, step=asked.step, format=f"%.{asked.digits}f", key=key,
            help=asked.usual or None, placeholder=MISSING,
        )
    if value is None and start is None:
        return Given(False)
    if value is not None and start is not None and abs(value - start) < 0.5 * 10.0**-asked.digits:
        return Given(False)
    return Given(True, np.nan if value is None else float(value))


def _choice(asked: Asked, reader: Flag | Levels, cells: pd.Series, key: str) -> Given:
    own = keys_of(cells).iloc[0]
    own_text = MISSING if pd.isna(own) else str(own)
    texts = [reader.no, reader.yes] if isinstance(reader, Flag) else list(reader.levels)
    options = list(dict.fromkeys([*(text for text in texts if text), own_text, MISSING]))
    # Names are equal to what the file holds, so that “missing” may be a value of its own.
    value = st.selectbox(
        _label(asked), options, index=options.index(own_text), key=key,
        format_func=lambda text: cut(text, 60),
    )
    if value == own_text:
        return Given(False)
    return Given(True, None if value == MISSING and MISSING not in texts else value)


def _date(asked: Asked, reader: DateParts, cells: pd.Series, key: str) -> Given:
    when = read_dates(cells, reader.day_first).iloc[0]
    own = None if pd.isna(when) else when.date()
    if own is not None and not EARLIEST <= own <= LATEST:
        own = None
    value = st.date_input(
        _label(asked), value=own, min_value=EARLIEST, max_value=LATEST, key=key, format="YYYY-MM-DD"
    )
    if value == own:
        return Given(False)
    return Given(True, pd.NaT if value is None else pd.Timestamp(str(value)))


def _text(asked: Asked, cells: pd.Series, key: str) -> Given:
    own = cells.iloc[0]
    text = "" if pd.isna(own) else str(own)
    value = st.text_area(_label(asked), value=text, key=key, height=68, max_chars=2_000 + len(text))
    return Given(False) if (value or "") == text else Given(True, value or None)
