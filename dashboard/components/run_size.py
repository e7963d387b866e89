"""How much a run was about, in words."""

from __future__ import annotations

from dashboard.components.text import count
from pipelines.experiment import Experiment


def size_of(run: Experiment) -> str:
    """Its rows, or whatever else it counts."""
    task, table = run.request.task, run.request.dataset.table
    if task.reads == "images":
        return count(len(run.rows), "image")
    if task.reads == "interactions":
        # Its own rows are users.
        return f"{count(len(table.frame) - table.untaken, 'row')} of {count(len(run.rows), 'user')}"
    return count(len(run.rows), "row")
