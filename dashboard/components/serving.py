"""What is given out follows the choices that change nothing of what was learnt, without a new run."""

from __future__ import annotations

from dashboard.components.models_step import chosen_options
from dashboard.session import Workspace, replace_run
from data.errors import LitmusError
from pipelines.task import Task


def follow_serving(task: Task, space: Workspace) -> None:
    """Let the finished run give out what the choices of the page ask for."""
    if space.experiment is None or not any(option.served for option in task.options):
        return
    try:
        options = chosen_options(task)
    except LitmusError:
        return
    now = space.experiment.serving(options)
    if now is not space.experiment:
        space.experiment = now
        replace_run(now)
