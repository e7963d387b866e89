"""One click runs the chosen models; a second one never starts a second job."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from dashboard.caching import job_pool
from dashboard.charts.learning_curve import training_curves
from dashboard.charts.show import show
from dashboard.collecting import spare_libraries
from dashboard.components.column_mapper import chosen_dataset, chosen_roles, problem_with
from dashboard.components.models_step import (
    chosen_device,
    chosen_models,
    chosen_options,
    chosen_seed,
)
from dashboard.components.steps import go_to, step_key
from dashboard.components.text import shown
from dashboard.jobs import Job
from dashboard.session import Workspace, remember_run, start_job
from data.errors import LitmusError
from pipelines.experiment import run_experiment
from pipelines.request import Request
from pipelines.task import Task

POLL_SECONDS = 0.5


def run_button(task: Task, space: Workspace) -> None:
    """Draw the button; disabled with the reason while there is nothing to run."""
    count = 0
    reason = "Bring data first." if space.table is None else problem_with(task, space)
    try:
        count = len(chosen_models(task, space))
    except LitmusError as error:
        reason = reason or str(error)
    busy = space.job is not None and not space.job.finished
    st.button(
        f"Run {count} models" if count else "Run", type="primary", icon=":material/play_arrow:",
        key=f"{task.slug}-run", disabled=bool(reason) or busy, help=shown(reason) or None,
        on_click=start_run, args=(task, space),
    )


def collect(task: Task, space: Workspace) -> None:
    """Take over a finished job; call it before the step row is drawn."""
    job = space.job
    if job is None or not job.finished:
        return
    space.job = None
    if job.state == "done":
        space.stop_jobs()
        space.experiment, space.trouble = job.result, ""
        space.memo = {
            key: value for key, value in space.memo.items()
            if not (isinstance(key, tuple) and key[0] == "evidence")
        }
        remember_run(job.result)
        if st.session_state.get(step_key(task.slug)) in ("data", "models"):
            go_to(task.slug, "results")
    else:
        space.trouble = job.sentence


def forget_trouble(task: Task, space: Workspace) -> None:
    """Drop the sentence of a run that failed once it is not what would run now."""
    if space.tried and space.job is None and space.tried != _choices(task, space):
        space.tried, space.trouble = (), ""


def _choices(task: Task, space: Workspace) -> tuple[Hashable, ...]:
    """What a run would be started with."""
    if space.table is None:
        return ()
    roles = tuple(sorted(chosen_roles(task, space).items()))
    try:
        options, models = tuple(chosen_options(task).items()), chosen_models(task, space)
    except LitmusError as error:
        return (space.table.fingerprint, roles, str(error))
    return (space.table.fingerprint, roles, options, tuple(card.id for card in models))


def watch(space: Workspace) -> None:
    """Show where the job is, until it ends."""
    if space.job is not None:
        _watch(space)


@st.fragment(run_every=POLL_SECONDS)
def _watch(space: Workspace) -> None:
    spare_libraries()
    job = space.job
    if job is None:
        return
    if job.finished:
        st.rerun()
    with st.container(border=True):
        line, button = st.columns([6, 1], vertical_alignment="center")
        ahead = job_pool().position(job)
        if job.state == "waiting":
            line.progress(0.0, f"Waiting: {ahead} before this one" if ahead else "Waiting: next")
        elif job.total:
            left = job.seconds_left
            text = f"{shown(job.stage_name)} · {job.done:,} of {job.total:,}"
            if job.done and job.rows_per_second >= 1:
                text += f" · {job.rows_per_second:,.0f} a second"
            if left is not None and left >= 1:
                text += f" · {left:,.0f} s left" if left < 90 else f" · {left / 60:,.0f} min left"
            line.progress(min(1.0, job.done / job.total), text)
        else:
            line.progress(0.0, shown(job.stage_name))
        _curves(job)
        # Work hears of it where it next looks up, a few seconds later with many rows.
        button.button(
            "Cancelling …" if job.cancelling else "Cancel", key="cancel-run", on_click=job.cancel,
            icon=":material/close:", width="stretch", disabled=job.cancelling,
        )


def _curves(job: Job) -> None:
    """The curves of the stage that is under way, as far as it reports any."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for stage, name, step, value in job.figures:
        if stage == job.stage_name:
            points = curves.setdefault(name, [])
            if points and step <= points[-1][0]:
                # The next fold is trained from the start.
                points.clear()
            points.append((step, value))
    if curves:
        show(
            training_curves(curves), title="How training goes",
            alt="Loss and accuracy while the network trains", key="training-curves", height=240,
        )


def start_run(task: Task, space: Workspace) -> None:
    """Start the chosen models on the chosen data, unless a run is under way."""
    if space.job is not None and not space.job.finished:
        return
    try:
        request = Request(
            task=task,
            dataset=chosen_dataset(task, space),
            models=chosen_models(task, space),
            options=chosen_options(task),
            seed=chosen_seed(task),
            device=chosen_device(task),
        )
        space.job = start_job(task.title, lambda progress: run_experiment(request, progress))
        space.trouble, space.tried = "", _choices(task, space)
    except LitmusError as error:
        space.trouble = str(error)
