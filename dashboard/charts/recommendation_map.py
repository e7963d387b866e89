"""Items as points of a map, as large as they are popular."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import looks
from dashboard.charts.text import plain

# As many colours as can be told apart; the same again with open markers.
COLOURS = 6
MOST_GROUPS = 2 * COLOURS
OTHERS = "others"
SMALLEST, LARGEST = 6.0, 26.0
# With more items than these, points shrink so that they still stand apart.
MANY = 300


def recommendation_map(
    places: np.ndarray,
    names: Sequence[str] | np.ndarray,
    users: np.ndarray,
    groups: Sequence[str] | np.ndarray | None = None,
) -> go.Figure:
    """Returns a scatter of items whose points can be selected; ``customdata`` holds the position.

    Args:
        places: (n, 2) across and up.
        names: (n,) of the items, for the tooltip.
        users: (n,) how many took each; areas of the points grow with it.
        groups: (n,) categories that colours and markers stand for, "" where none; None without.
    """
    sizes = SMALLEST + (LARGEST - SMALLEST) * np.sqrt(users / max(1, int(users.max(initial=1))))
    sizes = sizes * np.clip(np.sqrt(MANY / max(1, len(places))), 0.45, 1.0)
    called = np.full(len(places), "", dtype=object) if groups is None else np.asarray(
        groups, dtype=object
    ).astype(str)
    distinct, counts = np.unique(called.astype(str), return_counts=True)
    ranked = [str(name) for name in distinct[np.argsort(-counts, kind="stable")]]
    own = ranked if len(ranked) <= MOST_GROUPS else ranked[: MOST_GROUPS - 1]
    grouped = np.where(np.isin(called.astype(str), own), called, OTHERS)
    drawn = [*own, *([OTHERS] if len(own) < len(ranked) else [])]
    shapes = looks([f"group {place}" for place in range(COLOURS)])
    figure = go.Figure()
    for place, name in enumerate(drawn):
        inside = np.flatnonzero(grouped == name)
        look = shapes[place % COLOURS]
        symbol = look.symbol if place < COLOURS else f"{look.symbol}-open"
        figure.add_scatter(
            x=places[inside, 0], y=places[inside, 1], mode="markers",
            name=plain(name or "no category", 24), customdata=[[int(each)] for each in inside],
            marker={"size": sizes[inside], "opacity": 0.8, "color": look.color, "symbol": symbol,
                    "line": {"width": 0 if place < COLOURS else 2}},
            text=[_tip(str(names[at]), str(called[at]), int(users[at])) for at in inside.tolist()],
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(showticklabels=False, showgrid=False, zeroline=False, title_text="")
    figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False, title_text="")
    figure.update_layout(
        showlegend=groups is not None, clickmode="event+select", height=560,
        legend={"itemsizing": "constant"},
    )
    return figure


def _tip(name: str, group: str, users: int) -> str:
    people = "1 user" if users == 1 else f"{users:,} users"
    lines = [plain(name, 60), *([plain(group, 40)] if group else []), people]
    return "<br>".join(lines)
