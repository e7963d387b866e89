"""Every figure is small, escaped and drawn in both themes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts.confusion import confusion, largest_errors, selected_cell
from dashboard.charts.curves import precision_recall, roc
from dashboard.charts.distribution import distribution
from dashboard.charts.leaderboard import leaderboard
from dashboard.charts.reliability import reliability
from dashboard.charts.risk_coverage import risk_coverage
from dashboard.charts.slices import slices
from dashboard.charts.style import DARK, LIGHT, apply_style, looks
from dashboard.charts.thresholds import thresholds
from dashboard.charts.trend import trend, trend_table
from dashboard.charts.words import class_words
from pipelines.evaluation import calibration, curves
from pipelines.evaluation.score import Score
from pipelines.evaluation.slices import Slice
from pipelines.evaluation.thresholds import threshold_table

EVIL = "<a href='http://evil'>x</a>&amp; $y$ %{x}\u202e"
ROWS = 100_000
RNG = np.random.default_rng(0)
TRUTH = RNG.random(ROWS) < 0.3
SCORE = np.clip(0.3 * TRUTH + 0.7 * RNG.random(ROWS), 0, 1)
TIMES = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 2000, ROWS), "D"))

FIGURES: dict[str, Callable[[], go.Figure]] = {
    "distribution": lambda: distribution({f"{EVIL}{i}": i for i in range(500)}),
    "trend": lambda: trend(trend_table(TIMES, TRUTH.astype(int), ["rest", EVIL]), EVIL),
    "leaderboard": lambda: leaderboard(
        [(f"{i}{EVIL}", Score("f1", i / 99, i / 100, None, 9)) for i in range(99)], f"98{EVIL}"
    ),
    "confusion": lambda: confusion(np.full((60, 60), 7), [f"{EVIL}{i}" for i in range(60)]),
    "roc": lambda: roc({f"{i}{EVIL}": curves.roc_curve(TRUTH, SCORE) for i in range(20)}),
    "precision_recall": lambda: precision_recall(
        {f"{i}{EVIL}": curves.precision_recall_curve(TRUTH, SCORE) for i in range(20)}
    ),
    "reliability": lambda: reliability(calibration.reliability(SCORE, TRUTH)),
    "slices": lambda: slices([Slice(EVIL, 9, 0.5, 0.2, 0.8, True, 1.0)] * 99, 0.7),
    "risk_coverage": lambda: risk_coverage({EVIL: curves.risk_coverage(SCORE, TRUTH)}),
    "thresholds": lambda: thresholds(threshold_table(TRUTH, SCORE, np.unique(SCORE)), 0.4),
    "class_words": lambda: class_words([(EVIL, RNG.normal()) for _ in range(999)]),
}


def test_a_curve_and_a_calibration_are_called_what_they_are() -> None:
    drawn = precision_recall({"m": curves.precision_recall_curve(TRUTH, SCORE)})
    assert "average precision" in drawn.data[0].name and "AUC" not in drawn.data[0].name
    of_outcome = reliability(calibration.reliability(SCORE, TRUTH), of_outcome=True)
    assert of_outcome.layout.yaxis.title.text == "Came"
    assert of_outcome.layout.xaxis2.title.text == "Probability that was given"
    assert reliability(calibration.reliability(SCORE, TRUTH)).layout.yaxis.title.text == "Right"


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_small_whatever_the_rows(name: str) -> None:
    assert len(FIGURES[name]().to_json()) < 300_000


@pytest.mark.parametrize("name", FIGURES)
def test_names_from_the_file_are_never_markup(name: str) -> None:
    for template, text in texts(json.loads(FIGURES[name]().to_json())):
        ours = re.sub(r"</?extra>|<br>", "", text)
        assert "<" not in ours and ">" not in ours, text
        assert "$" not in ours and "\u202e" not in ours, text
        assert not template or "evil" not in text, text


@pytest.mark.parametrize("name", FIGURES)
def test_dark_figures_have_no_light_colours(name: str) -> None:
    figure = FIGURES[name]()
    before = figure.to_json()
    dark = apply_style(figure, dark=True).to_json()
    light = apply_style(figure, dark=False)
    assert figure.to_json() == before
    assert light.layout.height and light.layout.template.layout.font.color == LIGHT.ink
    assert DARK.ink in dark
    for color in vars(LIGHT).values():
        assert f'"{color}"' not in dark


def texts(value: Any, template: bool = False) -> list[tuple[bool, str]]:
    """Every text of a figure, and whether it is one that Plotly fills in."""
    if isinstance(value, dict):
        return [
            found
            for key, each in value.items()
            if key != "template"
            for found in texts(each, key.endswith("template"))
        ]
    if isinstance(value, list):
        return [found for each in value for found in texts(each, template)]
    return [(template, value)] if isinstance(value, str) else []


def test_nothing_to_show_is_no_error() -> None:
    for figure in (
        distribution({}),
        leaderboard([], None),
        slices([], 0.5),
        class_words([]),
        roc({}),
        precision_recall({}),
        risk_coverage({}),
        confusion(np.zeros((0, 0)), []),
    ):
        assert apply_style(figure, dark=True).layout.height > 0


def test_the_best_model_stands_first_and_losses_are_turned_round() -> None:
    def order(higher: bool) -> list[float]:
        scores = [
            (name, Score(name, value, None, None, 9, higher_is_better=higher))
            for name, value in (("a", 0.2), ("b", 0.9), ("c", 0.5), ("d", float("nan")))
        ]
        return list(leaderboard(scores, None).data[0].x)

    assert order(True) == [0.9, 0.5, 0.2]
    assert order(False) == [0.2, 0.5, 0.9]


def test_cells_carry_their_classes_and_row_shares() -> None:
    matrix = np.array([[8, 2], [0, 0]])
    figure = confusion(matrix, ["a", "b"])
    cells = figure.data[-1]
    assert [list(each) for each in cells.customdata] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert np.asarray(figure.data[0].z).tolist() == [[80.0, 20.0], [0.0, 0.0]]
    assert cells.unselected.marker.opacity == 0
    assert cells.text[1] == "2 rows, 20.0 % of a<br>wrongly predicted b"


def test_of_many_classes_those_with_most_errors_are_drawn() -> None:
    matrix = np.diag(np.full(40, 5))
    matrix[33, 38] = 9
    shown = {
        tuple(each) for each in confusion(matrix, list(map(str, range(40)))).data[-1].customdata
    }
    assert (33, 38) in shown and len(shown) == 400


def test_largest_errors_leave_out_what_is_right_and_what_is_not_there() -> None:
    assert largest_errors(np.array([[9, 2, 0], [5, 9, 0], [0, 0, 0]])) == [(1, 0, 5), (0, 1, 2)]


def test_a_selection_is_read_and_anything_else_is_none() -> None:
    assert selected_cell({"selection": {"points": [{"customdata": [1, 2]}]}}) == (1, 2)
    for event in (None, {}, {"selection": {"points": []}}, {"selection": {"points": [{}]}}):
        assert selected_cell(event) is None


def test_a_class_looks_the_same_in_every_chart_and_unlike_its_neighbours() -> None:
    alone = looks(["negative"])[0]
    found = looks(["other", "Negative", "more", "positive"])
    assert found[1] == alone
    assert len({look.color for look in found}) == len({look.dash for look in found}) == 4


def test_nothing_flagged_has_no_precision() -> None:
    table = threshold_table(np.array([True, False]), np.array([0.5, 0.2]), np.array([0.1, 0.9]))
    assert np.isnan(thresholds(table, float("inf")).data[0].y[-1])
