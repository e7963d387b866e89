"""Hostile uploads: one clear sentence or a working page, never an exception."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import driver, hostile

TRACES = re.compile(r"Traceback|Error\b|Exception|0x[0-9a-f]{6}|\bNone\b|site-packages")
STEPS = ("models", "results", "evaluation", "ship", "data")


def one_sentence(at: AppTest) -> str:
    """The only error on the page, checked to be made for people."""
    found = driver.errors(at)
    assert len(found) == 1, found
    assert not TRACES.search(found[0]), found[0]
    assert found[0].rstrip().endswith((".", "?", ")")), found[0]
    assert len(found[0]) < 600
    return found[0]


def every_step(at: AppTest) -> AppTest:
    for name in STEPS:
        driver.step(at, name)
    return at


@pytest.mark.parametrize("case", hostile.REFUSED)
def test_file_that_cannot_be_read_gives_one_sentence_and_keeps_the_table(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMUS_MAX_EXPANDED_MB", "20")
    name, content, words = hostile.REFUSED[case]
    at = driver.with_file("before.csv", hostile.GOOD)
    before = driver.space(at).table
    driver.with_file(name, content, at)
    assert words in one_sentence(at)
    assert driver.space(at).table is before
    assert at.dataframe, "the table that was there is still shown"
    driver.step(at, "models")
    driver.step(at, "data")
    assert not at.error, "the broken file is no longer chosen"
    assert driver.space(at).table is before


def test_first_file_that_cannot_be_read_leaves_the_page_waiting_for_data() -> None:
    at = driver.with_file("a.csv", b"")
    one_sentence(at)
    assert driver.space(at).table is None
    assert at.button(key="sentiment-run").disabled


def test_good_file_after_a_broken_one_clears_the_error() -> None:
    at = driver.with_file("a.csv", b"")
    driver.with_file("b.csv", hostile.GOOD, at)
    assert not at.error
    assert driver.space(at).table is not None


def test_going_back_to_the_sample_after_a_broken_file_clears_the_error() -> None:
    at = driver.with_file("a.csv", b"", driver.on_sample())
    one_sentence(at)
    at.get_by_key("sentiment-source").set_value("product-reviews")
    driver.fine(at.run())
    assert not at.error


@pytest.mark.parametrize("case", hostile.READ)
def test_odd_file_gives_a_working_page_or_one_sentence(case: str) -> None:
    at = driver.with_file(*hostile.READ[case])
    assert driver.space(at).table is not None, driver.errors(at)
    if at.error:
        one_sentence(at)
        assert at.button(key="sentiment-run").disabled
        return
    driver.run_to_the_end(at)
    every_step(at)
    if driver.space(at).experiment is None:
        one_sentence(at)
    for page in ("workspace/data", "workspace/runs", "evaluation/classification", "home"):
        driver.open_page(at, page)


def test_huge_cell_is_refused_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITMUS_MAX_CELL_CHARACTERS", "1000")
    huge = hostile.table([["review", "sentiment"], ["fine", "positive"], ["x" * 1_001, "negative"]])
    at = driver.with_file("a.csv", huge)
    assert "1,001" in one_sentence(at)


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITMUS_MAX_FILE_MB", "1")
    at = driver.with_file("a.csv", b"review\n" + b"word word word\n" * 80_000)
    assert "at most 1 MB" in one_sentence(at)


def test_climbing_archive_writes_no_file(root: Path) -> None:
    driver.with_file(*hostile.REFUSED["a zip with climbing paths"][:2])
    assert not Path("/etc/litmus-climbed.csv").exists()
    assert not list(root.glob("**/litmus-climbed.csv"))


def test_missing_text_column_disables_run_and_says_why() -> None:
    at = driver.with_file("a.csv", b"a,b\n1,2\n3,4\n")
    button = at.button(key="sentiment-run")
    assert button.disabled
    assert one_sentence(at)


def test_texts_of_strangers_are_shown_and_never_obeyed() -> None:
    at = driver.with_file(*hostile.READ["tricks everywhere"])
    assert [box.value for box in at.selectbox[:2]] == [
        f"review {hostile.NAME}", f"sentiment {hostile.NAME}"
    ]
    seen = _tricks_are_escaped(at)
    driver.leave_out(at)
    driver.finish(driver.press_run(at))
    assert driver.space(at).experiment is not None
    for name in STEPS:
        driver.step(at, name)
        seen += _tricks_are_escaped(at)
    for tab in ("Rows", "Examples", "By group"):
        driver.step(at, "results")
        at.session_state["sentiment-results-tab"] = tab
        driver.fine(at.run())
        seen += _tricks_are_escaped(at)
    driver.step(at, "evaluation")
    for view in ("Curves", "Calibration", "Threshold", "Slices"):
        at.get_by_key("sentiment-view").set_value(view)
        driver.fine(at.run())
        seen += _tricks_are_escaped(at)
    for page in ("home", "workspace/data", "workspace/runs", "evaluation/classification"):
        driver.open_page(at, page)
        seen += _tricks_are_escaped(at)
    assert seen > 10, "the texts were looked for in the wrong place"


def _tricks_are_escaped(at: AppTest) -> int:
    """How many Markdown texts hold a trick; each must be neutral."""
    found = 0
    for text in driver.everything_in_markdown(at):
        for trick in hostile.TRICKS:
            if trick in (":material/home:", "**bold**", "`code`"):
                continue  # the pages use icons and bold of their own
            assert trick not in text, text
        found += "evil" in text
    return found
