"""A new file scored with a fitted model that was taken along as a bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

from data.dataset import Dataset, build
from data.errors import DataError
from data.limits import Limits
from data.readers.opening import content_of
from data.reading import read_path
from data.table import Table
from pipelines.bundle import Bundle, unpack
from pipelines.prepare import suggest_roles
from pipelines.progress import SILENT, Progress

# The roles that hold what a model is to find out.
ANSWERS = ("label", "target")


def score_file(
    bundle: Path, data: Path, roles: Mapping[str, str], device: str = "auto",
    progress: Progress = SILENT, say: Callable[[str], None] = lambda text: None,
) -> pd.DataFrame:
    """The rows of a file with what the model of a bundle says about each.

    Args:
        roles: role to column, as far as given; the rest as in the file that the model learnt from,
            or suggested.
        say: is told which columns were taken.

    Raises:
        LitmusError: a file that cannot be read, or columns that do not fit, in one sentence.
    """
    read = unpack(content_of(bundle, Limits.from_environment()), bundle.name, device)
    return score_table(read, read_path(data, reads=read.task.reads), roles, progress, say)


def score_table(
    bundle: Bundle, table: Table, roles: Mapping[str, str], progress: Progress = SILENT,
    say: Callable[[str], None] = lambda text: None,
) -> pd.DataFrame:
    """As `score_file`, for a file that was read already."""
    task, pipeline = bundle.task, bundle.pipeline
    learnt = {
        role: column for role, column in bundle.roles.items() if column in table.frame.columns
    }
    # A new file may well have the answers, or a column named like them; nobody asks for them here.
    mapping = {
        role: column for role, column in suggest_roles(task, table, {**learnt, **roles}).items()
        if role not in ANSWERS and (task.scored or role in task.needs)
    }
    if mapping:
        say("Roles: " + ", ".join(f"{role}={column}" for role, column in mapping.items()))
    if task.scored:
        module, _, name = task.scored.partition(":")
        score: Callable[..., pd.DataFrame] = getattr(import_module(module), name)
        return score(pipeline, table, mapping, progress)
    dataset = build(table, [role for role in task.roles if role.name in task.needs], mapping)
    rows = np.flatnonzero(dataset.usable(*task.needs))
    if not len(rows):
        raise DataError(f"No row of {table.name} has everything that is needed.")
    batch = dataset.batch().iloc[rows].reset_index(drop=True)
    progress.stage(pipeline.card.title, len(batch))
    found = pipeline.predict(pipeline.encode(batch, progress), progress).frame()
    return beside(dataset, rows, found)


def beside(dataset: Dataset, rows: np.ndarray, found: pd.DataFrame) -> pd.DataFrame:
    """The columns of a data set with predictions beside them; blank where there is none.

    Those that the data set has a column of the same name as are called otherwise: see `free_names`.
    """
    frame = dataset.table.frame
    found = found.set_axis(rows).reindex(frame.index)
    found = found.set_axis(free_names(frame.columns, found.columns), axis=1)
    return pd.concat([frame, found], axis=1)


def free_names(taken: Iterable[str], names: Iterable[str]) -> list[str]:
    """Names that are neither taken nor double, in order.

    One that is taken gets `litmus_` in front, and a number behind where that is taken as well.
    """
    known, found = set(taken), []
    for name in names:
        free, number = name, 1
        while free in known:
            free = f"litmus_{name}" if number == 1 else f"litmus_{name}_{number}"
            number += 1
        known.add(free)
        found.append(free)
    return found
