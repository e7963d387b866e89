"""The title of the leaderboard: a difference, or that none is shown."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import driver


def board(low: float, high: float) -> None:
    from dashboard.components.leaderboard import leaderboard_view
    from pipelines.evaluation.score import Comparison, Score
    from pipelines.judging import Judged

    scores = {
        name: (Score("bleu", value, value - 5, value + 5, 100, "segments"),)
        for name, value in (("own", 34.9), ("copy", 30.0))
    }
    tests = (Comparison(
        "bleu", "own", "copy", 4.9, low, high, 0.03, "paired-bootstrap-as-sacrebleu|holm:1"
    ),)
    leaderboard_view(
        Judged(100, "copy", scores, tests, (), "", None), {"own": "Own", "copy": "Copy"}, "own",
        {"bleu": "BLEU"}, key="texts",
    )


@pytest.mark.parametrize(
    ("low", "title"),
    [
        (0.4, "Own is 4.90 better than the baseline (p = 0.030)"),
        (-0.6, "Own is not shown to differ from the baseline (p = 0.030, but the interval of the "
         "difference holds 0)"),
    ],
)
def test_the_title_goes_by_p_and_interval_together(low: float, title: str) -> None:
    at = AppTest.from_function(board, args=(low, 10.0), default_timeout=driver.PATIENCE)
    driver.fine(at.run())
    assert any(title in driver.readable(str(each.value)) for each in at.markdown)
