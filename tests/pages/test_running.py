"""Running from the page: one job at a time, cancelled without a trace, failing in one sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from data.errors import DataError
from pipelines.experiment import Experiment, run_experiment
from pipelines.progress import Progress
from pipelines.request import Request
from tests.pages import driver

RUN = "dashboard.components.run_button.run_experiment"


class Gate:
    """A run that stands still until it is let go."""

    def __init__(self) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        self.calls = 0

    def __call__(self, request: Request, progress: Progress) -> Experiment:
        self.calls += 1
        progress.stage("Standing still", 10)
        self.started.set()
        assert self.go.wait(driver.PATIENCE)
        progress.advance(5)
        return run_experiment(request, progress)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Runs stand still until the test lets them go."""
    found = Gate()
    monkeypatch.setattr(RUN, found)
    yield found
    found.go.set()


def test_second_click_never_starts_a_second_job(gate: Gate) -> None:
    at = driver.leave_out(driver.on_sample())
    button = at.button(key="sentiment-run")
    driver.press_run(at)
    job = driver.space(at).job
    assert gate.started.wait(driver.PATIENCE)
    driver.fine(at.run())
    assert at.button(key="sentiment-run").disabled
    button.click()  # the click of a browser that has not heard yet
    driver.fine(at.run())
    assert driver.space(at).job is job
    gate.go.set()
    driver.finish(at)
    assert gate.calls == 1
    assert len(at.session_state["runs"]) == 1


def test_run_shows_where_it_is_and_survives_another_page(gate: Gate) -> None:
    at = driver.press_run(driver.leave_out(driver.on_sample()))
    assert gate.started.wait(driver.PATIENCE)
    driver.fine(at.run())
    assert "Standing still" in at.progress[0].text
    driver.open_page(at, "home")
    driver.open_page(at, driver.SENTIMENT)
    assert "Standing still" in at.progress[0].text
    gate.go.set()
    driver.finish(at)
    assert driver.space(at).experiment is not None


def test_run_that_ends_leads_to_the_results() -> None:
    at = driver.run_to_the_end(driver.on_sample())
    assert at.get_by_key("sentiment-step").value == "results"


def test_cancelled_run_leaves_nothing(gate: Gate) -> None:
    at = driver.press_run(driver.leave_out(driver.on_sample()))
    assert gate.started.wait(driver.PATIENCE)
    driver.fine(at.run())
    at.button(key="cancel-run").click()
    driver.fine(at.run())
    gate.go.set()
    driver.finish(at)
    assert driver.space(at).experiment is None
    assert not at.session_state.get("runs")
    assert "cancelled" in driver.errors(at)[0]
    assert not at.button(key="sentiment-run").disabled


def test_cancelled_run_keeps_the_run_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    at = driver.run_to_the_end(driver.on_sample())
    before = driver.space(at).experiment
    gate = Gate()
    monkeypatch.setattr(RUN, gate)
    driver.press_run(at)
    assert gate.started.wait(driver.PATIENCE)
    driver.fine(at.run())
    at.button(key="cancel-run").click()
    driver.fine(at.run())
    gate.go.set()
    driver.finish(at)
    assert driver.space(at).experiment is before


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DataError("There are too few rows; bring more."), "There are too few rows; bring more."),
        (RuntimeError("secret/path 0xdeadbeef"), "Something went wrong inside Litmus"),
        (MemoryError(), "Something went wrong inside Litmus"),
    ],
)
def test_failing_run_shows_one_sentence(
    monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fail(*_: Any) -> Experiment:
        raise error

    monkeypatch.setattr(RUN, fail)
    at = driver.finish(driver.press_run(driver.leave_out(driver.on_sample())))
    assert len(at.error) == 1
    assert sentence in driver.errors(at)[0]
    assert "secret" not in driver.errors(at)[0]
    for name in ("results", "evaluation", "ship"):
        driver.step(at, name)
        assert sentence in driver.errors(at)[0]


def test_new_file_during_a_run_does_not_get_the_old_files_result(gate: Gate) -> None:
    at = driver.press_run(driver.leave_out(driver.on_sample()))
    old = driver.space(at).job
    assert old is not None
    assert gate.started.wait(driver.PATIENCE)
    driver.step(at, "data")
    driver.with_file("mine.csv", driver.reviews(), at)
    gate.go.set()
    driver.wait_for(old)
    driver.fine(at.run())
    assert old.state == "cancelled"
    assert driver.space(at).experiment is None


def test_forgotten_data_are_gone_with_everything_made_from_them() -> None:
    at = driver.run_to_the_end(driver.with_file("mine.csv", driver.reviews()))
    driver.open_page(at, "workspace/data")
    at.button(key="forget-sentiment").click()
    driver.fine(at.run())
    assert "Nothing here yet" in at.info[0].value
    driver.open_page(at, driver.SENTIMENT)
    assert driver.space(at).table is None
    assert driver.space(at).experiment is None
    for page in ("home", "workspace/runs", "evaluation/classification"):
        driver.open_page(at, page)
        assert not any("mine" in text for text in driver.everything_in_markdown(at)), page


def test_runs_on_labels_given_in_the_page_are_forgotten_with_the_data() -> None:
    at = driver.with_file("mine.csv", b"review\n" + b"I love this lamp\nI hate this lamp\n" * 10)
    for answer in ("positive", "negative"):
        at.button(key=f"sentiment-give-{answer}").click()
        driver.fine(at.run())
    driver.run_to_the_end(at)
    assert len(at.session_state["runs"]) == 1
    driver.open_page(at, "workspace/data")
    at.button(key="forget-sentiment").click()
    driver.fine(at.run())
    assert not at.session_state["runs"]


def test_forgetting_data_stops_the_run_on_them(gate: Gate) -> None:
    at = driver.press_run(driver.leave_out(driver.on_sample()))
    job = driver.space(at).job
    assert job is not None
    assert gate.started.wait(driver.PATIENCE)
    driver.open_page(at, "workspace/data")
    at.button(key="forget-sentiment").click()
    driver.fine(at.run())
    gate.go.set()
    driver.wait_for(job)
    assert job.state == "cancelled"
    driver.open_page(at, driver.SENTIMENT)
    assert driver.space(at).table is None
    assert not at.session_state.get("runs")
