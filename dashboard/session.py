"""What a session holds: its data, its choices, its jobs, its runs. Nothing leaves it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.caching import job_pool
from dashboard.jobs import Job, JobPool
from data.profile import Profile
from data.table import Table
from pipelines.experiment import Experiment
from pipelines.progress import Progress

MOST_RUNS = 5
T = TypeVar("T")


@dataclass
class Workspace:
    """One application area in one session.

    Attributes:
        table: what was brought, once read.
        profile: of the table.
        source: where it came from: a sample's id, or the upload.
        labels: meanings of label values that the user changed; empty text leaves a value out.
        drawn: labels given in the page to a random sample: row position to class.
        job: the run under way.
        experiment: the last finished run.
        words_job: the search for words that drive each class, after a run.
        trouble: the last sentence that has to be shown.
        tried: what the last run was started with, for as long as `trouble` may be about it.
        step: the last one looked at.
        link: what this page last wrote into the address.
        unread: of a link that was opened, what could not be taken over, in a few words each.
        asked_columns: role to column, as a link that was opened asks for them.
        opened: what was written into the address when a link had been opened; None until then.
        suggested: the models that the page last suggested.
        memo: what was computed from the data and the choices, kept while they stand.
    """

    table: Table | None = None
    profile: Profile | None = None
    source: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    drawn: dict[int, str] = field(default_factory=dict)
    job: Job | None = None
    experiment: Experiment | None = None
    words_job: Job | None = None
    trouble: str = ""
    tried: tuple[Hashable, ...] = ()
    step: str = ""
    link: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    asked_columns: dict[str, str] = field(default_factory=dict)
    opened: dict[str, str] | None = None
    memo: dict[Hashable, Any] = field(default_factory=dict)
    suggested: frozenset[str] | None = None

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result of `compute`, kept for this session under `key`."""
        if key not in self.memo:
            self.memo[key] = compute()
        return self.memo[key]

    def stop_jobs(self) -> None:
        """Cancel what is under way; its result will not be taken over."""
        for job in (self.job, self.words_job):
            if job is not None:
                job.cancel()
        self.job = self.words_job = None


def workspace(slug: str) -> Workspace:
    """The session's workspace of a task, made at the first visit."""
    spaces: dict[str, Workspace] = st.session_state.setdefault("workspaces", {})
    return spaces.setdefault(slug, Workspace())


def remember_run(experiment: Experiment) -> None:
    """Put a finished run first in the session's list, of which the oldest go."""
    runs = past_runs()
    runs.insert(0, experiment)
    del runs[MOST_RUNS:]


def replace_run(experiment: Experiment) -> None:
    """Take a run in place of itself, where what it gives out has changed."""
    runs = past_runs()
    runs[:] = [experiment if each.id == experiment.id else each for each in runs]


def forget_workspace(slug: str) -> None:
    """Drop the data of a workspace, its runs under way, and the session's runs on these data."""
    spaces: dict[str, Workspace] = st.session_state.get("workspaces", {})
    space = spaces.pop(slug, None)
    if space is None or space.table is None:
        return
    space.stop_jobs()
    runs = past_runs()
    # Labels given in the page change the fingerprint, and the runs on them are of these data too.
    marks = {space.table.fingerprint, (space.table.name, space.table.total_rows)}
    for run in runs[:]:
        table = run.request.dataset.table
        if not marks & {table.fingerprint, (table.name, table.total_rows)}:
            continue
        runs.remove(run)
        for other in spaces.values():
            other.memo.pop(("evidence", run.id), None)


def past_runs() -> list[Experiment]:
    """The runs of this session, the newest first."""
    return st.session_state.setdefault("runs", [])


def start_job(title: str, work: Callable[[Progress], Any], pool: JobPool | None = None) -> Job:
    """Run `work(progress)` in a pool, that of the runs if none is given, for this session."""
    context = get_script_run_ctx()
    assert context is not None, "jobs are started by a script run"
    return (pool or job_pool()).submit(title, work, partial(_is_there, context.session_id))


def _is_there(session_id: str) -> bool:
    return get_instance().is_active_session(session_id)
