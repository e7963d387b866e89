"""Dates as numbers: days since 1970, and month and weekday where they differ."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.traits import epoch_unit

_DATE = re.compile(
    r"^\s*(?:\d{4}[-/.年]\s?\d{1,2}(?:[-/.月]\s?\d{1,2}日?)?(?:$|[T\s])|"
    r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:$|\s)|\d{1,2}[-/.]\d{4}$|"
    r"\d{1,2}\.?[-\s][^\W\d]{3,9}\.?,?[-\s]\d{2,4}|[^\W\d]{3,9}\.?[-\s](?:\d{1,2},?\s+)?\d{4}$)"
)
_DAY_FIRST = re.compile(r"^\s*(?:(?:1[3-9]|2\d|3[01])[-/.]\d|\d{1,2}\.\d{1,2}\.\d)")
_MONTH_ONLY = re.compile(r"^\s*(\d{1,2})[-/.](\d{4})\s*$")
_YEAR_MONTH = re.compile(r"^\s*(\d{4})[/.](\d{1,2})\s*$")
_SAMPLE = 500
_LEAST_READ = 0.9
_LONG = 366
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class DateParts:
    """How a column of dates becomes numbers.

    Attributes:
        day_first: Whether 3/4/2025 is the third of April.
        month: Whether the month of the year is a part of its own: the dates span more than a year.
        weekday: Whether the day of the week is one: not all dates are the first of a month.
    """

    day_first: bool
    month: bool
    weekday: bool

    @property
    def parts(self) -> tuple[str, ...]:
        """What each number is: `days` since 1970, `month` 1 to 12, `weekday` 0 (Monday) to 6."""
        return ("days", *(("month",) if self.month else ()), *(("weekday",) if self.weekday else ()))

    def read(self, cells: pd.Series) -> np.ndarray:
        """The parts of cells, (n, parts) float64; missing where there is no date."""
        when = read_dates(cells, self.day_first)
        columns = [days_of(when)]
        if self.month:
            columns.append(when.dt.month.to_numpy(dtype=np.float64, na_value=np.nan))
        if self.weekday:
            columns.append(when.dt.day_of_week.to_numpy(dtype=np.float64, na_value=np.nan))
        return np.column_stack(columns)


def are_dates(cells: pd.Series) -> bool:
    """Whether cells are dates: times already, text like dates, or numbers like 20260331."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return True
    present = cells.dropna()
    if not len(present):
        return False
    if pd.api.types.is_numeric_dtype(cells):
        return bool(_packed(present).notna().all()) and present.nunique() > 2
    text = present.astype("str").drop_duplicates()
    text = text.iloc[:: max(1, len(text) // _SAMPLE)]
    if text.str.match(_DATE).mean() < _LEAST_READ:
        return False
    return bool(read_dates(text, _day_first(text)).notna().mean() >= _LEAST_READ)


def date_parts(cells: pd.Series) -> DateParts:
    """How the dates of a column are read, from its cells in training."""
    text = pd.Series(dtype="str")
    if not pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_datetime64_any_dtype(cells):
        text = cells.dropna().astype("str").drop_duplicates()
    day_first = _day_first(text)
    when = read_dates(cells, day_first)
    days = days_of(when)
    known = days[~np.isnan(days)]
    long = bool(len(known)) and float(known.max() - known.min()) > _LONG
    return DateParts(day_first, long, bool((when.dropna().dt.day != 1).any()))


def read_dates(cells: pd.Series, day_first: bool) -> pd.Series:
    """Cells as times without a zone, missing where there is none."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells.dt.tz_convert(None) if cells.dt.tz is not None else cells
    if pd.api.types.is_numeric_dtype(cells):
        packed = _packed(cells)
        unit = epoch_unit(cells)
        if packed.notna().any() or unit is None:
            return packed
        return pd.to_datetime(cells, unit=unit, errors="coerce")
    codes, distinct = pd.factorize(cells, use_na_sentinel=True)
    read = _parsed(pd.Series(distinct.astype("str"), dtype="str"), day_first)
    times = np.append(read.to_numpy(dtype="datetime64[ns]"), np.datetime64("NaT", "ns"))
    return pd.Series(times[codes], index=cells.index)


def days_of(when: pd.Series) -> np.ndarray:
    """Days since 1970 of times, (n,) float64, missing where there is none."""
    times = when.to_numpy(dtype="datetime64[s]")
    days = times.astype(np.int64) / 86_400.0
    days[np.isnat(times)] = np.nan
    return days


def _parsed(text: pd.Series, day_first: bool) -> pd.Series:
    text = text.str.replace(_MONTH_ONLY, r"\2-\1-01", regex=True)
    text = text.str.replace(_YEAR_MONTH, r"\1-\2-01", regex=True)
    text = text.str.replace(r"[年月]\s?", "-", regex=True).str.replace("日", "", regex=False)
    text = text.where(text.str.match(_DATE).fillna(False).astype(bool))
    if not text.notna().any():
        return pd.Series(pd.NaT, index=text.index, dtype="datetime64[ns]")
    with warnings.catch_warnings():
        # pandas warns of formats it has to guess row by row: that is asked for here.
        warnings.simplefilter("ignore")
        read = pd.to_datetime(text, errors="coerce", format="mixed", dayfirst=day_first, utc=True)
    return read.dt.tz_localize(None)


def _packed(cells: pd.Series) -> pd.Series:
    """Numbers like 20260331 as times."""
    whole = cells.where((cells >= 19_000_101) & (cells <= 21_001_231))
    text = whole.round().astype("Int64").astype("str")
    return pd.to_datetime(text, format="%Y%m%d", errors="coerce")


def _day_first(text: pd.Series) -> bool:
    return bool(len(text)) and bool(text.str.match(_DAY_FIRST).any())
