"""What quality costs: a score against the seconds of learning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT
from dashboard.charts.text import plain
from pipelines.evaluation.score import Score

SHORTEST = 0.01
# Beside the marks, the names take this much of what the marks take.
NAMES = 0.75
# A line of text, as a share of the height of the marks.
LINE = 0.062
TICKS = (0.01, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0, 36000.0)
TICK_NAMES = ("0.01 s", "0.1 s", "1 s", "10 s", "1 min", "10 min", "1 h", "10 h")


def quality_time(models: Sequence[tuple[str, float, Score]], metric: str) -> go.Figure:
    """Returns each model as a point with its interval, its name at the right, joined by a line.

    Args:
        models: names, seconds of learning, and scores.
        metric: what the score is called.
    """
    seconds = np.log10([max(each, SHORTEST) for _, each, _ in models])
    scores = np.array([score.value for _, _, score in models])
    top = max(score.value if score.high is None else score.high for _, _, score in models)
    low, high = min(0.0, float(scores.min())), float(top) * 1.04 or 1.0
    width = max(0.5, float(np.ptp(seconds)))
    at = float(seconds.max()) + 0.16 * width
    heights = spread(scores, LINE * (high - low), low, high)
    figure = go.Figure()
    for mark, score, height in zip(seconds, scores, heights, strict=True):
        figure.add_scatter(
            x=[10**mark, 10 ** (at - 0.02 * width)], y=[score, height], mode="lines",
            hoverinfo="skip", line={"color": LIGHT.grid, "width": 1},
        )
    figure.add_scatter(
        x=[10**at] * len(models), y=heights, mode="text", hoverinfo="skip",
        text=[plain(name, 26) for name, _, _ in models], textposition="middle right",
        textfont={"size": 11},
    )
    figure.add_scatter(
        x=10**seconds, y=scores, mode="markers", text=[plain(name, 26) for name, _, _ in models],
        marker={"size": 10, "color": LIGHT.accent},
        error_y={
            "type": "data",
            "array": [(score.high or score.value) - score.value for _, _, score in models],
            "arrayminus": [
                score.value - (score.value if score.low is None else score.low)
                for _, _, score in models
            ],
            "color": LIGHT.muted, "thickness": 1.5, "width": 4,
        },
        customdata=[f"{each:,.1f} s" for _, each, _ in models],
        hovertemplate="%{text}<br>" + metric + " %{y:.3f}<br>learnt in %{customdata}<extra></extra>",
    )
    first, last = float(seconds.min()) - 0.1 * width, float(seconds.max()) + 0.1 * width
    shown = [
        (tick, name) for tick, name in zip(TICKS, TICK_NAMES, strict=True)
        if first <= np.log10(tick) <= last
    ]
    figure.update_xaxes(
        title_text="Learning, choice of settings included", type="log",
        range=[first, at + NAMES * width], tickmode="array",
        tickvals=[tick for tick, _ in shown], ticktext=[name for _, name in shown],
    )
    figure.update_yaxes(title_text=metric, range=[low, high], nticks=6)
    figure.update_layout(showlegend=False)
    return figure


def spread(values: np.ndarray, gap: float, low: float, high: float) -> np.ndarray:
    """Returns places near values, in their order, at least a gap apart and within an interval.

    Args:
        values: (n,) where each would stand.
        gap: between two; less where they would not fit otherwise.
        low, high: of the interval.
    """
    gap = min(gap, (high - low) / max(1, len(values)))
    order = np.argsort(values, kind="stable")
    steps = gap * np.arange(len(values))
    # Shifted by their steps, places that are a gap apart are merely in order.
    raised = np.maximum.accumulate(np.clip(values[order], low + gap / 2, high - gap / 2) - steps)
    top = high - gap / 2 - gap * (len(values) - 1)
    places = np.minimum(raised, top) + steps
    found = np.empty(len(values))
    found[order] = places
    return found
