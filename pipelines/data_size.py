"""How large data are in all that the cost of learning grows with."""

from __future__ import annotations

from data.dataset import Dataset
from pipelines.options import Options
from pipelines.task import Task


def data_size(task: Task, dataset: Dataset) -> tuple[int, ...]:
    """Rows, columns, and how many different things each column of ids names."""
    frame = dataset.table.frame
    ids = (
        int(frame[dataset.roles[role.name]].nunique())
        for role in task.roles if role.kind == "id" and role.name in dataset.roles
    )
    return len(frame), len(frame.columns), *ids


def settings_text(task: Task, options: Options, device: str) -> str:
    """The settings of a run that may change how long it takes, as text."""
    told = (f"{each.name}={options[each.name]}" for each in task.options if not each.served)
    return " ".join([*told, f"device={device}"])
