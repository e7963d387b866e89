"""The pool of background runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashboard import jobs
from dashboard.ending import ENDING
from dashboard.jobs import MOST_WAITING, Job, JobPool, PoolFull
from data.errors import DataError
from pipelines.progress import Progress
from tests.pages.driver import PATIENCE, wait_for


def alive() -> bool:
    return True


class Held:
    """Work that stands still between two reports until it is let go."""

    def __init__(self) -> None:
        self.started, self.go = threading.Event(), threading.Event()

    def __call__(self, progress: Progress) -> str:
        progress.stage("Reading", 10)
        self.started.set()
        assert self.go.wait(PATIENCE)
        progress.advance(4)
        return "finished"


@pytest.fixture
def held() -> Iterator[Held]:
    work = Held()
    yield work
    work.go.set()


@pytest.fixture
def pool() -> Iterator[JobPool]:
    found = JobPool(workers=1)
    yield found
    found._executor.shutdown()


def test_result_of_the_work_is_kept(pool: JobPool) -> None:
    job = pool.submit("one", lambda progress: 42, alive)
    wait_for(job)
    assert (job.state, job.result, job.sentence) == ("done", 42, "")


def test_jobs_run_one_at_a_time_in_the_order_given(pool: JobPool, held: Held) -> None:
    order: list[int] = []
    first = pool.submit("first", held, alive)
    assert held.started.wait(PATIENCE)
    later = [
        pool.submit(f"{number}", lambda progress, number=number: order.append(number), alive)
        for number in range(3)
    ]
    assert [pool.position(job) for job in (first, *later)] == [0, 0, 1, 2]
    assert [job.state for job in (first, *later)] == ["running", *["waiting"] * 3]
    held.go.set()
    wait_for(later[-1])
    assert order == [0, 1, 2]
    assert first.result == "finished"
    assert pool.position(later[-1]) == 0


def test_running_job_stops_at_its_next_report_when_cancelled(pool: JobPool, held: Held) -> None:
    job = pool.submit("one", held, alive)
    assert held.started.wait(PATIENCE)
    assert not job.cancelling
    job.cancel()
    assert job.cancelling
    held.go.set()
    wait_for(job)
    assert (job.state, job.result) == ("cancelled", None)
    assert "nothing of it was kept" in job.sentence


def test_jobs_are_cancelled_when_the_server_is_to_end(pool: JobPool, held: Held) -> None:
    running = pool.submit("one", held, alive)
    waiting = pool.submit("two", lambda progress: "fine", alive)
    assert held.started.wait(PATIENCE)
    ENDING.set()
    try:
        held.go.set()
        wait_for(waiting)
    finally:
        ENDING.clear()
    assert (running.state, waiting.state) == ("cancelled", "cancelled")


def test_waiting_job_that_is_cancelled_never_starts(pool: JobPool, held: Held) -> None:
    called: list[bool] = []
    pool.submit("first", held, alive)
    assert held.started.wait(PATIENCE)
    waiting = pool.submit("second", lambda progress: called.append(True), alive)
    third = pool.submit("third", lambda progress: "fine", alive)
    waiting.cancel()
    assert waiting.state == "cancelled", "it is over before the first one ends"
    assert "nothing of it was kept" in waiting.sentence
    assert pool.position(third) == 0
    held.go.set()
    wait_for(third)
    assert third.result == "fine"
    assert not called


def test_too_many_waiting_jobs_are_refused_with_a_sentence(pool: JobPool, held: Held) -> None:
    pool.submit("first", held, alive)
    assert held.started.wait(PATIENCE)
    waiting = [pool.submit("later", lambda progress: None, alive) for _ in range(MOST_WAITING)]
    with pytest.raises(PoolFull, match="try again"):
        pool.submit("one too many", lambda progress: None, alive)
    held.go.set()
    wait_for(waiting[-1])
    wait_for(pool.submit("room again", lambda progress: None, alive))


def test_waiting_jobs_of_sessions_that_left_give_up_their_places(
    pool: JobPool, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [True]
    pool.submit("first", held, alive)
    assert held.started.wait(PATIENCE)
    for _ in range(MOST_WAITING):
        pool.submit("later", lambda progress: None, lambda: there[0])
    there[0] = False
    monkeypatch.setattr(jobs, "GRACE_WHILE_OTHERS_WAIT", -1.0)
    job = pool.submit("one more", lambda progress: "fine", alive)
    assert pool.position(job) == 0
    monkeypatch.undo()
    held.go.set()
    wait_for(job)
    assert job.result == "fine"


def test_job_of_a_session_that_left_stops_after_the_grace(
    pool: JobPool, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [True]
    job = pool.submit("one", held, lambda: there[0])
    assert held.started.wait(PATIENCE)
    there[0] = False
    monkeypatch.setattr(jobs, "GRACE_SECONDS", -1.0)
    held.go.set()
    wait_for(job)
    assert job.state == "cancelled"


@pytest.mark.parametrize(("waits", "state"), [(True, "cancelled"), (False, "done")])
def test_job_of_a_session_that_left_stops_sooner_while_another_waits(
    pool: JobPool, held: Held, monkeypatch: pytest.MonkeyPatch, waits: bool, state: str
) -> None:
    there = [True]
    left = pool.submit("one", held, lambda: there[0])
    assert held.started.wait(PATIENCE)
    there[0] = False
    monkeypatch.setattr(jobs, "GRACE_WHILE_OTHERS_WAIT", -1.0)
    other = pool.submit("two", lambda progress: "fine", alive) if waits else left
    held.go.set()
    wait_for(other)
    assert left.state == state
    assert not waits or other.result == "fine"


def test_whoever_waits_sees_that_a_silent_job_still_has_its_session(
    pool: JobPool, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [True]
    silent = pool.submit("one", held, lambda: there[0])
    assert held.started.wait(PATIENCE)
    waiting = pool.submit("two", lambda progress: "fine", alive)
    moment = silent._last_alive + 1000.0
    monkeypatch.setattr(jobs.time, "monotonic", lambda: moment)
    assert pool.position(waiting) == 0
    there[0] = False
    held.go.set()
    wait_for(waiting)
    assert silent.state == "done", "it was there a moment ago, however long it reported nothing"


def test_job_of_a_session_that_comes_back_goes_on(pool: JobPool, held: Held) -> None:
    there = [True]
    job = pool.submit("one", held, lambda: there[0])
    assert held.started.wait(PATIENCE)
    there[0] = False
    held.go.set()
    wait_for(job)
    assert job.state == "done", "the grace of a reload has not passed"


def test_error_of_the_user_becomes_its_sentence(pool: JobPool) -> None:
    job = pool.submit("one", raising(DataError("Bring more rows.")), alive)
    wait_for(job)
    assert (job.state, job.sentence) == ("failed", "Bring more rows.")


def test_unexpected_error_is_logged_and_told_without_its_details(
    pool: JobPool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="dashboard.jobs"):
        job = pool.submit("one", raising(ZeroDivisionError("row 17 of secret.csv")), alive)
        wait_for(job)
    assert job.state == "failed"
    assert "secret" not in job.sentence
    assert "log" in job.sentence
    assert "ZeroDivisionError" in caplog.text


def test_pool_works_on_after_a_failure(pool: JobPool) -> None:
    wait_for(pool.submit("one", raising(RuntimeError("x")), alive))
    job = pool.submit("two", lambda progress: "fine", alive)
    wait_for(job)
    assert job.result == "fine"


def test_progress_never_passes_the_total() -> None:
    job = Job("one", alive)
    job.stage("Reading", 10)
    assert job.seconds_left is None
    job.advance(7)
    assert job.seconds_left is not None
    assert job.seconds_left >= 0
    job.advance(7)
    assert job.done == 10


def test_new_stage_counts_from_zero() -> None:
    job = Job("one", alive)
    job.stage("Reading", 10)
    job.advance(10)
    job.stage("Judging", 0)
    assert (job.stage_name, job.done, job.total, job.seconds_left) == ("Judging", 0, 0, None)


def raising(error: Exception) -> Callable[[Progress], Any]:
    def work(progress: Progress) -> None:
        raise error

    return work


def test_the_time_left_counts_down_between_two_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(jobs.time, "monotonic", lambda: now[0])
    job = Job("one", alive)
    job.stage("BPR, setting 3 of 6", 10)
    now[0] = 5.0
    job.advance(1)
    assert job.seconds_left == pytest.approx(45.0)
    now[0] = 25.0
    assert job.seconds_left == pytest.approx(25.0), "no report in 20 s"
    assert job.rows_per_second == pytest.approx(0.2)
    now[0] = 99.0
    assert job.seconds_left == 0.0
