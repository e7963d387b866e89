"""Dates of the usual spellings become days, months and weekdays, the same at every reading."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from pipelines.tabular.dates import are_dates, date_parts


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["2026-03-31", "2024-02-29"], [(2026, 3, 31), (2024, 2, 29)]),
        (["2026-03-31T10:00:00Z", "2026-04-01T00:30:00Z"], [(2026, 3, 31), (2026, 4, 1)]),
        (["31/03/2026", "04/05/2026"], [(2026, 3, 31), (2026, 5, 4)]),
        (["03/31/2026", "04/05/2026"], [(2026, 3, 31), (2026, 4, 5)]),
        (["31.03.2026", "04.05.2026"], [(2026, 3, 31), (2026, 5, 4)]),
        (["Dec-2015", "Jan-2016"], [(2015, 12, 1), (2016, 1, 1)]),
        (["12/2015", "01/2016"], [(2015, 12, 1), (2016, 1, 1)]),
        (["31 March 2026", "4 May 2026"], [(2026, 3, 31), (2026, 5, 4)]),
        (["2026年3月31日", "2026年5月4日"], [(2026, 3, 31), (2026, 5, 4)]),
    ],
)
def test_spellings_of_dates(written: list[str], expected: list[tuple[int, int, int]]) -> None:
    cells = pd.Series(written, dtype="str")
    assert are_dates(cells)
    days = np.floor(date_parts(cells).read(cells)[:, 0])
    epoch = datetime.date(1970, 1, 1)
    assert days.tolist() == [(datetime.date(*each) - epoch).days for each in expected]


def test_numbers_like_20260331_are_dates_and_amounts_are_not() -> None:
    assert are_dates(pd.Series([20260331, 20240229, 20250101]))
    assert not are_dates(pd.Series([20260331, 20241399, 20250101]))
    assert not are_dates(pd.Series([1200.0, 5000.0, 900.0]))
    assert not are_dates(pd.Series(["12", "1,300", "7 months"], dtype="str"))


def test_month_and_weekday_are_parts_where_they_can_differ() -> None:
    long = pd.Series(["2024-01-15", "2026-03-31"], dtype="str")
    assert date_parts(long).parts == ("days", "month", "weekday")
    assert date_parts(long).read(long)[1, 1:].tolist() == [3.0, 1.0]
    short = pd.Series(["2026-01-15", "2026-03-31"], dtype="str")
    assert date_parts(short).parts == ("days", "weekday")
    firsts = pd.Series(["2024-01-01", "2026-03-01"], dtype="str")
    assert date_parts(firsts).parts == ("days", "month")


def test_a_new_file_is_read_in_the_order_of_the_training_file() -> None:
    parts = date_parts(pd.Series(["31/03/2026", "01/02/2026"], dtype="str"))
    april = parts.read(pd.Series(["03/04/2026"], dtype="str"))[0, 0]
    assert april == (datetime.date(2026, 4, 3) - datetime.date(1970, 1, 1)).days


def test_what_is_no_date_is_missing() -> None:
    parts = date_parts(pd.Series(["2026-03-31", "2024-01-01"], dtype="str"))
    read = parts.read(pd.Series(["soon", None, "2026-13-45", "2026-03-30"], dtype="str"))
    assert np.isnan(read[:3]).all()
    assert not np.isnan(read[3]).any()


def test_times_with_a_zone_are_read_as_well() -> None:
    cells = pd.Series(pd.to_datetime(["2026-03-31 10:00", "2026-04-02 10:00"]).tz_localize("UTC"))
    assert np.diff(date_parts(cells).read(cells)[:, 0]).tolist() == [2.0]
