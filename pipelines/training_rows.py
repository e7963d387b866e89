"""Rows of a request that a model learns from, as a table; what does not fit is named by its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data.errors import DataError
from data.images.picture import Picture
from data.labels import recognise
from data.table import Table, fingerprint
from data.traits import traits
from pipelines.task import Task

LABEL = "label"


def training_table(task: Task, rows: Sequence[Any]) -> Table:
    """A table whose columns are named like roles.

    Raises:
        OptionError: a row has a name that is no role of the task.
        DataError: a row is no object or has a list or an object in it, no row has what is needed, an
            image cannot be read, or labels are alike or unknown; the sentence names the row, from 1.
    """
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise DataError(f"Training row {number} is not an object with named values.")
        for name, value in row.items():
            if not task.features:
                task.role(str(name))
            if isinstance(value, list | Mapping):
                found = "a list" if isinstance(value, list) else "an object"
                raise DataError(
                    f"Training row {number} has {found} in “{str(name)[:60]}”; give a text, a number "
                    "or null."
                )
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    frame = pd.DataFrame([dict(row) for row in rows], columns=names)
    _check_needed(task, frame)
    pictures: dict[str, Picture] = {}
    for role in task.roles:
        if role.kind == "image" and role.name in frame:
            found_here = _pictures(frame[role.name], role.name)
            frame[role.name] = list(found_here)
            pictures |= found_here
    frame = frame.convert_dtypes()
    content = "".join(each.digest for each in pictures.values()) + frame.to_csv()
    table = Table(
        name="training", frame=frame, fingerprint=fingerprint(content.encode()), notes=(),
        total_rows=len(frame), first_row=1, pictures=pictures,
    )
    _check_labels(task, frame)
    return table


def _pictures(cells: pd.Series, role: str) -> dict[str, Picture]:
    """The image of each row by the name that stands for it in the table.

    Raises:
        DataError: a cell holds none.
    """
    from pipelines.record_images import picture_of

    names = [f"Training row {number}" for number in range(1, len(cells) + 1)]
    return {name: picture_of(cell, name, role) for name, cell in zip(names, cells, strict=True)}


def _check_needed(task: Task, frame: pd.DataFrame) -> None:
    roles = [role for role in task.roles if role.required or role.name == LABEL]
    needed = " and ".join(f"“{role.name}”" for role in roles)
    for role in roles:
        if role.name not in frame or frame[role.name].isna().all():
            raise DataError(f"No training row has “{role.name}”; each needs {needed}.")
        if role.kind == "text" and not traits(frame[role.name]).has_words:
            raise DataError(f"No training row has words in “{role.name}”, which needs text.")


def _check_labels(task: Task, frame: pd.DataFrame) -> None:
    if LABEL not in frame:
        return
    distinct = frame[LABEL].dropna().astype(str).unique()
    shown = ", ".join(f"“{value[:40]}”" for value in distinct[:4])
    if len(distinct) < 2:
        raise DataError(
            f"All training rows have the {LABEL} {shown}; send rows of at least two classes."
        )
    if task.scheme is not None and not recognise(frame[LABEL], task.scheme):
        known = ", ".join(entry.name for entry in task.scheme.classes)
        raise DataError(
            f"None of the labels in “training” ({shown}) can be read as {known}; send these names."
        )
