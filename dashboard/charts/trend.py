"""How the share of a class changes over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT, looks
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
        ``n`` rows of the period, ``count`` of them in the class, ``share``, and ``low`` to
        ``high``, its 95 % Wilson interval. At most the last 300 periods. ``attrs["every"]`` is
        day, week, month or year.

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
    every = table.attrs.get("every", "")
    held = _with_gaps(table[table["class"] == focus_class].sort_values("period"), every)
    look = looks([focus_class])[0]
    few = (held["n"] < FEW_ROWS).to_numpy()
    share = 100 * held["share"]
    band_x, band_y = _band(held)
    figure = go.Figure()
    figure.add_scatter(
        x=band_x, y=band_y, fill="toself", fillcolor=LIGHT.band, line={"width": 0}, mode="lines",
        hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=held["period"],
        y=share,
        mode="lines+markers",
        line={"color": look.color, "width": 2},
        marker={
            "color": look.color,
            "size": 7 if len(held) <= 60 else 5,
            "symbol": np.where(few, "circle-open", "circle"),
            "line": {"width": 1.5, "color": look.color},
        },
        cliponaxis=False,
        customdata=[_note(*each) for each in held[["n", "count", "low", "high"]].to_numpy()],
        hovertemplate="%{x|%-d %b %Y}<br>%{y:.1f} % %{customdata}<extra></extra>",
    )
    top = float(np.nanmax(held["high"])) if len(held) else 1.0
    figure.update_yaxes(
        title_text=f"Share {plain(focus_class, 24)}",
        range=[0, min(100.0, 108 * top) + 1],
        ticksuffix=" %",
        nticks=6,
    )
    figure.update_xaxes(title_text=_AXIS.get(every, "Time"), type="date", nticks=7)
    if few.any():
        text = f"Hollow: fewer than {FEW_ROWS} rows"
        figure.add_annotation(
            text=text, xref="paper", yref="paper", x=1, y=1, xanchor="right", yanchor="bottom",
            showarrow=False, font={"size": 12, "color": LIGHT.muted},
        )  # fmt: skip
        figure.update_layout(margin={"t": 24})
    return figure


def _note(n: float, count: float, low: float, high: float) -> str:
    if np.isnan(n):
        return ""
    rows = f"{int(count):,} of {int(n):,} {'row' if n == 1 else 'rows'}"
    return f"({100 * low:.1f} to {100 * high:.1f})<br>{rows}"


def _local(times: pd.Series) -> pd.Series:
    if not pd.api.types.is_datetime64_any_dtype(times):
        times = pd.to_datetime(times, errors="coerce", utc=True, format="mixed")
    # Periods are those of the clock on the wall where the rows were written.
    return times.dt.tz_localize(None) if times.dt.tz is not None else times


def _period(when: pd.Series) -> str:
    days = (when.max() - when.min()).days if len(when) else 0
    return next((every for every, most in _DAYS.items() if days <= most), "year")


def _with_gaps(held: pd.DataFrame, every: str) -> pd.DataFrame:
    """Adds an empty row after each period that is not followed by the next one."""
    if every not in _FREQUENCY or len(held) < 2:
        return held
    periods = held["period"].dt.to_period(_FREQUENCY[every])
    following = (periods + 1).dt.to_timestamp()
    missing = following[following.to_numpy() != held["period"].shift(-1).to_numpy()][:-1]
    if missing.empty:
        return held
    gaps = pd.DataFrame({"period": missing.to_numpy()})
    return pd.concat([held, gaps]).sort_values("period")


def _band(held: pd.DataFrame) -> tuple[list[Any], list[float | None]]:
    """Returns one outline for each run of periods without a gap, with None between them."""
    x: list[Any] = []
    y: list[float | None] = []
    run = held["n"].isna().cumsum().to_numpy()
    for _, piece in held[held["n"].notna()].groupby(run[held["n"].notna().to_numpy()]):
        moments = piece["period"].tolist()
        x += [*moments, *moments[::-1], None]
        y += [*(100 * piece["high"]), *(100 * piece["low"])[::-1], None]
    return x, y
