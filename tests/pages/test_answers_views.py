"""Threshold and slices of answers in the page: figures by hand, at the run's own threshold and off."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages import driver

OWN = 0.335


def views(view: str = "threshold", withheld: bool = True) -> None:
    import numpy as np
    import pandas as pd

    from dashboard.components.answers.evidence import AnswerEvidence
    from dashboard.components.answers.slices import slices_view
    from dashboard.components.answers.threshold import threshold_view
    from pipelines.evaluation.answer_judgement import Answered, ReaderResult, judge_answers
    from pipelines.judging import Judged

    # By confidence: right, right, wrong, right at exactly the threshold, right, none to give.
    gold = [("Ann",), ("Bob",), ("Cid",), ("Dan",), ("Eve",), (), ()]
    guesses = ("Ann", "Bob", "no one", "Dan", "Eve", "Fay", "Gil")
    sure = np.array([0.9, 0.8, 0.7, 0.335, 0.333, 0.5, 0.1])
    own = ReaderResult("own", Answered(guesses, sure), None, np.full(7, np.nan), 0.335)
    judgement = judge_answers(
        ["q"] * 7, gold, [own], baseline="own", withheld=withheld, resamples=50
    )
    evidence = AnswerEvidence(
        key="answers",
        judged=Judged(7, "own", judgement.scores, (), (), "", judgement),
        rows=np.arange(1, 8), columns={"team": pd.Series(list("aabbbcc"))}, group="team",
        favourite="own", titles={"own": "Own reader"}, predictions={},
    )
    {"threshold": threshold_view, "slices": slices_view}[view](evidence, "own")


def drawn(**given: object) -> AppTest:
    at = AppTest.from_function(views, kwargs=given, default_timeout=driver.PATIENCE)
    return driver.fine(at.run())


def figures(at: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in at.metric}


def test_the_threshold_view_begins_at_exactly_the_threshold_of_the_run() -> None:
    at = drawn()
    slider = at.select_slider(key=f"answers-cut-own-{OWN:g}")
    assert slider.value == OWN
    # Given: 0.9, 0.8, 0.7, 0.5 and 0.335; three of the five are right, Eve's is withheld.
    assert figures(at) == {
        "Answered": "71.4 %", "Of the answers, right": "60.0 %", "Right but withheld": "1",
        "Rightly refused": "1 of 2",
    }


def test_a_moved_threshold_counts_anew() -> None:
    at = drawn()
    at.select_slider(key=f"answers-cut-own-{OWN:g}").set_value(0.75)
    driver.fine(at.run())
    assert figures(at) == {
        "Answered": "28.6 %", "Of the answers, right": "100.0 %", "Right but withheld": "2",
        "Rightly refused": "2 of 2",
    }
    at.select_slider(key=f"answers-cut-own-{OWN:g}").set_value(0.0)
    driver.fine(at.run())
    assert figures(at)["Rightly refused"] == "0 of 2"
    at.select_slider(key=f"answers-cut-own-{OWN:g}").set_value(OWN)
    driver.fine(at.run())
    assert figures(at)["Answered"] == "71.4 %"


def slices(at: AppTest) -> dict[str, float]:
    table = at.dataframe[0].value
    return dict(zip(table["value"], table["right"], strict=True))


def test_slices_count_what_was_withheld_as_not_answered_right() -> None:
    at = drawn(view="slices")
    assert slices(at) == {"a": 1.0, "b": 0.333}
    assert any("withheld is not answered right" in each.value for each in at.caption)
    at = drawn(view="slices", withheld=False)
    assert slices(at) == {"a": 1.0, "b": 0.667}
    assert not any("withheld" in each.value for each in at.caption)
