"""How many rows each class has."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from dashboard.charts.rows import name_rows, row_positions
from dashboard.charts.style import LIGHT, looks

MOST_CLASSES = 20
MOST_COLOURS = 6


def distribution(counts: Mapping[str, int]) -> go.Figure:
    """Returns a bar for each class, in the given order, with its rows and share.

    Args:
        counts: rows of each class. Of more than 20 classes the largest are shown, and the rest as
            one bar.
    """
    total = sum(counts.values())
    held = [(str(name), int(rows)) for name, rows in counts.items()]
    if len(held) > MOST_CLASSES:
        ranked = sorted(held, key=lambda each: -each[1])
        rest = ranked[MOST_CLASSES - 1 :]
        name = f"{len(rest)} other classes"
        held = [*ranked[: MOST_CLASSES - 1], (name, sum(rows for _, rows in rest))]
    names = [name for name, _ in held]
    shares = [100 * rows / total if total else 0.0 for _, rows in held]
    notes = [f"{rows:,} ({share:.1f} %)" for (_, rows), share in zip(held, shares, strict=True)]
    # Past the colours that can be told apart, colour would say what is not so.
    few = len(names) <= MOST_COLOURS
    colors = [look.color for look in looks(names)] if few else LIGHT.accent
    figure = go.Figure(
        go.Bar(
            x=[rows for _, rows in held],
            y=row_positions(len(held)),
            orientation="h",
            width=0.32,
            marker={"color": colors, "cornerradius": 2},
            customdata=notes,
            hovertemplate="%{customdata} of the rows<extra></extra>",
        )
    )
    figure.update_xaxes(title_text="Rows", rangemode="tozero", tickformat=",d", nticks=6)
    return name_rows(figure, names, notes)
