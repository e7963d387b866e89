"""Long work in a bounded pool outside the script thread: progress, cancel, a place in the queue."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

from dashboard.ending import ENDING
from data.errors import LitmusError
from pipelines.progress import CancelledRun, Progress

log = logging.getLogger(__name__)

MOST_WAITING = 20
# How long a session may be away, as where a connection drops, before its work is given up.
GRACE_SECONDS, GRACE_WHILE_OTHERS_WAIT = 60.0, 10.0
CANCELLED = "The run was cancelled; nothing of it was kept."
State = Literal["waiting", "running", "done", "failed", "cancelled"]


class PoolFull(LitmusError):
    """Too many jobs wait already."""


class Job(Progress):
    """One piece of work and where it stands; written by its worker, read by pages.

    Attributes:
        result: what the work returned, once `state` is done.
        sentence: why it failed, for the user.
        figures: points of growing curves: stage, name of the curve, step, value.
    """

    def __init__(
        self,
        title: str,
        alive: Callable[[], bool],
        leave_queue: Callable[[Job], None] = lambda job: None,
        others_wait: Callable[[Job], bool] = lambda job: False,
    ) -> None:
        self.title = title
        self.state: State = "waiting"
        self.result: Any = None
        self.sentence = ""
        self.stage_name, self.total, self.done = "Starting", 0, 0
        self.figures: list[tuple[str, str, float, float]] = []
        self._stage_start = self._last_report = time.monotonic()
        self._alive = alive
        self._leave_queue = leave_queue
        self._others_wait = others_wait
        self._last_alive = time.monotonic()
        self._cancelled = threading.Event()

    def stage(self, name: str, total: int) -> None:
        self.stage_name, self.total, self.done = name, total, 0
        self._stage_start = self._last_report = time.monotonic()
        self._check()

    def figure(self, name: str, step: float, value: float) -> None:
        self.figures.append((self.stage_name, name, step, value))

    def advance(self, rows: int) -> None:
        self.done = min(self.done + rows, self.total) if self.total else self.done + rows
        self._last_report = time.monotonic()
        self._check()

    def cancel(self) -> None:
        """Ask the work to stop at its next report; a job that waits is over at once."""
        self._cancelled.set()
        self._leave_queue(self)

    @property
    def cancelling(self) -> bool:
        """Whether it was asked to stop and has not heard of it yet."""
        return self._cancelled.is_set() and not self.finished

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def rows_per_second(self) -> float:
        """Rows per second within the current stage, up to the last of them."""
        return self.done / max(self._last_report - self._stage_start, 1e-3)

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds to the end of the current stage, less those since the last report."""
        if not self.total or not self.done:
            return None
        left = (self.total - self.done) / max(self.rows_per_second, 1e-9)
        return max(0.0, left - (time.monotonic() - self._last_report))

    def is_wanted(self) -> bool:
        """Whether the session that asked is there, or was until a minute ago: less if others wait."""
        if self._alive():
            self._last_alive = time.monotonic()
            return True
        grace = GRACE_WHILE_OTHERS_WAIT if self._others_wait(self) else GRACE_SECONDS
        return time.monotonic() - self._last_alive <= grace

    def _check(self) -> None:
        if ENDING.is_set() or not self.is_wanted():
            self._cancelled.set()
        if self._cancelled.is_set():
            raise CancelledRun(CANCELLED)


class JobPool:
    """Runs jobs in the order given, at most `workers` at a time."""

    def __init__(self, workers: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="litmus-job")
        self._waiting: list[Job] = []
        self._running: list[Job] = []
        self._lock = threading.Lock()

    def submit(
        self, title: str, work: Callable[[Progress], Any], alive: Callable[[], bool]
    ) -> Job:
        """Queue `work`, which is called with its progress.

        Args:
            alive: whether the session that asked is still there; a job without one is stopped.

        Raises:
            PoolFull: more than 20 jobs wait.
        """
        job = Job(title, alive, self._leave, self._others_wait)
        with self._lock:
            self._look()
            if len(self._waiting) >= MOST_WAITING:
                raise PoolFull("Too many runs are waiting on this machine; try again in a minute.")
            self._waiting.append(job)
        self._executor.submit(self._run, job, work)
        return job

    def position(self, job: Job) -> int:
        """How many jobs stand before this one; 0 when it is next or running."""
        with self._lock:
            self._look()
            return self._waiting.index(job) if job in self._waiting else 0

    def _look(self) -> None:
        """See whose sessions are still there: work under way may not report for long."""
        for running in self._running:
            running.is_wanted()
        for each in [waiting for waiting in self._waiting if not waiting.is_wanted()]:
            self._drop(each)

    def _others_wait(self, job: Job) -> bool:
        return any(waiting is not job for waiting in self._waiting)

    def _leave(self, job: Job) -> None:
        with self._lock:
            if job in self._waiting:
                self._drop(job)

    def _drop(self, job: Job) -> None:
        self._waiting.remove(job)
        job.sentence, job.state = CANCELLED, "cancelled"

    def _run(self, job: Job, work: Callable[[Progress], Any]) -> None:
        with self._lock:
            if job not in self._waiting:
                return
            self._waiting.remove(job)
            self._running.append(job)
        try:
            job.state = "running"
            job.stage("Starting", 0)
            job.result = work(job)
            job.state = "done"
        except CancelledRun as error:
            job.sentence, job.state = str(error), "cancelled"
        except LitmusError as error:
            job.sentence, job.state = str(error), "failed"
        except Exception:
            log.exception("The job %s failed", job.title)
            job.sentence = "Something went wrong inside Litmus; the details are in its log."
            job.state = "failed"
        finally:
            with self._lock:
                self._running.remove(job)
