"""What each column adds to a score, as bars to either side of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.rows import add_reference, name_rows, row_positions
from dashboard.charts.style import LIGHT

AIR = 0.08


@dataclass(frozen=True)
class Bar:
    """One column, or several together.

    Attributes:
        name: as the user's file has it, with the applicant's value.
        value: what it adds.
        low, high: ends of its interval; equal to `value` where there is none.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None


def contributions(
    bars: Sequence[Bar], unit: str, *, digits: int = 2, worse: float = 1.0
) -> go.Figure:
    """Returns bars from top to bottom; those that speak for more risk have the warning colour.

    Args:
        bars: in the order to draw.
        unit: what the axis counts; our own words.
        digits: behind the point.
        worse: 1 where more is worse, -1 where less is, 0 where neither is.
    """
    values = [each.value for each in bars]
    colours = [LIGHT.negative if value * worse > 0 else LIGHT.accent for value in values]
    figure = go.Figure(
        go.Bar(
            x=values, y=row_positions(len(bars)), orientation="h", width=0.3,
            marker={"color": colours}, error_x=_intervals(bars),
            customdata=[_note(each, digits) for each in bars],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    ends = [0.0, *values, *(end for each in bars for end in (each.low, each.high) if end is not None)]
    air = AIR * (max(ends) - min(ends) or 1.0)
    figure.update_xaxes(
        title_text=unit, range=[min(ends) - air, max(ends) + air], nticks=6,
    )
    add_reference(figure, 0.0, len(bars))
    return name_rows(figure, [each.name for each in bars], [_note(each, digits) for each in bars])


def _intervals(bars: Sequence[Bar]) -> dict[str, object] | None:
    if all(each.low is None for each in bars):
        return None
    return {
        "type": "data", "color": LIGHT.muted, "thickness": 1.5, "width": 4,
        "array": [(each.value if each.high is None else each.high) - each.value for each in bars],
        "arrayminus": [each.value - (each.value if each.low is None else each.low) for each in bars],
    }


def _note(bar: Bar, digits: int) -> str:
    value = f"{_unsigned_zero(bar.value, digits):+,.{digits}f}"
    if bar.low is None or bar.high is None:
        return value
    low, high = (f"{_unsigned_zero(end, digits):,.{digits}f}" for end in (bar.low, bar.high))
    return f"{value} ({low} to {high})"


def _unsigned_zero(value: float, digits: int) -> float:
    return round(value, digits) + 0.0
