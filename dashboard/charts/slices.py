"""Where in the data a model is worse."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts.rows import (
    MOST_ROWS,
    add_reference,
    interval_range,
    name_rows,
    row_positions,
)
from dashboard.charts.style import LIGHT
from dashboard.charts.text import plain
from pipelines.evaluation.slices import Slice


def slices(
    found: Sequence[Slice], overall: float, what: str = "Rows that are right"
) -> go.Figure:
    """Returns the accuracy of each slice with its interval, beside the accuracy of all rows.

    Args:
        found: slices, drawn in the given order, 30 at most; small ones are hollow and say so.
        overall: accuracy of all rows, 0 to 1.
    """
    held = list(found)[:MOST_ROWS]
    values = [100 * each.accuracy for each in held]
    notes = [f"{v:.1f} %, {each.n:,} rows" for v, each in zip(values, held, strict=True)]
    figure = go.Figure(
        go.Scatter(
            x=values,
            y=row_positions(len(held)),
            mode="markers",
            marker={
                "size": 10,
                "color": LIGHT.accent,
                "symbol": ["circle-open" if each.small else "circle" for each in held],
                "line": {"width": 2, "color": LIGHT.accent},
            },
            error_x={
                "type": "data",
                "array": [100 * (each.high - each.accuracy) for each in held],
                "arrayminus": [100 * (each.accuracy - each.low) for each in held],
                "color": LIGHT.muted,
                "thickness": 1.5,
                "width": 4,
            },
            customdata=[
                f"Right {each.accuracy:.1%}".replace("%", " %")
                + f" ({100 * each.low:.1f} to {100 * each.high:.1f})<br>{each.n:,} rows"
                + ("<br>Few rows: the interval is wide" if each.small else "")
                for each in held
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    add_reference(figure, 100 * overall, len(held))
    ends = [100 * overall, *(100 * each.low for each in held), *(100 * each.high for each in held)]
    figure.update_xaxes(
        title_text=f"{plain(what)} (dashed: all rows, {100 * overall:.1f} %)",
        ticksuffix=" %",
        range=interval_range(ends, ends),
        nticks=6,
    )
    names = [f"{each.value[:24]} (few rows)" if each.small else each.value for each in held]
    return name_rows(figure, names, notes)
