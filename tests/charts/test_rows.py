"""Rows of a chart with their names above the marks."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.charts.leaderboard import leaderboard
from dashboard.charts.rows import ROW_HEIGHT, add_reference, interval_range, name_rows
from pipelines.evaluation.score import Score


def test_a_reference_line_stays_clear_of_all_names() -> None:
    figure = name_rows(go.Figure(), ["Alternating least squares", "Popular"], ["0.1", "0.2"])
    add_reference(figure, 0.1, 2)
    ends = np.array(figure.data[0].y, dtype=float).reshape(-1, 3)[:, :2]
    half_a_line = 9 / ROW_HEIGHT
    for note in figure.layout.annotations:
        inside = (ends[:, 0] < note.y + half_a_line) & (ends[:, 1] > note.y - half_a_line)
        assert not inside.any(), note.text


def test_parts_keep_their_order_where_they_are_no_ranking() -> None:
    scores = [(name, Score("ndcg@10", value, None, None, 9, "users"))
              for name, value in (("light", 0.3), ("middle", 0.1), ("heavy", 0.2))]
    values = list(leaderboard(scores, None, "NDCG", ranked=False).data[0].x)
    assert values == [0.3, 0.1, 0.2]
    assert list(leaderboard(scores, None, "NDCG").data[0].x) == [0.3, 0.2, 0.1]


def test_an_axis_of_shares_ends_about_0_and_1() -> None:
    low, high = interval_range([1.0, 1.0], [1.0, 1.0])
    assert low == pytest.approx(0.9) and 1 < high < 1.01
    low, high = interval_range([0.0], [0.98])
    assert -0.03 < low < 0 and 1 < high < 1.03
    # Amounts and differences are not held to that.
    assert interval_range([20.0], [30.0]) == pytest.approx([19.4, 30.6])
    assert interval_range([-0.5], [0.5]) == pytest.approx([-0.56, 0.56])
