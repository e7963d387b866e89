"""How few items make up most of what is taken."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import looks


def tail_curve(shares: np.ndarray) -> go.Figure:
    """Returns the share of all interactions against the share of the items, the most taken first.

    Args:
        shares: (101,) of interactions that the most taken 0, 1, ... 100 % of the items have.
    """
    look = looks(["items"])[0]
    figure = go.Figure()
    even = np.arange(0, 101)
    figure.add_scatter(
        x=even, y=even, mode="lines", line={"color": "gray", "dash": "dot", "width": 1},
        name="all alike", hoverinfo="skip",
    )
    figure.add_scatter(
        x=even, y=(100 * shares).round(1), mode="lines", fill="tozeroy",
        line={"color": look.color, "width": 2}, name="items",
        hovertemplate="The most taken %{x} % of the items have %{y:.1f} %<extra></extra>",
    )
    figure.update_xaxes(title_text="Items, the most taken first", ticksuffix=" %", nticks=6)
    figure.update_yaxes(title_text="Interactions", ticksuffix=" %", nticks=6, range=[0, 101])
    figure.update_layout(showlegend=False)
    return figure
