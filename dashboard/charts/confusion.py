"""Which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.style import LIGHT
from dashboard.charts.text import plain

MOST_CLASSES = 20
MOST_WITH_NUMBERS = 10
# From this share on, in percent, white is read better on a cell than ink is.
DARK_FROM = 80
CLEAR = "rgba(0,0,0,0)"


def confusion(matrix: np.ndarray, classes: Sequence[str]) -> go.Figure:
    """Returns a heat map of rows by true and predicted class, whose cells can be selected.

    A heat map gives no selection in Plotly, so an unseen marker stands in each cell: a click
    anywhere selects the nearest one, which then frames the cell's number. Its ``customdata`` is
    ``[truth, prediction]``, as numbers of classes.

    Args:
        matrix: (k, k) row counts, true class down.
        classes: (k,) names. Of more than 20, those with most errors are drawn; shares are of all
            rows of the class all the same.
    """
    counts = np.asarray(matrix, dtype=np.int64)
    shown = _shown(counts)
    held = counts.sum(axis=1, keepdims=True)
    percent = 100 * np.divide(counts, held, out=np.zeros(counts.shape), where=held > 0)
    percent, cells = percent[np.ix_(shown, shown)], counts[np.ix_(shown, shown)]
    k = len(shown)
    names = [plain(classes[c], 14 if k <= 4 else 18) for c in shown]
    numbers = np.array(
        [f"{n:,}<br>{p:.0f} %" for n, p in zip(cells.flat, percent.flat, strict=True)]
    )
    if k > MOST_WITH_NUMBERS:
        numbers[:] = ""
    numbers = numbers.reshape(k, k)
    dark = percent >= DARK_FROM
    size = 13 if k <= 5 else 10 if k <= 8 else 9
    figure = go.Figure()
    # Two layers, as a heat map has one colour of text: Plotly's own choice is grey on mid-tones.
    for text, color, scale in (
        (np.where(dark, numbers, ""), LIGHT.on_heat, [[0, LIGHT.surface], [1, LIGHT.heat]]),
        (np.where(dark, "", numbers), LIGHT.ink, [[0, CLEAR], [1, CLEAR]]),
    ):
        figure.add_heatmap(
            z=percent.round(2), zmin=0, zmax=100, colorscale=scale, showscale=False,
            text=text, texttemplate="%{text}", textfont={"color": color, "size": size},
            xgap=2, ygap=2, hoverinfo="skip",
        )  # fmt: skip
    down, across = np.divmod(np.arange(k * k), max(k, 1))
    figure.add_scatter(
        x=across,
        y=down,
        mode="markers",
        marker={
            "symbol": "square-open",
            "size": 46 if k <= 6 else 22,
            "color": LIGHT.ink,
            "line": {"width": 2.5},
            "opacity": 0,
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0}},
        customdata=[[int(shown[t]), int(shown[p])] for t, p in zip(down, across, strict=True)],
        text=[
            _sentence(int(cells[t, p]), float(percent[t, p]), names[t], names[p], t == p)
            for t, p in zip(down, across, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    ticks = {"tickmode": "array", "tickvals": list(range(k)), "ticktext": names, "showgrid": False}
    of_all = "" if k == len(counts) else f" ({k} of {len(counts)} classes, with most errors)"
    ends = [-0.5, k - 0.5]
    figure.update_xaxes(title_text="Prediction" + of_all, range=ends, **ticks)
    if k > 4:
        figure.update_xaxes(tickangle=-45)
    figure.update_yaxes(title_text="Truth", range=ends[::-1], **ticks)
    # Without a limit on the distance a click in a cell's corner counts, too.
    figure.update_layout(
        height=int(np.clip(100 + 68 * k, 240, 600)), hoverdistance=-1, clickmode="event+select"
    )
    return figure


def selected_cell(event: object) -> tuple[int, int] | None:
    """Returns the true and predicted class number of the selected cell; None without one.

    Args:
        event: what ``show`` returned for a figure of ``confusion``.
    """
    try:
        points = event["selection"]["points"]  # type: ignore[index]
        truth, prediction = points[-1]["customdata"]
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return int(truth), int(prediction)


def largest_errors(matrix: np.ndarray, most: int = 10) -> list[tuple[int, int, int]]:
    """Returns the true class, the predicted class and the rows of the most frequent errors.

    They are the way to a cell for those who cannot click: with the keyboard, and on a touch screen,
    where Plotly takes a tap for the cell that was tapped before.
    """
    counts = np.array(matrix, dtype=np.int64)
    np.fill_diagonal(counts, 0)
    ranked = np.argsort(-counts, axis=None, kind="stable")[:most]
    cells = zip(*np.unravel_index(ranked, counts.shape), strict=True)
    return [(int(t), int(p), int(counts[t, p])) for t, p in cells if counts[t, p]]


def _shown(counts: np.ndarray) -> np.ndarray:
    if len(counts) <= MOST_CLASSES:
        return np.arange(len(counts))
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * counts.diagonal()
    return np.sort(np.argsort(-wrong, kind="stable")[:MOST_CLASSES])


def _sentence(n: int, percent: float, truth: str, prediction: str, right: bool) -> str:
    rows = f"{n:,} {'row' if n == 1 else 'rows'}, {percent:.1f} % of {truth}"
    return f"{rows}<br>{'rightly' if right else 'wrongly'} predicted {prediction}"
