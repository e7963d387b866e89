"""Which words speak for a class."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts.style import LIGHT
from dashboard.charts.text import plain

MOST_WORDS = 20


def class_words(terms: Sequence[tuple[str, float]]) -> go.Figure:
    """Returns a bar for each word's weight, the strongest first; 20 at most.

    Args:
        terms: words with their signed weights; a positive one speaks for the class.
    """
    held = sorted(terms, key=lambda each: -abs(each[1]))[:MOST_WORDS]
    held = sorted(held, key=lambda each: -each[1])
    names = [plain(word, 22) for word, _ in held]
    weights = [round(float(weight), 4) for _, weight in held]
    positions = list(range(len(held)))
    figure = go.Figure(
        go.Bar(
            x=weights,
            y=positions,
            orientation="h",
            width=0.62,
            marker={
                "color": [LIGHT.accent if weight >= 0 else LIGHT.negative for weight in weights],
                "cornerradius": 2,
            },
            customdata=[
                f"{name} speaks {'for' if weight >= 0 else 'against'} the class"
                for name, weight in zip(names, weights, strict=True)
            ],
            text=[f"{weight:.2f}".replace("-", "−") for weight in weights],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{customdata}<br>weight %{x:.3f}<extra></extra>",
        )
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=positions,
        ticktext=names,
        range=[len(held) - 0.5, -0.5],
        showgrid=False,
    )
    signs = any(weight < 0 for weight in weights)
    title = "Weight (left: against the class, right: for it)" if signs else "Weight for the class"
    # The numbers stand outside the bars and need room there.
    room = 0.22 * (max(weights, default=1.0) - min([0.0, *weights]))
    left = min(weights) - room if signs else 0.0
    right = max([0.0, *weights]) + room
    figure.update_xaxes(title_text=title, range=[left, right], nticks=6)
    figure.update_layout(height=58 + 24 * max(len(held), 1))
    return figure
