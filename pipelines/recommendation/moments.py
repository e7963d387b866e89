"""Times of interactions as seconds, however they are written."""

from __future__ import annotations

import time as clock
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import DataError
from data.problems import day_and_month
from data.traits import times as read_times

UNREADABLE = np.iinfo(np.int64).min
# Seconds since 1970 have 9 to 11 digits between 1973 and 5138; finer units three more each.
_UNITS = ((1e8, 1e11, 1), (1e11, 1e14, 1_000), (1e14, 1e17, 1_000_000), (1e17, 9e18, 10**9))
_DAYS = (19000101, 22001231)
_LARGEST = 9e18
_NUMBER = r"[+-]?\d+(?:\.\d+)?"


@dataclass(frozen=True)
class Moments:
    """Times of rows.

    Attributes:
        seconds: (rows,) int64 since 1970; those that could not be read are the earliest of all.
        notes: sentences on what was found.
    """

    seconds: np.ndarray
    notes: tuple[str, ...]


def moments(cells: pd.Series, now: float | None = None) -> Moments:
    """Reads times: dates as text, seconds or finer units since 1970, or dates such as 20260331.

    Numbers too small for any of these only say who came first, and are kept as they are.

    Args:
        cells: (rows,) of any type; several ways of writing may stand in one column.
        now: seconds since 1970 from which on a time lies in the future; this moment if not given.

    Raises:
        DataError: none can be read.
    """
    codes, uniques = pd.factorize(cells, use_na_sentinel=True)
    values = pd.Series(np.asarray(uniques) if isinstance(uniques, pd.Categorical) else uniques)
    known, ways, order = _read(values)
    seconds = np.append(known, UNREADABLE)[codes]
    lost = seconds == UNREADABLE
    if lost.all():
        example = str(values.iloc[0])[:40] if len(values) else ""
        raise DataError(
            f"No time can be read{f', for example “{example}”' if example else ''}; give dates or "
            "seconds since 1970, or leave the time out."
        )
    notes = []
    if order:
        notes.append(
            "The times are plain numbers and no dates, so they only say what came first."
        )
    elif len(ways) > 1:
        notes.append(f"The times are written in {len(ways)} ways: {', '.join(ways)}.")
    told = day_and_month(values) if pd.api.types.is_string_dtype(values) else None
    if told is not None:
        notes.append(told[0])
    if lost.any():
        notes.append(_unread(values, known, lost, codes))
        seconds = np.where(lost, seconds[~lost].min(), seconds)
    notes += _future(seconds, clock.time() if now is None else now) if not order else []
    return Moments(seconds, tuple(notes))


def _read(values: pd.Series) -> tuple[np.ndarray, list[str], bool]:
    """Seconds of each value, in how many ways they are written, and whether it is a mere order."""
    found = np.full(len(values), UNREADABLE, dtype=np.int64)
    if pd.api.types.is_datetime64_any_dtype(values):
        return _of_dates(values), ["dates"], False
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numeric, numbers = np.ones(len(values), dtype=bool), values.to_numpy(dtype=float)
    else:
        text = values.astype(str).str.strip()
        numeric = text.str.fullmatch(_NUMBER).fillna(False).to_numpy(dtype=bool)
        numbers = np.full(len(values), np.nan)
        numbers[numeric] = text[numeric].to_numpy(dtype=float)
        rest = np.flatnonzero(~numeric)
        if len(rest):
            found[rest] = _of_text(text.iloc[rest])
    ways = _kinds(values, ~numeric & (found != UNREADABLE))
    if numeric.any():
        found[numeric], more = _of_numbers(numbers[numeric])
        ways += more
    if numeric.all() and not ways and (np.abs(numbers) < _LARGEST).any():
        # Beyond that no whole number of 64 bits holds them.
        finite = np.abs(numbers) < _LARGEST
        found[finite] = np.floor(numbers[finite]).astype(np.int64)
        return found, [], True
    return found, ways, False


def _of_dates(values: pd.Series) -> np.ndarray:
    stamps = pd.DatetimeIndex(values)
    if stamps.tz is not None:
        stamps = stamps.tz_convert("UTC").tz_localize(None)
    seconds = stamps.as_unit("s").asi8
    return np.where(stamps.isna(), UNREADABLE, seconds)


def _of_text(text: pd.Series) -> np.ndarray:
    with warnings.catch_warnings():
        # pandas warns of zones that differ from row to row; all become UTC here.
        warnings.simplefilter("ignore")
        iso = pd.to_datetime(text, errors="coerce", format="ISO8601", utc=True)
    found = _of_dates(iso)
    rest = np.flatnonzero(found == UNREADABLE)
    if len(rest):
        found[rest] = _of_dates(read_times(text.iloc[rest]))
    return found


def _of_numbers(numbers: np.ndarray) -> tuple[np.ndarray, list[str]]:
    found = np.full(len(numbers), UNREADABLE, dtype=np.int64)
    ways = []
    names = ("seconds", "milliseconds", "microseconds", "nanoseconds")
    for (low, high, unit), name in zip(_UNITS, names, strict=True):
        here = (numbers >= low) & (numbers < high)
        if here.any():
            found[here] = (numbers[here] // unit).astype(np.int64)
            ways.append(f"{name} since 1970")
    days = (numbers >= _DAYS[0]) & (numbers <= _DAYS[1]) & (numbers == np.floor(numbers))
    if days.any():
        text = pd.Series(numbers[days].astype(np.int64).astype(str))
        read = _of_dates(pd.to_datetime(text, format="%Y%m%d", errors="coerce"))
        found[days] = read
        if (read != UNREADABLE).any():
            ways.append("dates such as 20260331")
    return found, ways


def _kinds(values: pd.Series, read: np.ndarray) -> list[str]:
    """Ways in which texts that were read are written."""
    text = values[read].astype(str).str.strip()
    year_first = text.str.match(r"\d{4}[-/.年]").fillna(False).to_numpy(dtype=bool)
    rest = text[~year_first]
    dots = rest.str.match(r"\d{1,2}\.").fillna(False).to_numpy(dtype=bool)
    slashes = rest.str.match(r"\d{1,2}[-/]").fillna(False).to_numpy(dtype=bool)
    marks = (
        ("dates such as 2026-03-31", year_first), ("dates such as 31.03.2026", dots),
        ("dates such as 03/31/2026", slashes), ("dates in words", ~(dots | slashes)),
    )
    return [name for name, mask in marks if mask.any()]


def _unread(values: pd.Series, known: np.ndarray, lost: np.ndarray, codes: np.ndarray) -> str:
    bad = values[(known == UNREADABLE)]
    example = f", for example “{str(bad.iloc[0])[:40]}”" if len(bad) else ""
    count = int(lost.sum())
    blank = int((codes < 0).sum())
    what = "is missing or cannot be read" if blank else "cannot be read"
    what = what if count == 1 else what.replace("is ", "are ")
    return (
        f"{count:,} of {len(lost):,} times {what}{example}; these rows count as the oldest, so they "
        "are not what is held out by time."
    )


def _future(seconds: np.ndarray, now: float) -> list[str]:
    # A day of grace: clocks and time zones differ.
    late = seconds > now + 86_400
    if not late.any():
        return []
    latest = pd.Timestamp(int(seconds.max()), unit="s")
    count = int(late.sum())
    return [
        f"{count:,} {'time lies' if count == 1 else 'times lie'} in the future, the latest on "
        f"{latest:%Y-%m-%d}; they are kept, and a split by time tests on them."
    ]
