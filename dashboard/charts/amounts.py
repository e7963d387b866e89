"""Predicted amounts against true ones."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts.style import LIGHT
from pipelines.evaluation.regression_metrics import ResidualPart


def by_predicted(parts: Sequence[ResidualPart]) -> go.Figure:
    """Returns the mean true amount of rows of similar predicted amounts, over the line of equality."""
    figure = go.Figure()
    ends = [min(min(p.predicted, p.true) for p in parts), max(max(p.predicted, p.true) for p in parts)]
    figure.add_scatter(
        x=ends, y=ends, mode="lines", hoverinfo="skip", name="As predicted",
        line={"color": LIGHT.neutral, "width": 1.25, "dash": "dot"},
    )
    figure.add_scatter(
        x=[p.predicted for p in parts], y=[p.true for p in parts], mode="markers+lines",
        marker={"size": 8, "color": LIGHT.accent}, line={"color": LIGHT.accent, "width": 1.5},
        error_y={
            "type": "data", "color": LIGHT.muted, "thickness": 1.5, "width": 4,
            # The error is predicted less true, so its ends turn round.
            "array": [p.error - (p.error if p.low is None else p.low) for p in parts],
            "arrayminus": [(p.error if p.high is None else p.high) - p.error for p in parts],
        },
        customdata=[p.n for p in parts],
        hovertemplate="Predicted %{x:,.4g}, came %{y:,.4g}<br>%{customdata:,} rows<extra></extra>",
    )
    figure.update_xaxes(title_text="Mean predicted", nticks=6)
    figure.update_yaxes(title_text="Mean true", nticks=6)
    figure.update_layout(showlegend=False)
    return figure
