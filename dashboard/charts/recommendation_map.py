"""Items as points of a map, as large as they are popular."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT, looks
from dashboard.charts.text import plain

# As many colours as can be told apart; the same again with open markers.
COLOURS = 6
MOST_GROUPS = 2 * COLOURS
OTHERS = "others"
SMALLEST, LARGEST = 6.0, 26.0
# With more items than these, points shrink so that they still stand apart.
MANY = 300
# Names that stand in the map, and the share of its width and height that each has to itself.
MOST_NAMES = 12
NAME_ROOM = (0.3, 0.07)


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
    for at in landmarks(places, users):
        figure.add_annotation(
            x=float(places[at, 0]), y=float(places[at, 1]), text=plain(str(names[at]), 22),
            showarrow=False, yshift=float(sizes[at]) / 2 + 7, font={"size": 11},
            bgcolor=LIGHT.surface, opacity=0.85, borderpad=1,
        )
    figure.update_xaxes(showticklabels=False, showgrid=False, zeroline=False, title_text="")
    figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False, title_text="")
    figure.update_layout(
        showlegend=groups is not None, clickmode="event+select", height=560,
        legend={"itemsizing": "constant"},
    )
    return figure


def landmarks(places: np.ndarray, users: np.ndarray) -> list[int]:
    """The items whose names stand in the map: the most taken ones that are far from each other.

    Args:
        places: (n, 2) across and up.
        users: (n,) how many took each.
    """
    room = np.maximum(np.ptp(places, axis=0), 1e-12) * np.array(NAME_ROOM)
    found: list[int] = []
    for at in np.argsort(-users, kind="stable").tolist():
        apart = np.abs(places[found] - places[at]) >= room
        if apart.any(axis=1).all():
            found.append(at)
        if len(found) == MOST_NAMES:
            break
    return found


def _tip(name: str, group: str, users: int) -> str:
    people = "1 user" if users == 1 else f"{users:,} users"
    lines = [plain(name, 60), *([plain(group, 40)] if group else []), people]
    return "<br>".join(lines)
