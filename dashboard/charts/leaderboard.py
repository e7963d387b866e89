"""Models in order of a score, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts.rows import (
    MOST_ROWS,
    add_reference,
    interval_range,
    name_rows,
    row_positions,
)
from dashboard.charts.style import LIGHT
from pipelines.evaluation.score import Score
from pipelines.evaluation.text_metrics import OF_A_HUNDRED
from pipelines.report.wording import interval


def leaderboard(
    scores: Sequence[tuple[str, Score]], baseline: str | None, title: str = "",
    towards: float | None = None, ranked: bool = True,
) -> go.Figure:
    """Returns a dot with its interval for each model, the best first.

    Args:
        scores: names of models, each with its score; all of the same metric. At most 30 are drawn.
        baseline: name of the model that is a hollow dot with a dashed line through all rows.
        title: of the axis; the metric's name if not given.
        ranked: whether the best comes first, else as given.
        towards: drawn as a dashed line, where neither more nor less is better but to be near it.
    """
    defined = [each for each in scores if math.isfinite(each[1].value)]
    if not defined:
        return name_rows(go.Figure(), [], [])
    higher = defined[0][1].higher_is_better
    order = sorted(defined, key=lambda each: -each[1].value if higher else each[1].value)
    rows = (order if ranked else defined)[:MOST_ROWS]
    values = [score.value for _, score in rows]
    lows = [score.value if score.low is None else score.low for _, score in rows]
    highs = [score.value if score.high is None else score.high for _, score in rows]
    is_baseline = [name == baseline for name, _ in rows]
    notes = [_note(score) for _, score in rows]
    colors = [LIGHT.neutral if each else LIGHT.accent for each in is_baseline]
    figure = go.Figure(
        go.Scatter(
            x=values,
            y=row_positions(len(rows)),
            mode="markers",
            marker={
                "size": 10,
                "color": colors,
                "symbol": ["circle-open" if each else "circle" for each in is_baseline],
                "line": {"width": 2, "color": colors},
            },
            error_x={
                "type": "data",
                "array": [high - value for high, value in zip(highs, values, strict=True)],
                "arrayminus": [value - low for low, value in zip(lows, values, strict=True)],
                "color": LIGHT.muted,
                "thickness": 1.5,
                "width": 4,
            },
            customdata=[
                f"{note}<br>{s.n:,} {s.unit}" for note, (_, s) in zip(notes, rows, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    for value, each in zip(values, is_baseline, strict=True):
        if each:
            add_reference(figure, value, len(rows))
    if towards is not None:
        add_reference(figure, towards, len(rows))
        # Seen this wide, a small distance looks small.
        lows, highs = [*lows, 0.5 * towards], [*highs, 1.5 * towards]
    direction = "" if towards is not None else f" ({'more' if higher else 'less'} is better)"
    name = title or rows[0][1].name.replace("_", " ").capitalize()
    figure.update_xaxes(
        title_text=f"{name}{direction}",
        range=interval_range(lows, highs),
        nticks=6,
    )
    names = [f"{n} (baseline)" if n == baseline else n for n, _ in rows]
    return name_rows(figure, names, notes)


def digits_of(metric: str) -> int:
    """Returns the decimals that a score is written with: two where it runs to a hundred."""
    return 2 if metric in OF_A_HUNDRED else 3


def _note(score: Score) -> str:
    return interval(score, as_percent=False, digits=digits_of(score.name))
