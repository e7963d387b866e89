"""Images as points of a map, some of them drawn as small pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import looks
from dashboard.charts.text import plain

MOST_COLOURS = 10
OTHERS = "others"


def image_map(
    places: np.ndarray,
    labels: Sequence[str] | np.ndarray,
    names: Sequence[str],
    rows: Sequence[int] | np.ndarray,
    pictures: Mapping[int, str],
) -> go.Figure:
    """Returns a scatter of images whose points can be selected; ``customdata`` holds the row
    and the position of each point.

    Args:
        places: (n, 2) across and up.
        labels: (n,) what colours stand for; the ten most frequent have one of their own.
        names: (n,) of the images, for the tooltip.
        rows: (n,) what a selection gives.
        pictures: position to address of a small image, drawn in place of the point.
    """
    called = np.asarray(labels, dtype=object).astype(str)
    distinct, counts = np.unique(called, return_counts=True)
    ranked = [str(name) for name in distinct[np.argsort(-counts, kind="stable")]]
    own = ranked[:MOST_COLOURS]
    grouped = np.where(np.isin(called, own), called, OTHERS)
    figure = go.Figure()
    drawn = [*own, *([OTHERS] if len(ranked) > len(own) else [])]
    for name, look in zip(drawn, looks(drawn), strict=True):
        inside = np.flatnonzero(grouped == name)
        figure.add_scatter(
            x=places[inside, 0], y=places[inside, 1], mode="markers", name=plain(name, 24),
            marker={"size": 9, "opacity": 0.85, "color": look.color, "symbol": look.symbol},
            customdata=[[int(rows[int(each)]), int(each)] for each in inside],
            text=[f"{plain(called[each], 40)}<br>{plain(names[int(each)], 60)}" for each in inside],
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    span = np.ptp(places, axis=0) if len(places) else np.ones(2)
    size = 0.045 * np.maximum(span, 1e-9)
    for position, address in pictures.items():
        figure.add_layout_image(
            source=address, x=places[position, 0], y=places[position, 1], xref="x", yref="y",
            sizex=size[0], sizey=size[1] * 1.6, xanchor="center", yanchor="middle",
            layer="below", opacity=0.9,
        )
    figure.update_xaxes(showticklabels=False, showgrid=False, zeroline=False, title_text="")
    figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False, title_text="")
    figure.update_layout(showlegend=True, clickmode="event+select", height=560)
    return figure
