"""Small charts as SVG, drawn for 400 units of width so that they are legible on a phone.

Colours and fonts come from the page's style sheet through classes. Texts are escaped here, so the
strings are safe to place in a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from pipelines.report.wording import clean, fit, percent

WIDTH = 400
LINE_STYLES = 6
MOST_POINTS = 120
# Ends of axes where all bars are short; a quarter of each is a round number.
SHORT_AXES = (0.1, 0.2, 0.4)


@dataclass(frozen=True)
class Bar:
    """A value of 0 to 1 with its interval; `strong` for what the page speaks about."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""
    strong: bool = False
    mark: float | None = None


@dataclass(frozen=True)
class Line:
    """A line through points of 0 to 1."""

    label: str
    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Dot:
    """A point with a vertical interval, and its weight of 0 to 1 for its size."""

    x: float
    y: float
    low: float
    high: float
    weight: float


def bars(
    items: Sequence[Bar], label: str, *, marker: float | None = None, marker_label: str = "",
    unit: str = " %",
) -> str:
    """Horizontal bars from 0 to 100 %, or to less where all are short, each below its name and number.

    Args:
        items: from top to bottom.
        label: what a screen reader says.
        marker: a value to mark through all bars.
        marker_label: what it is.
        unit: of the axis, whose numbers are hundredths.
    """
    full = _full([
        *(each for item in items for each in (item.value, item.low, item.high, item.mark)), marker
    ])

    def across(value: float) -> float:
        return _across(value / full)

    top = 22 if marker is not None else 4
    bottom = top + 38 * len(items)
    parts = [_line(_across(v), top, _across(v), bottom, "grid") for v in (0, 0.25, 0.5, 0.75, 1)]
    words: list[str] = []
    for position, item in enumerate(items):
        y = top + 38 * position
        middle = y + 26
        look = "strong" if item.strong else "plain"
        end = across(item.value)
        words += [
            _text(0, y + 14, fit(item.label, 30), f"name {look}"),
            _text(WIDTH, y + 14, item.note or percent(item.value), "value", "end"),
        ]
        parts += [
            f'<rect x="0" y="{middle - 5}" width="{WIDTH}" height="10" class="track"/>',
            f'<rect x="0" y="{middle - 5}" width="{end:.1f}" height="10" class="bar {look}"/>',
        ]
        if item.low is not None and item.high is not None:
            low, high = across(item.low), across(item.high)
            parts += [
                _line(low, middle, high, middle, "interval"),
                _line(low, middle - 4, low, middle + 4, "interval"),
                _line(high, middle - 4, high, middle + 4, "interval"),
            ]
        if item.mark is not None:
            at = across(item.mark)
            parts.append(_line(at, middle - 8, at, middle + 8, "mark"))
    if marker is not None:
        at = across(marker)
        place = marker / full
        anchor = "start" if place < 0.25 else "end" if place > 0.75 else "middle"
        parts += [
            _line(at, top - 4, at, bottom, "reference"),
            _text(at, 12, fit(marker_label, 40), "tick", anchor),
        ]
    parts += words
    parts += [
        _text(_across(v), bottom + 15, f"{100 * full * v:g}{unit}", "tick", anchor)
        for v, anchor in ((0, "start"), (0.25, "middle"), (0.5, "middle"), (0.75, "middle"),
                          (1, "end"))
    ]
    return _svg(bottom + 20, label, parts)


def _full(values: Sequence[float | None]) -> float:
    """Where an axis that begins at 0 ends, for all values to be seen well."""
    most = max((each for each in values if each is not None), default=1.0)
    return next((end for end in SHORT_AXES if most <= end), 1.0)


def curves(lines: Sequence[Line], label: str, *, across: str, up: str) -> str:
    """Lines in the unit square over the diagonal of chance, named in its lower right."""
    frame = _Frame(360, across, up)
    parts = [*frame.grid(), frame.line(0, 0, 1, 1, "reference")]
    parts += [frame.path(line, position) for position, line in enumerate(lines)]
    for position, line in enumerate(lines):
        y = frame.y(0) - 12 - 17 * (len(lines) - 1 - position)
        parts += [
            _line(214, y - 4, 242, y - 4, f"series s{position % LINE_STYLES}"),
            _text(248, y, fit(line.label, 23), "tick"),
        ]
    return _svg(frame.height, label, parts)


def reliability(dots: Sequence[Dot], label: str, *, across: str, up: str) -> str:
    """Points with intervals in the unit square, over the diagonal of perfect calibration."""
    frame = _Frame(360, across, up)
    parts = [*frame.grid(), frame.line(0, 0, 1, 1, "reference")]
    for dot in dots:
        parts += [
            frame.line(dot.x, dot.low, dot.x, dot.high, "whisker"),
            f'<circle cx="{frame.x(dot.x):.1f}" cy="{frame.y(dot.y):.1f}" '
            f'r="{3 + 5 * dot.weight**0.5:.1f}" class="dot"/>',
        ]
    return _svg(frame.height, label, parts)


def trend(lines: Sequence[Line], label: str, *, ends: tuple[str, str], up: str) -> str:
    """Shares over time, each line named at its right end; `ends` are the first and last period."""
    frame = _Frame(250, "", up, right=96)
    parts = frame.grid(ticks_across=False)
    parts += [frame.path(line, position) for position, line in enumerate(lines)]
    wanted = [frame.y(float(line.y[-1])) + 4 for line in lines]
    for position, y in _apart(wanted, 15):
        name = fit(lines[position].label, 13)
        parts.append(_text(frame.x(1) + 8, y, name, f"name s{position % LINE_STYLES}"))
    bottom = frame.y(0) + 16
    parts += [
        _text(frame.x(0), bottom, ends[0], "tick"),
        _text(frame.x(1), bottom, ends[1], "tick", "end"),
    ]
    return _svg(frame.height, label, parts)


class _Frame:
    """The unit square with axes from 0 to 100 %."""

    def __init__(self, height: int, across: str, up: str, right: int = 8) -> None:
        self.height = height
        self._across, self._up = across, up
        self._left, self._right = 46, WIDTH - right
        self._top, self._bottom = 22, height - (40 if across else 24)

    def x(self, value: float) -> float:
        return self._left + value * (self._right - self._left)

    def y(self, value: float) -> float:
        return self._bottom - value * (self._bottom - self._top)

    def line(self, x1: float, y1: float, x2: float, y2: float, look: str) -> str:
        return _line(self.x(x1), self.y(y1), self.x(x2), self.y(y2), look)

    def path(self, line: Line, position: int) -> str:
        keep = np.unique(np.linspace(0, len(line.x) - 1, min(len(line.x), MOST_POINTS)).astype(int))
        at = " ".join(
            f"{self.x(float(line.x[i])):.1f},{self.y(float(line.y[i])):.1f}" for i in keep
        )
        return f'<polyline points="{at}" class="series s{position % LINE_STYLES}"/>'

    def grid(self, *, ticks_across: bool = True) -> list[str]:
        parts = [_text(0, 12, self._up, "tick")]
        for value in (0, 0.25, 0.5, 0.75, 1):
            parts.append(self.line(0, value, 1, value, "grid"))
            name = f"{100 * value:.0f} %"
            parts.append(_text(self._left - 6, self.y(value) + 4, name, "tick", "end"))
            if ticks_across:
                parts.append(self.line(value, 0, value, 1, "grid"))
                anchor = "end" if value == 1 else "middle"
                parts.append(_text(self.x(value), self._bottom + 16, name, "tick", anchor))
        if self._across:
            parts.append(_text(self._right, self._bottom + 34, self._across, "tick", "end"))
        return parts


def _apart(wanted: Sequence[float], least: float) -> list[tuple[int, float]]:
    """Moves heights just far enough apart for labels; pairs of position and height."""
    placed: list[tuple[int, float]] = []
    for position in sorted(range(len(wanted)), key=lambda each: -wanted[each]):
        y = wanted[position]
        if placed:
            y = min(y, placed[-1][1] - least)
        placed.append((position, y))
    return placed


def _across(value: float) -> float:
    return min(max(value, 0.0), 1.0) * WIDTH


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{look}"/>'


def _text(x: float, y: float, text: str, look: str, anchor: str = "start") -> str:
    anchored = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{look}"{anchored}>{escape(clean(text))}</text>'


def _svg(height: float, label: str, parts: Sequence[str]) -> str:
    name = escape(clean(label))
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{name}">'
        f"<title>{name}</title>{''.join(parts)}</svg>"
    )
