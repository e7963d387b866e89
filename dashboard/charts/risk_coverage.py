"""How right a model is when it only answers what it is sure of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.curves import MOST_CURVES
from dashboard.charts.style import looks, thinned
from dashboard.charts.text import plain
from pipelines.evaluation.curves import RiskCoverage

# Below this share a handful of rows decides, and the line says nothing.
LEAST_COVERAGE = 0.02


def risk_coverage(curves: Mapping[str, RiskCoverage]) -> go.Figure:
    """Returns the accuracy of the rows kept against the share that is kept; 8 models at most.

    Args:
        curves: of each model by its name.
    """
    held = sorted(curves.items(), key=lambda each: each[1].area)[:MOST_CURVES]
    figure = go.Figure()
    least = 100.0
    for (name, curve), look in zip(held, looks([name for name, _ in held]), strict=True):
        wide = np.flatnonzero((curve.coverage >= LEAST_COVERAGE) | (curve.coverage == 1))
        kept = wide[thinned(len(wide))]
        accuracy = (100 * (1 - curve.risk[kept])).round(2)
        least = min(least, float(accuracy.min()))
        figure.add_scatter(
            x=(100 * curve.coverage[kept]).round(2),
            y=accuracy,
            mode="lines",
            line={"color": look.color, "dash": look.dash, "width": 2},
            name=plain(name, 24),
            customdata=[f"{each:.3f}" for each in curve.thresholds[kept]],
            hovertemplate="Answering the surest %{x:.0f} %: right in %{y:.1f} %"
            "<br>sure of %{customdata} or more<extra></extra>",
        )
    figure.update_xaxes(title_text="Share answered, the surest first", ticksuffix=" %", nticks=6)
    figure.update_xaxes(range=[0, 101])
    low = max(0.0, least - 0.1 * (100 - least) - 0.5)
    figure.update_yaxes(title_text="Answers that are right", ticksuffix=" %", nticks=6)
    figure.update_yaxes(range=[low, 100.5])
    figure.update_layout(showlegend=len(held) > 1)
    return figure
