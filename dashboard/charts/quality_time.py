"""What quality costs: a score against the seconds of learning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT
from dashboard.charts.text import plain
from pipelines.evaluation.score import Score


def quality_time(models: Sequence[tuple[str, float, Score]], metric: str) -> go.Figure:
    """Returns each model as a point with its interval.

    Args:
        models: names, seconds of learning, and scores.
        metric: what the score is called.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[max(seconds, 0.01) for _, seconds, _ in models],
        y=[score.value for _, _, score in models],
        mode="markers+text", text=[plain(name, 24) for name, _, _ in models],
        textposition="middle right",
        marker={"size": 10, "color": LIGHT.accent},
        error_y={
            "type": "data",
            "array": [(score.high or score.value) - score.value for _, _, score in models],
            "arrayminus": [score.value - (score.low or score.value) for _, _, score in models],
            "color": LIGHT.muted, "thickness": 1.5, "width": 4,
        },
        customdata=[f"{seconds:,.1f} s" for _, seconds, _ in models],
        hovertemplate="%{text}<br>" + metric + " %{y:.3f}<br>learnt in %{customdata}<extra></extra>",
    )
    # Room for the names on the right of the slowest model.
    spread = np.log10([max(seconds, 0.01) for _, seconds, _ in models])
    width = max(0.5, float(spread.max() - spread.min()))
    figure.update_xaxes(
        title_text="Seconds of learning, choice of settings included", type="log",
        range=[float(spread.min()) - 0.1 * width, float(spread.max()) + 0.4 * width],
    )
    figure.update_yaxes(title_text=metric, rangemode="tozero")
    figure.update_layout(showlegend=False)
    return figure
