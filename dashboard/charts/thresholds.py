"""What a threshold finds, and what it costs to look at."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT, thinned
from pipelines.evaluation.thresholds import ThresholdTable


def thresholds(table: ThresholdTable, chosen: float | None = None) -> go.Figure:
    """Returns precision, recall and the flagged share over the threshold.

    Args:
        table: thresholds in rising order.
        chosen: where a vertical line stands; none for None or an infinite one.
    """
    finite = np.flatnonzero(np.isfinite(table.thresholds))
    kept = finite[thinned(len(finite))]
    cuts = table.thresholds[kept].round(4)
    # Nothing is flagged there, so that there is no share of it that is right.
    precision = np.where(table.flagged[kept] > 0, table.precision[kept], np.nan)
    figure = go.Figure()
    for name, values, color, dash, sentence in (
        ("Precision", precision, LIGHT.accent, "solid", "of the flags are right"),
        ("Recall", table.recall[kept], LIGHT.positive, "dash", "of the class is found"),
        ("Flagged", table.flagged[kept], LIGHT.neutral, "dot", "of all rows are flagged"),
    ):
        figure.add_scatter(
            x=cuts,
            y=(100 * values).round(2),
            mode="lines",
            line={"color": color, "dash": dash, "width": 2},
            name=name,
            hovertemplate=f"%{{y:.1f}} % {sentence}<br>from %{{x:.3f}} on<extra></extra>",
        )
    if chosen is not None and np.isfinite(chosen):
        figure.add_vline(x=chosen, line={"color": LIGHT.ink, "width": 1.5})
        left = len(cuts) > 0 and chosen > (cuts[0] + cuts[-1]) / 2
        figure.add_annotation(
            x=chosen, y=1, yref="paper", text=f"chosen {chosen:.2f}", showarrow=False,
            xanchor="right" if left else "left", yanchor="top", xshift=-4 if left else 4,
            font={"size": 12}, bgcolor=LIGHT.surface,
        )  # fmt: skip
    figure.update_xaxes(title_text="Threshold: flagged from this probability on", nticks=6)
    figure.update_yaxes(title_text="Share", ticksuffix=" %", range=[-2, 102], tick0=0, dtick=25)
    figure.update_layout(showlegend=True)
    return figure
