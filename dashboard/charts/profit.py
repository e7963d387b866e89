"""What a threshold earns, and whom it lets in."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT
from pipelines.evaluation.profit_terms import ProfitCurve


def profit_by_threshold(curve: ProfitCurve, chosen: float) -> go.Figure:
    """Returns the profit a row against the threshold, with its interval and the chosen one.

    Args:
        curve: rows with a probability below the threshold are approved.
        chosen: threshold; drawn where it lies within the curve.
    """
    kept = np.isfinite(curve.thresholds)
    x = 100 * curve.thresholds[kept]
    figure = go.Figure()
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([curve.high[kept], curve.low[kept][::-1]]),
        fill="toself", line={"width": 0}, fillcolor=LIGHT.accent, opacity=0.18, hoverinfo="skip",
        name="95 % interval",
    )
    figure.add_scatter(
        x=x, y=curve.profit[kept], mode="lines", line={"color": LIGHT.accent, "width": 2},
        name="profit",
        customdata=np.stack([100 * curve.approval[kept], 100 * curve.bad_rate[kept]], axis=1),
        hovertemplate="Approving below %{x:.1f} %: %{y:,.2f} a row<br>approves %{customdata[0]:.0f} %, "
        "of whom %{customdata[1]:.1f} % turn out bad<extra></extra>",
    )
    if np.isfinite(chosen):
        figure.add_vline(x=100 * chosen, line={"color": LIGHT.neutral, "dash": "dash", "width": 1.5})
    figure.add_hline(y=0, line={"color": LIGHT.neutral, "width": 1})
    figure.update_xaxes(title_text="Approved below this probability", ticksuffix=" %", nticks=8)
    figure.update_yaxes(title_text="Profit a row", nticks=6)
    figure.update_layout(showlegend=False)
    return figure


def approval_by_bad_rate(curve: ProfitCurve) -> go.Figure:
    """Returns the share of bad ones among the approved against the share that is approved."""
    kept = np.isfinite(curve.thresholds) & np.isfinite(curve.bad_rate)
    figure = go.Figure(go.Scatter(
        x=100 * curve.approval[kept], y=100 * curve.bad_rate[kept], mode="lines",
        line={"color": LIGHT.accent, "width": 2},
        customdata=100 * curve.thresholds[kept],
        hovertemplate="Approving %{x:.0f} % (below %{customdata:.1f} %): %{y:.1f} % of them turn out "
        "bad<extra></extra>",
    ))
    figure.update_xaxes(title_text="Approved", ticksuffix=" %", nticks=6)
    figure.update_yaxes(title_text="Bad among the approved", ticksuffix=" %", rangemode="tozero")
    figure.update_layout(showlegend=False)
    return figure
