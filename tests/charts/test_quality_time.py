"""Quality against time: every name can be read."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.charts.quality_time import quality_time, spread
from pipelines.evaluation.score import Score


def test_names_of_equal_models_stand_apart_and_in_order() -> None:
    found = spread(np.array([0.2, 0.2, 0.19, 0.05]), 0.02, 0.0, 0.22)
    assert (np.diff(np.sort(found)) >= 0.02 - 1e-12).all()
    assert found[2] < found[0] < found[1] <= 0.21 + 1e-12
    assert found[3] == pytest.approx(0.05), "what has room stays where it is"


def test_more_names_than_fit_share_the_height() -> None:
    found = spread(np.zeros(40), 0.1, 0.0, 1.0)
    assert np.diff(np.sort(found)) == pytest.approx(np.full(39, 1 / 40))
    assert found.min() >= 0 and found.max() <= 1


def score(value: float) -> Score:
    return Score("ndcg@10", value, value - 0.01, value + 0.01, 100, "users")


def test_the_axis_of_time_has_a_few_round_names() -> None:
    figure = quality_time(
        [("Popular", 0.0, score(0.05)), ("EASE", 2.0, score(0.2)), ("BPR", 75.0, score(0.2))], "NDCG"
    )
    assert list(figure.layout.xaxis.ticktext) == ["0.01 s", "0.1 s", "1 s", "10 s", "1 min"]
    names = next(trace for trace in figure.data if trace.mode == "text")
    assert list(names.text) == ["Popular", "EASE", "BPR"]
    assert len(set(names.y)) == 3
    assert max(figure.data[-1].x) < names.x[0], "names stand beside the marks, not on them"


def test_one_model_without_an_interval_is_drawn() -> None:
    figure = quality_time([("EASE", 1.0, Score("ndcg@10", 0.2, None, None, 5, "users"))], "NDCG")
    assert list(figure.data[-1].y) == [0.2]
