"""How much better a model gets with more examples, and how a network gets better while it trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT, looks
from dashboard.charts.text import plain


def learning_curve(
    sizes: Sequence[int], mean: np.ndarray, low: np.ndarray, high: np.ndarray, chance: float
) -> go.Figure:
    """Returns accuracy over the number of training images, with its band.

    Args:
        sizes: (n,) training images.
        mean, low, high: (n,) accuracy, from 0 to 1, and the ends of the band.
        chance: accuracy of the most frequent class.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[*sizes, *list(sizes)[::-1]], y=[*(100 * high), *(100 * low)[::-1]], fill="toself",
        fillcolor=LIGHT.band, mode="lines", line={"width": 0}, hoverinfo="skip", name="band",
    )
    figure.add_scatter(
        x=list(sizes), y=(100 * mean).round(2), mode="lines+markers", name="accuracy",
        line={"color": LIGHT.accent, "width": 2},
        hovertemplate="%{x:,} images: %{y:.1f} % right<extra></extra>",
    )
    figure.add_scatter(
        x=[min(sizes), max(sizes)], y=[100 * chance] * 2, mode="lines", hoverinfo="skip",
        line={"color": LIGHT.neutral, "width": 1.5, "dash": "dash"}, name="most frequent class",
    )
    figure.update_xaxes(type="log", title_text="Images learnt from", tickvals=list(sizes),
                        ticktext=[f"{size:,}" for size in sizes])
    figure.update_yaxes(title_text="Right, %")
    figure.update_layout(showlegend=False)
    return figure


def training_curves(curves: Mapping[str, Sequence[tuple[float, float]]]) -> go.Figure:
    """Returns curves that grow while a network trains.

    Args:
        curves: name to points of step and value.
    """
    figure = go.Figure()
    names = list(curves)
    for name, look in zip(names, looks(names), strict=True):
        points = curves[name]
        figure.add_scatter(
            x=[step for step, _ in points], y=[value for _, value in points],
            mode="lines+markers" if len(points) < 30 else "lines", name=plain(name, 30),
            line={"color": look.color, "dash": look.dash, "width": 2},
            hovertemplate="step %{x:g}: %{y:.3f}<extra></extra>",
        )
    figure.update_xaxes(title_text="Passes over the training images")
    figure.update_layout(showlegend=True)
    return figure
