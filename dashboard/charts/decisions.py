"""What is found against how much is looked at, and against the threshold."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT, thinned
from pipelines.evaluation.capacity import CapacityCurve
from pipelines.evaluation.sensitivity import SensitivityCurve


def found_by_capacity(curve: CapacityCurve, looked_at: int) -> go.Figure:
    """Returns precision, with its interval, and recall against the number of rows looked at.

    Args:
        curve: over numbers of rows.
        looked_at: where a vertical line stands.
    """
    x = curve.looked_at
    figure = go.Figure()
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=100 * np.concatenate([curve.high, curve.low[::-1]]),
        fill="toself", line={"width": 0}, fillcolor=LIGHT.accent, opacity=0.18, hoverinfo="skip",
        showlegend=False,
    )
    shares = 100 * curve.share
    for name, values, color, dash, sentence in (
        ("Precision", curve.precision, LIGHT.accent, "solid", "of them are of the class"),
        ("Recall", curve.recall, LIGHT.positive, "dash", "of the class is among them"),
    ):
        figure.add_scatter(
            x=x, y=(100 * values).round(2), mode="lines", name=name, customdata=shares.round(2),
            line={"color": color, "dash": dash, "width": 2},
            hovertemplate=f"%{{x:,}} looked at (%{{customdata:.2f}} %):<br>%{{y:.1f}} % {sentence}"
            "<extra></extra>",
        )
    _mark(figure, looked_at, f"{looked_at:,}", looked_at > (x[0] + x[-1]) / 2)
    figure.update_xaxes(title_text="Rows looked at, the highest probability first", nticks=6)
    figure.update_yaxes(title_text="Share", ticksuffix=" %", range=[-2, 102], tick0=0, dtick=25)
    figure.update_layout(showlegend=True)
    return figure


def found_by_threshold(curve: SensitivityCurve, chosen: float, wanted: float) -> go.Figure:
    """Returns sensitivity, specificity and the flagged share over the threshold.

    Args:
        curve: over thresholds.
        chosen: where a vertical line stands.
        wanted: the sensitivity, a horizontal line.
    """
    kept = thinned(len(curve.thresholds))
    x = 100 * curve.thresholds[kept]
    figure = go.Figure()
    for name, values, color, dash, sentence in (
        ("Sensitivity", curve.sensitivity, LIGHT.accent, "solid", "of the class is flagged"),
        ("Specificity", curve.specificity, LIGHT.positive, "dash", "of the others is left alone"),
        ("Flagged", curve.flagged, LIGHT.neutral, "dot", "of all rows are flagged"),
    ):
        figure.add_scatter(
            x=x.round(3), y=(100 * values[kept]).round(2), mode="lines", name=name,
            line={"color": color, "dash": dash, "width": 2},
            hovertemplate=f"From %{{x:.2f}} % on:<br>%{{y:.1f}} % {sentence}<extra></extra>",
        )
    figure.add_hline(
        y=100 * wanted, line={"color": LIGHT.neutral, "width": 1, "dash": "dot"},
    )
    if np.isfinite(chosen) and chosen <= 1:
        _mark(figure, 100 * chosen, f"{100 * chosen:.1f} %", 100 * chosen > (x[0] + x[-1]) / 2)
    figure.update_xaxes(title_text="Flagged from this probability on", ticksuffix=" %", nticks=6)
    figure.update_yaxes(title_text="Share", ticksuffix=" %", range=[-2, 102], tick0=0, dtick=25)
    figure.update_layout(showlegend=True)
    return figure


def _mark(figure: go.Figure, at: float, text: str, left: bool) -> None:
    figure.add_vline(x=at, line={"color": LIGHT.ink, "width": 1.5})
    figure.add_annotation(
        x=at, y=1, yref="paper", text=text, showarrow=False, xanchor="right" if left else "left",
        yanchor="top", xshift=-4 if left else 4, font={"size": 12}, bgcolor=LIGHT.surface,
    )
