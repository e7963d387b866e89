"""How the share of a class changes over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.style import looks
from dashboard.charts.style import LIGHT
from dashboard.charts.text import plain
from pipelines.evaluation.intervals import wilson

FEW_ROWS = 5
MOST_PERIODS = 300
# The longest range, in days, that is cut into each period.
_DAYS = {"day": 45, "week": 730, "month": 7300}
_FREQUENCY = {"day": "D", "week": "W-SUN", "month": "M", "year": "Y"}
_AXIS = {"day": "Day", "week": "Week from", "month": "Month", "year": "Year"}
COLUMNS = ("period", "class", "n", "count", "share", "low", "high")


def trend_table(times: pd.Series, labels: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    """Returns the share of each class by day, week, month or year, as suits the range of time.

    Args:
        times: (n,) when each row is from; what is no time is left out.
        labels: (n,) number of the class of each row.
        classes: their names.

    Returns:
        One row for each period that has rows and each class: ``period`` (its start), ``class``,
        ``n`` rows of the period, ``count`` of them in the class, ``share``, and ``low`` to ``high``,
        its 95 % Wilson interval. At most the last 300 periods. ``attrs["every"]`` is day, week,
        month or year.

    Raises:
        ValueError: lengths that differ.
    """
    codes = np.asarray(labels)
    if len(times) != len(codes):
        raise ValueError(f"{len(times):,} times for {len(codes):,} labels")
    when = _local(times)
    known = when.notna().to_numpy()
    when, codes = when[known], codes[known].astype(np.intp)
    every = _period(when)
    if len(when) == 0:
        table = pd.DataFrame({column: [] for column in COLUMNS})
        table.attrs["every"] = every
        return table
    periods = when.dt.to_period(_FREQUENCY[every])
    at, starts = pd.factorize(periods, sort=True)
    k = len(classes)
    counts = np.bincount(at * k + codes, minlength=len(starts) * k).reshape(-1, k)
    counts, starts = counts[-MOST_PERIODS:], starts[-MOST_PERIODS:]
    sizes = counts.sum(axis=1)
    intervals = [
        wilson(int(count), int(n)) for row, n in zip(counts, sizes, strict=True) for count in row
    ]
    low, high = np.array(intervals).T
    table = pd.DataFrame(
        {
            "period": np.repeat(starts.to_timestamp().to_numpy(), k),
            "class": np.tile(np.asarray([str(name) for name in classes], dtype=object), len(sizes)),
            "n": np.repeat(sizes, k),
            "count": counts.ravel(),
            "share": (counts / sizes[:, None]).ravel(),
            "low": low,
            "high": high,
        }
    )
    table.attrs["every"] = every
    return table


def trend(table: pd.DataFrame, focus_class: str) -> go.Figure:
    """Returns the share of one class over time with the band of its interval.

    Periods of fewer than 5 rows have hollow markers; the line breaks where periods have no rows.

    Args:
        table: from ``trend_table``.
        focus_class: the class to follow.
    """
    every = table.attrs.get("every", "period")
    held = table[table["class"] == focus_class].sort_values("period")
    look = looks([focus_class])[0]
    few = (held["n"] < FEW_ROWS).to_numpy()
    pieces = _pieces(held, every)
    band_x, band_y, x, y, symbols, notes = [], [], [], [], [], []
    for piece in pieces:
        moments = list(piece["period"])
        band_x += [*moments, *reversed(moments), None]
        band_y += [*(100 * piece["high"]), *reversed(list(100 * piece["low"])), None]
        hollow = (piece["n"] < FEW_ROWS).to_numpy()
        x += [*moments, None]
        y += [*(100 * piece["share"]), None]
        symbols += [f"{look.symbol}-open" if each else look.symbol for each in [*hollow, False]]
        notes += [
            f"{row.share:.0%} ({row.low:.0%} to {row.high:.0%})<br>{row.count:,} of {row.n:,} rows"
            for row in piece[["share", "low", "high", "count", "n"]]
            .rename(columns={"count": "hits"})
            .rename(columns={"hits": "count_"})
            .itertuples()
        ]
        notes.append("")
    figure = go.Figure()
    return figure
