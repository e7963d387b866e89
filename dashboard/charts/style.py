"""The one look of all charts: colours, template and what the browser may do with a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.text import plain

__all__ = ["CONFIG", "LIGHT", "Look", "apply_style", "looks", "plain", "thinned"]

# Dragging, zooming and tips would catch the finger that scrolls the page.
CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "scrollZoom": False,
    "showTips": False,
    "responsive": True,
}
FONT = "Source Sans, sans-serif"
HEIGHT = 320


@dataclass(frozen=True)
class Palette:
    """Colours of one theme. Hues are told apart with any colour vision (Okabe and Ito 2008)."""

    ink: str
    muted: str
    grid: str
    surface: str
    accent: str
    heat: str
    on_heat: str
    band: str
    negative: str
    neutral: str
    positive: str
    ochre: str
    purple: str


LIGHT = Palette(
    ink="#1c2726",
    muted="#5b6a68",
    grid="#e3e9e8",
    surface="#f4f6f6",
    accent="#0f766e",
    heat="#0e756d",
    on_heat="#fefefe",
    band="rgba(91,106,104,0.16)",
    negative="#c8500a",
    neutral="#74817f",
    positive="#0072b2",
    ochre="#a87900",
    purple="#9b4f96",
)
DARK = Palette(
    ink="#e4ebea",
    muted="#a3b1af",
    grid="#2a3534",
    surface="#1a2221",
    accent="#2dd4bf",
    heat="#12786f",
    on_heat="#ffffff",
    band="rgba(163,177,175,0.20)",
    negative="#ff8f50",
    neutral="#a0adab",
    positive="#56b4e9",
    ochre="#e6b73c",
    purple="#d896d3",
)
_TO_DARK = dict(zip(astuple(LIGHT), astuple(DARK), strict=True))
# Foreign text and data are never read as colours.
_NOT_COLOURS = frozenset({"text", "name", "customdata", "ticktext", "x", "y", "z", "meta"})


@dataclass(frozen=True)
class Look:
    """How a series is told apart: by colour, by the line's dashes and by the marker's shape."""

    color: str
    dash: str
    symbol: str


_NEGATIVE = Look(LIGHT.negative, "dash", "triangle-down")
_NEUTRAL = Look(LIGHT.neutral, "dot", "diamond")
_POSITIVE = Look(LIGHT.positive, "solid", "triangle-up")
_KNOWN = {
    "negative": _NEGATIVE, "neg": _NEGATIVE,
    "neutral": _NEUTRAL, "neu": _NEUTRAL,
    "positive": _POSITIVE, "pos": _POSITIVE,
}  # fmt: skip
_OTHERS = (
    Look(LIGHT.accent, "solid", "circle"),
    Look(LIGHT.negative, "dash", "triangle-down"),
    Look(LIGHT.positive, "dot", "square"),
    Look(LIGHT.ochre, "dashdot", "diamond"),
    Look(LIGHT.purple, "longdash", "cross"),
    Look(LIGHT.neutral, "longdashdot", "x"),
)


def looks(names: Sequence[str]) -> list[Look]:
    """Returns the look of each series; the same class looks the same in every chart."""
    known = [_KNOWN.get(str(name).strip().lower()) for name in names]
    used = {part for look in known if look for part in (look.color, look.dash)}
    free = [look for look in _OTHERS if not used & {look.color, look.dash}]
    position = 0
    found = []
    for look in known:
        if look is None:
            look = free[position % len(free)]
            position += 1
        found.append(look)
    return found


def apply_style(figure: go.Figure, dark: bool, height: int | None = None) -> go.Figure:
    """Returns a copy of a figure in the colours of the theme.

    Args:
        figure: drawn in the light colours; it is not changed, so that it can be cached.
        dark: whether the page is dark.
        height: in pixels; the figure's own, or 320, if not given.
    """
    found = figure.to_plotly_json()
    styled = go.Figure(_recoloured(found) if dark else found, skip_invalid=False)
    own = figure.layout.height
    template = _template(DARK if dark else LIGHT)
    styled.update_layout(template=template, height=height or own or HEIGHT)
    return styled


def thinned(points: int, most: int = 400) -> np.ndarray:
    """Returns the positions of at most ``most`` of ``points``, both ends among them."""
    if points <= most:
        return np.arange(points)
    return np.unique(np.linspace(0, points - 1, most).round().astype(int))


def _recoloured(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: each if key in _NOT_COLOURS and not isinstance(each, dict) else _recoloured(each)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_recoloured(each) for each in value]
    return _TO_DARK.get(value, value) if isinstance(value, str) else value


def _template(palette: Palette) -> go.layout.Template:
    axis = {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": palette.grid,
        "gridwidth": 1,
        "linecolor": palette.grid,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"size": 12, "color": palette.muted},
        "title": {"font": {"size": 12, "color": palette.muted}, "standoff": 8},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": palette.ink},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [getattr(palette, name) for name in ("accent", "negative", "positive")],
            "margin": {"l": 8, "r": 20, "t": 10, "b": 8, "pad": 4},
            "xaxis": axis,
            "yaxis": axis,
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": palette.surface,
                "bordercolor": palette.grid,
                "font": {"family": FONT, "size": 13, "color": palette.ink},
                "align": "left",
            },
            "legend": {
                "orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom",
                "font": {"size": 12}, "bgcolor": "rgba(0,0,0,0)",
                "itemclick": False, "itemdoubleclick": False,
            },
            "showlegend": False,
            "bargap": 0.3,
        }
    )  # fmt: skip
