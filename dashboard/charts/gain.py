"""How many of the bad ones the riskiest rows hold."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT


def gain(shares: np.ndarray, reached: np.ndarray) -> go.Figure:
    """Returns the share of the class that is reached against the share of rows, the riskiest first.

    Args:
        shares: (n,) of the rows, 0 to 1.
        reached: (n,) of the class.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", hoverinfo="skip", name="By chance",
        line={"color": LIGHT.neutral, "width": 1.25, "dash": "dot"},
    )
    figure.add_scatter(
        x=(100 * shares).round(1), y=(100 * reached).round(2), mode="lines", name="Model",
        line={"color": LIGHT.accent, "width": 2},
        hovertemplate="The riskiest %{x:.0f} % hold %{y:.1f} %<extra></extra>",
    )
    figure.update_xaxes(title_text="Rows, the riskiest first", ticksuffix=" %", nticks=6)
    figure.update_yaxes(title_text="Found", ticksuffix=" %", nticks=6, range=[0, 101])
    figure.update_layout(showlegend=False)
    return figure
