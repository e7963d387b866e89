"""Evaluation, classification: predictions made anywhere, judged in the page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import driver, hostile

PAGE = "evaluation/classification"
SLUG = "evaluate-classification"


def predictions(rows: int = 60) -> bytes:
    """Truth, a good system, a poor one, a probability and a group."""
    body = []
    for row in range(rows):
        truth = ("spam", "ham")[row % 2]
        other = ("ham", "spam")[row % 2]
        body.append([f"message {row}", truth, other if row % 10 == 0 else truth,
                     other if row % 3 == 0 else truth, ("mail", "chat")[row % 4 < 2]])
    return hostile.table([["message", "truth", "ours", "theirs", "channel"], *body])


def judged(content: bytes, name: str = "a.csv", at: AppTest | None = None) -> AppTest:
    at = driver.open_page(driver.visitor(), PAGE) if at is None else at
    at.file_uploader(key=f"{SLUG}-upload").set_value((name, content, "")).run()
    return driver.finish(driver.fine(at), SLUG)


def test_file_of_predictions_is_judged() -> None:
    at = judged(predictions())
    assert not at.error
    assert "60 labelled rows" in driver.readable(at.subheader[0].value)
    assert at.get("plotly_chart")


def test_two_systems_are_compared_on_the_same_rows() -> None:
    at = judged(predictions())
    systems = next(box for box in at.multiselect if box.label == "Predictions")
    assert systems.value == ["ours", "theirs"], "the columns whose values are those of the truth"
    scores = at.dataframe[0].value
    assert {"ours", "theirs"} <= set(scores.columns)
    assert at.selectbox(key="file-model").options == ["ours", "theirs"]
    tests = at.dataframe[1].value
    assert ("ours" in set(tests["model"])) or ("ours" in set(tests["against"]))
    for view in ("Curves", "Calibration", "Threshold", "Slices", "Errors"):
        at.get_by_key("file-view").set_value(view)
        driver.fine(at.run())


def test_no_prediction_column_is_asked_for() -> None:
    at = judged(predictions())
    next(box for box in at.multiselect if box.label == "Predictions").set_value([])
    driver.fine(at.run())
    assert "at least one column of predictions" in at.info[0].value


@pytest.mark.parametrize("case", ["empty", "header only", "a broken workbook", "a zip bomb"])
def test_wrong_file_gives_one_sentence_and_keeps_the_table(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMUS_MAX_EXPANDED_MB", "20")
    at = judged(predictions())
    before = driver.space(at, SLUG).table
    name, content, words = hostile.REFUSED[case]
    judged(content, name, at)
    assert len(at.error) == 1
    assert words in driver.errors(at)[0]
    assert driver.space(at, SLUG).table is before


@pytest.mark.parametrize("case", hostile.READ)
def test_odd_file_gives_a_working_page_or_one_sentence(case: str) -> None:
    name, content = hostile.READ[case]
    at = judged(content, name)
    assert len(at.error) <= 1


def test_names_of_strangers_are_shown_and_never_obeyed() -> None:
    trick = hostile.NAME
    rows = [[f"{trick} a", f"{trick} {'ab'[n % 2]}", f"{trick} {'ab'[n % 3 == 0]}"]
            for n in range(40)]
    at = judged(hostile.table([[f"text {trick}", f"truth {trick}", f"prediction {trick}"], *rows]))
    seen = 0
    for view in ("Errors", "Curves", "Calibration", "Threshold", "Slices"):
        if not at.error:
            at.get_by_key("file-view").set_value(view)
            driver.fine(at.run())
        for text in driver.everything_in_markdown(at):
            seen += "evil" in text
            for token in ("<script>", "$\\frac", ":red[", "](http"):
                assert token not in text, text
    assert seen > 3


def test_run_of_this_session_can_be_looked_at() -> None:
    at = driver.run_to_the_end(driver.on_sample())
    driver.open_page(at, PAGE)
    at.get_by_key(f"{SLUG}-source").set_value("A run of this session")
    driver.fine(at.run())
    assert not at.error
    assert "labelled rows" in driver.readable(at.subheader[0].value)


def test_data_page_shows_the_file_of_predictions_and_forgets_it() -> None:
    at = judged(predictions(), "theirs.csv")
    driver.open_page(at, "workspace/data")
    assert any("theirs" in head.value for head in at.subheader)
    at.button(key=f"forget-{SLUG}").click()
    driver.fine(at.run())
    driver.open_page(at, PAGE)
    assert driver.space(at, SLUG).table is None
