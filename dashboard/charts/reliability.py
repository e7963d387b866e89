"""Whether a model is right as often as it says."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.style import LIGHT
from pipelines.evaluation.calibration import Reliability


def reliability(found: Reliability, *, of_outcome: bool = False) -> go.Figure:
    """Returns the share that is right by confidence, with intervals, over a histogram of rows.

    Args:
        found: bins without rows are left out.
        of_outcome: whether it is of the probability of an outcome and how often that came, not of how
            sure a model is of its answer.
    """
    up, across, verb = (
        ("Came", "Probability that was given", "came in") if of_outcome
        else ("Right", "How sure the model says it is", "right")
    )
    held = [each for each in found.bins if each.n and each.accuracy is not None]
    confidence = [round(100 * (each.confidence or 0.0), 2) for each in held]
    right = [round(100 * (each.accuracy or 0.0), 2) for each in held]
    lows = [100 * (each.low or 0.0) for each in held]
    highs = [100 * (1.0 if each.high is None else each.high) for each in held]
    rows = [each.n for each in held]
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.05
    )
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", hoverinfo="skip",
        line={"color": LIGHT.neutral, "width": 1.25, "dash": "dot"}, name="As often as it says",
    )  # fmt: skip
    figure.add_scatter(
        x=confidence,
        y=right,
        mode="lines+markers",
        line={"color": LIGHT.accent, "width": 1.5},
        marker={"size": 8},
        error_y={
            "type": "data",
            "array": [high - value for high, value in zip(highs, right, strict=True)],
            "arrayminus": [value - low for low, value in zip(lows, right, strict=True)],
            "color": LIGHT.muted,
            "thickness": 1.25,
            "width": 3,
        },
        customdata=[
            f"{n:,} rows<br>interval {low:.1f} to {high:.1f} %"
            for n, low, high in zip(rows, lows, highs, strict=True)
        ],
        hovertemplate=f"Says %{{x:.0f}} %, {verb} %{{y:.1f}} %<br>%{{customdata}}<extra></extra>",
        name="This model",
    )
    figure.add_bar(
        x=[50 * (each.lower + each.upper) for each in held],
        y=rows,
        width=[92 * (each.upper - each.lower) for each in held],
        marker={"color": LIGHT.neutral},
        customdata=[f"{100 * each.lower:.0f} to {100 * each.upper:.0f} %" for each in held],
        hovertemplate="%{y:,} rows that say %{customdata}<extra></extra>",
        showlegend=False,
        row=2,
        col=1,
    )
    # No row is less sure of its class than one among all classes, so the left is often empty.
    start = max(0.0, 100 * min((each.lower for each in held), default=0.0) - 4)
    figure.update_xaxes(range=[start, 102], ticksuffix=" %", nticks=6)
    figure.update_xaxes(title_text=across, row=2, col=1)
    least = min([start, *lows]) if held else 0.0
    figure.update_yaxes(title_text=up, ticksuffix=" %", range=[least - 2, 102], row=1, col=1)
    figure.update_yaxes(title_text="Rows", nticks=3, tickformat="~s", row=2, col=1)
    figure.update_layout(showlegend=True, height=400)
    return figure
