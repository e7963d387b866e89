"""How the mean prediction follows the value of one column, over how many rows have it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.style import LIGHT
from dashboard.charts.text import plain
from pipelines.tabular.shapes import Shape

BAR = 0.6


def feature_shape(shape: Shape, what: str, *, as_percent: bool) -> go.Figure:
    """Returns the curve of a number or date, or a mark for each level, over bars of rows.

    Args:
        shape: points without a place on the axis stand apart at its right end.
        what: name of the vertical axis; our own words.
        as_percent: whether predictions are probabilities.
    """
    mean = 100 * shape.mean if as_percent else shape.mean
    ordered = bool(np.isfinite(shape.at).any())
    # Values are evenly spaced, as quantiles are: long tails would else hide where applicants are.
    x = np.arange(len(shape.labels))
    known = np.isfinite(shape.at) if ordered else np.ones(len(x), dtype=bool)
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.74, 0.26], vertical_spacing=0.06
    )
    unit = " %" if as_percent else ""
    names = [plain(label, 30) for label in shape.labels]
    common = {
        "customdata": [f"{name}<br>{n:,} rows" for name, n in zip(names, shape.rows, strict=True)],
        "hovertemplate": "%{y:,.3~g}" + unit + " at %{customdata}<extra></extra>",
    }
    figure.add_scatter(
        x=x, y=np.where(known, mean, np.nan), mode="lines+markers" if ordered else "markers",
        line={"color": LIGHT.accent, "width": 2}, marker={"size": 8, "color": LIGHT.accent}, **common,
    )
    if not known.all():
        figure.add_scatter(
            x=x, y=np.where(known, np.nan, mean), mode="markers",
            marker={"size": 9, "symbol": "circle-open", "color": LIGHT.muted, "line": {"width": 2}},
            **common,
        )
    figure.add_bar(
        x=x, y=shape.rows, width=BAR, marker={"color": LIGHT.neutral},
        customdata=names, hovertemplate="%{y:,} rows near %{customdata}<extra></extra>",
        row=2, col=1,
    )
    figure.update_yaxes(title_text=what, ticksuffix=unit, nticks=6, row=1, col=1)
    figure.update_yaxes(title_text="Rows", nticks=3, tickformat="~s", row=2, col=1)
    shown = np.unique(np.linspace(0, len(x) - 1, min(len(x), 7)).round().astype(int)) if ordered else x
    figure.update_xaxes(
        tickmode="array", tickvals=shown, range=[-0.6, len(x) - 0.4],
        ticktext=[plain(shape.labels[place], 14) for place in shown],
    )
    return figure
