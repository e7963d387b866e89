"""Numbers as a reader meets them: an interval without width is no interval."""

from __future__ import annotations

import pytest

from dashboard.charts.leaderboard import digits_of
from pipelines.evaluation.score import Score
from pipelines.report.text_table import with_interval
from pipelines.report.wording import interval


def score(value: float, low: float | None, high: float | None) -> Score:
    return Score("log_loss", value, low, high, 200)


@pytest.mark.parametrize(("found", "written"), [
    (score(0.00012, 0.00009, 0.00016), "0.000"),
    (score(0.0, 0.0, 0.0), "0.000"),
    (score(1.0, 0.99996, 1.0), "1.000"),
    (score(0.0004, 0.0001, 0.0009), "0.000 (0.000 to 0.001)"),
    (score(0.437, 0.392, 0.486), "0.437 (0.392 to 0.486)"),
    (score(0.437, None, None), "0.437"),
])
def test_an_interval_that_would_read_as_certainty_is_left_out(found: Score, written: str) -> None:
    assert interval(found, as_percent=False) == written == with_interval(found)
    assert digits_of(found.name) == 3


def test_percentages_follow_the_same_rule() -> None:
    assert interval(score(1.0, 0.9999, 1.0)) == "100.0 %"
    assert interval(score(0.9, 0.85, 0.94)) == "90.0 % (85.0 to 94.0)"
