"""What is found against what is wrongly flagged, over all thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT, looks, thinned
from dashboard.charts.text import plain
from pipelines.evaluation.curves import PrecisionRecallCurve, RocCurve

MOST_CURVES = 8
CHANCE = {"color": LIGHT.neutral, "width": 1.25, "dash": "dot"}


def roc(curves: Mapping[str, RocCurve]) -> go.Figure:
    """Returns ROC curves over the line of chance, the largest area first; 8 at most."""
    held = sorted(curves.items(), key=lambda each: -each[1].area)[:MOST_CURVES]
    figure = go.Figure()
    for (name, curve), look in zip(held, looks([name for name, _ in held]), strict=True):
        kept = thinned(len(curve.thresholds))
        x, y = curve.false_positive_rate[kept], curve.true_positive_rate[kept]
        figure.add_scatter(
            **_line(x, y, look.color, look.dash),
            name=f"{plain(name, 24)}, AUC {curve.area:.3f}",
            customdata=_flagged_from(curve.thresholds[kept]),
            hovertemplate="Finds %{y:.1f} %, wrongly flags %{x:.1f} %<br>%{customdata}"
            "<extra></extra>",
        )
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", line=CHANCE, name="Chance, AUC 0.500",
        hoverinfo="skip",
    )  # fmt: skip
    _unit_square(figure, "Others wrongly flagged", "Rows of the class found")
    legend = {"x": 0.99, "y": 0.02, "xanchor": "right"}
    figure.update_layout(legend={"orientation": "v", "yanchor": "bottom", **legend})
    return figure


def precision_recall(curves: Mapping[str, PrecisionRecallCurve]) -> go.Figure:
    """Returns precision-recall curves over the lines of flagging every row; 8 at most."""
    held = sorted(curves.items(), key=lambda each: -each[1].area)[:MOST_CURVES]
    figure = go.Figure()
    for (name, curve), look in zip(held, looks([name for name, _ in held]), strict=True):
        kept = thinned(len(curve.thresholds))
        figure.add_scatter(
            **_line(curve.recall[kept], curve.precision[kept], look.color, look.dash),
            name=f"{plain(name, 24)}, average precision {curve.area:.3f}",
            customdata=_flagged_from(curve.thresholds[kept]),
            hovertemplate="Finds %{x:.1f} %, right in %{y:.1f} % of flags<br>%{customdata}"
            "<extra></extra>",
        )
    for position, share in enumerate(sorted({round(c.prevalence, 4) for _, c in held})):
        figure.add_scatter(
            x=[0, 100], y=[100 * share] * 2, mode="lines", line=CHANCE, hoverinfo="skip",
            name="Flagging every row", showlegend=position == 0,
        )  # fmt: skip
    _unit_square(figure, "Rows of the class found (recall)", "Flags that are right (precision)")
    return figure


def _line(x: np.ndarray, y: np.ndarray, color: str, dash: str) -> dict[str, Any]:
    return {
        "x": (100 * x).round(2),
        "y": (100 * y).round(2),
        "mode": "lines",
        "line": {"color": color, "dash": dash, "width": 2},
    }


def _flagged_from(thresholds: np.ndarray) -> list[str]:
    return [
        f"when flagged from {each:.3f} on" if np.isfinite(each) else "when nothing is flagged"
        for each in thresholds
    ]


def _unit_square(figure: go.Figure, across: str, up: str) -> None:
    common = {"range": [-1, 101], "ticksuffix": " %", "tick0": 0, "dtick": 25}
    figure.update_xaxes(title_text=across, **common)
    figure.update_yaxes(title_text=up, **common)
    figure.update_layout(showlegend=True, height=380)
