"""A chart of horizontal rows, each below its name and number, so that long names fit on a phone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT
from dashboard.charts.text import plain

ROW_HEIGHT = 44
MOST_ROWS = 30
# The longest titles of our models with “(baseline)” behind them; the number still fits beside it.
LONGEST_NAME = 36
_NAME_ABOVE, _MARK_BELOW = 0.24, 0.2


def row_positions(count: int) -> np.ndarray:
    """Returns (count,) where the mark of each row stands on the vertical axis."""
    return np.arange(count) + _MARK_BELOW


def name_rows(figure: go.Figure, names: Sequence[str], notes: Sequence[str]) -> go.Figure:
    """Writes the names at the left and the notes at the right of rows, and sets the height.

    Args:
        figure: with marks at ``row_positions``.
        names: from top to bottom, as the user's file has them.
        notes: our own numbers.
    """
    for position, (name, note) in enumerate(zip(names, notes, strict=True)):
        common = {"xref": "paper", "y": position - _NAME_ABOVE, "showarrow": False, "borderpad": 0}
        figure.add_annotation(x=0, xanchor="left", text=plain(name, LONGEST_NAME), **common)
        figure.add_annotation(
            x=1, xanchor="right", text=note, font={"color": LIGHT.muted, "size": 12}, **common
        )
    figure.update_yaxes(range=[len(names) - 0.45, -0.55], showticklabels=False, showgrid=False)
    figure.update_layout(height=58 + ROW_HEIGHT * max(len(names), 1))
    return figure


def add_reference(figure: go.Figure, value: float, count: int) -> None:
    """Draws a dashed vertical line beside the marks of ``count`` rows, clear of their names."""
    middle = row_positions(count)
    ends = np.column_stack([middle - 0.14, middle + 0.2, np.full(count, np.nan)]).ravel()
    figure.add_scatter(
        x=np.full(len(ends), value), y=ends, mode="lines", hoverinfo="skip",
        line={"color": LIGHT.neutral, "width": 1.5, "dash": "4px,3px"},
    )  # fmt: skip


def interval_range(lows: Sequence[float], highs: Sequence[float]) -> list[float]:
    """Returns the range of an axis that holds all intervals with some air.

    Of shares it goes hardly beyond 0 and 1, so that no tick stands there.
    """
    low, high = min(lows), max(highs)
    air = max(0.06 * (high - low), 0.005) if high > low else 0.1
    ends = [low - air, high + air]
    if low < 0 or high > 1:
        return ends
    beyond = 0.02 * (ends[1] - ends[0])
    return [max(ends[0], -beyond), min(ends[1], 1 + beyond)]
