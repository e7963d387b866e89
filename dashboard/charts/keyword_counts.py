"""In how many rows each keyword stands."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from dashboard.charts.rows import name_rows, row_positions
from dashboard.charts.style import LIGHT

MOST_TICKS = 6


def keyword_counts(counts: Mapping[str, int], total: int) -> go.Figure:
    """Returns a bar for each keyword, in the given order, with its rows and share.

    Args:
        counts: rows that hold each keyword; a row may hold several.
        total: rows in all.
    """
    notes = [f"{rows:,} ({100 * rows / max(1, total):.1f} %)" for rows in counts.values()]
    figure = go.Figure(
        go.Bar(
            x=list(counts.values()),
            y=row_positions(len(counts)),
            orientation="h",
            width=0.32,
            marker={"color": LIGHT.accent, "cornerradius": 2},
            customdata=notes,
            hovertemplate="%{customdata} of the rows<extra></extra>",
        )
    )
    figure.update_xaxes(title_text="Rows", rangemode="tozero", tickformat=",d", nticks=6)
    if max(counts.values(), default=0) <= MOST_TICKS:
        # Left to itself, Plotly marks halves of a row and writes them as whole ones.
        figure.update_xaxes(dtick=1)
    return name_rows(figure, list(counts), notes)
