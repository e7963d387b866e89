"""Shares over time are those of the rows of each period."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from dashboard.charts.trend import MOST_PERIODS, trend, trend_table

CLASSES = ["negative", "neutral", "positive"]


def test_shares_and_intervals_of_each_week_are_right() -> None:
    times = pd.Series(
        pd.to_datetime(["2026-01-05 00:00", "2026-01-11 23:59", "2026-01-12 00:00"] * 20)
    )
    times = pd.concat([times, pd.Series(pd.to_datetime(["2026-04-01"]))], ignore_index=True)
    labels = np.array([0, 2, 1] * 20 + [0])
    table = trend_table(times, labels, CLASSES)
    assert table.attrs["every"] == "week"
    assert list(table["period"].unique()) == [
        pd.Timestamp(day) for day in ("2026-01-05", "2026-01-12", "2026-03-30")
    ]
    first = table[table["period"] == "2026-01-05"].set_index("class")
    assert list(first["n"]) == [40] * 3
    assert list(first["share"]) == [0.5, 0.0, 0.5]
    expected = binomtest(20, 40).proportion_ci(method="wilson")
    assert first.loc["negative", "low"] == pytest.approx(expected.low)
    assert first.loc["negative", "high"] == pytest.approx(expected.high)


@pytest.mark.parametrize(
    ("days", "every"), [(1, "day"), (45, "day"), (46, "week"), (731, "month"), (9000, "year")]
)
def test_the_range_of_time_decides_the_period(days: int, every: str) -> None:
    times = pd.Series(
        pd.to_datetime(["2000-01-01", pd.Timestamp("2000-01-01") + pd.Timedelta(days=days)])
    )
    assert trend_table(times, np.array([0, 1]), CLASSES).attrs["every"] == every


def test_what_is_no_time_is_left_out_and_zones_keep_their_clock() -> None:
    times = pd.Series(["2026-01-05T23:30:00Z", "no time", None, "2026-01-06"])
    table = trend_table(times, np.array([0, 1, 1, 2]), CLASSES)
    assert table.groupby("period")["n"].first().tolist() == [1, 1]
    zoned = pd.Series(pd.to_datetime(["2026-01-05 23:30"])).dt.tz_localize("America/New_York")
    assert trend_table(zoned, np.array([0]), CLASSES)["period"].iloc[0] == pd.Timestamp(
        "2026-01-05"
    )


def test_no_times_give_an_empty_table_and_a_figure() -> None:
    table = trend_table(pd.Series([pd.NaT, pd.NaT]), np.array([0, 1]), CLASSES)
    assert table.empty
    assert trend(table, "negative") is not None


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="3 times for 2 labels"):
        trend_table(pd.Series(pd.to_datetime(["2026-01-05"] * 3)), np.array([0, 1]), CLASSES)


def test_few_rows_are_hollow_and_the_line_breaks_where_there_are_none() -> None:
    days = ["2026-01-01"] * 5 + ["2026-01-02"] * 4 + ["2026-01-06"] * 6
    table = trend_table(pd.Series(pd.to_datetime(days)), np.zeros(15, dtype=int), CLASSES)
    band, line = trend(table, "negative").data
    assert list(line.marker.symbol) == ["circle", "circle-open", "circle", "circle"]
    assert [bool(np.isnan(share)) for share in line.y] == [False, False, True, False]
    assert [x is None for x in band.x].count(True) == 2


def test_100_000_rows_over_centuries_stay_small() -> None:
    rng = np.random.default_rng(0)
    years = rng.integers(1000, 3000, 100_000).astype(str)
    times = pd.Series(years.astype("datetime64[Y]").astype("datetime64[s]"))
    table = trend_table(times, rng.integers(0, 3, 100_000), CLASSES)
    assert len(table) == 3 * MOST_PERIODS
    assert len(trend(table, "positive").to_json()) < 100_000
