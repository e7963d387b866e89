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


def folded() -> None:
    from dashboard.components.leaderboard import leaderboard_view
    from pipelines.evaluation.score import Comparison, Score
    from pipelines.judging import Judged

    scores = {
        name: (Score("roc_auc", value, value - 0.1, value + 0.1, 100),
               Score("roc_auc_of_folds", value, None, None, 5, "folds"))
        for name, value in (("own", 0.7), ("base", 0.5))
    }
    tests = tuple(
        Comparison(metric, "own", "base", 0.2, low, 0.4, p, test)
        for metric, low, p, test in (
            ("roc_auc", 0.1, 0.002, "delong|holm:1"),
            ("roc_auc_of_folds", -0.1, 0.31, "corrected-resampled-t|folds:5|holm:1"),
        )
    )
    leaderboard_view(
        Judged(100, "base", scores, tests, (), "", None), {"own": "Own", "base": "Base"}, "own",
        {"roc_auc": "AUC"}, key="risk",
    )


def test_title_and_tests_go_by_the_folds_where_these_were_tested() -> None:
    at = AppTest.from_function(folded, default_timeout=driver.PATIENCE)
    driver.fine(at.run())
    assert at.selectbox[0].value == "roc_auc"
    assert any(
        "Own is not shown to differ from the baseline (p = 0.31)" in driver.readable(str(each.value))
        for each in at.markdown
    )
    assert any("on the same folds" in str(each.value) for each in at.caption)
    table = at.dataframe[-1].value
    assert table["p"].tolist() == ["p = 0.31"] and table["test"].tolist() == ["corrected resampled t"]
