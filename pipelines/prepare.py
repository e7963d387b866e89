"""From a table to a data set: roles suggested, labels understood, the user's word taken first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from data.dataset import Dataset, build
from data.errors import OptionError
from data.labels import LabelScheme, key_of, keys, recognise
from data.roles import suggest
from data.table import MEASURES, Table
from data.unfit import passed_over
from pipelines.judging import find_kind
from pipelines.options import Options
from pipelines.task import Task
from pipelines.vocabulary import vocabulary


def suggest_roles(task: Task, table: Table, given: Mapping[str, str]) -> dict[str, str]:
    """The roles of a table's columns: those given, and suggestions for the rest.

    A role given as an empty column name is left out and not suggested.

    Raises:
        OptionError: a role that the task does not have.
    """
    for name in given:
        task.role(name)
    open_roles = [role for role in task.roles if role.name not in given]
    taken = set(given.values())
    measured = MEASURES if table.pictures else frozenset()
    free = table.frame[[
        name for name in table.frame.columns if name not in taken and name not in measured
    ]]
    mapping = {name: column for name, column in given.items() if column}
    mapping.update(suggest(free, open_roles))
    return {role.name: mapping[role.name] for role in task.roles if role.name in mapping}


def suggest_labels(
    task: Task, table: Table, roles: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """What the user's label values mean among the task's classes; given meanings come first.

    A value that is given no meaning (empty text) is left out.

    Raises:
        OptionError: a class that the task does not have.
    """
    if "label" not in roles or roles["label"] not in table.frame:
        return {}
    if task.scheme is None:
        return _own_labels(table.frame[roles["label"]], vocabulary(task), given)
    names = [entry.name for entry in task.scheme.classes]
    for theirs, ours in given.items():
        if ours and ours not in names:
            raise OptionError(
                f"The label “{theirs}” cannot mean “{ours}”; the classes are {', '.join(names)}."
            )
    found = recognise(table.frame[roles["label"]], task.scheme)
    meaning = {**found, **{key_of(theirs): ours for theirs, ours in given.items()}}
    return {theirs: ours for theirs, ours in meaning.items() if ours}


def has_own_classes(task: Task, datasets: Sequence[Dataset], options: Options) -> bool:
    """Whether rows are labelled with classes of the user's own, which a model has to learn."""
    if not task.learner or not any("label" in dataset.roles for dataset in datasets):
        return False
    outputs = find_kind(task.kind).outputs(task, datasets, options)
    known = vocabulary(task)
    return known is None or outputs != tuple(entry.name for entry in known.classes)


def _own_labels(
    values: pd.Series, known: LabelScheme | None, given: Mapping[str, str]
) -> dict[str, str]:
    """The user's own classes: renamed as given, read as `known` classes when all of them are."""
    distinct = list(dict.fromkeys(keys(values).dropna()))
    found = recognise(values, known) if known is not None else {}
    if len(found) < len(distinct):
        found = {}
    if not given and not found:
        return {}
    meaning = {name: found.get(name, name) for name in distinct}
    meaning.update({key_of(theirs): ours for theirs, ours in given.items()})
    return {theirs: ours for theirs, ours in meaning.items() if ours}


def _with_note(
    table: Table, task: Task, given: Mapping[str, str], mapping: Mapping[str, str]
) -> Table:
    """The table with a note on a column that is named like a label and was passed over."""
    if "label" in mapping or "label" in given or not any(r.name == "label" for r in task.roles):
        return table
    hints = {hint.casefold() for hint in task.role("label").hints}
    for name in table.frame.columns:
        values = table.frame[name].nunique()
        if str(name).casefold() in hints and values != 0:
            found = "only one value" if values == 1 else f"{values:,} different values"
            note = f"The column “{name}” has {found}, so it was not taken for the label."
            return replace(table, notes=(*table.notes, note))
    return table


def _passed_over(task: Task, table: Table, mapping: Mapping[str, str]) -> Table:
    """The table with a note on each column that is called like a role and was not taken for it."""
    found = passed_over(table.frame, task.roles, mapping)
    return replace(table, notes=(*table.notes, *found)) if found else table


def prepare(
    task: Task,
    table: Table,
    roles: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Dataset:
    """A checked data set of the task.

    Args:
        roles: role to column, as far as given; the rest is suggested.
        labels: the user's label values to the task's classes, as far as given.

    Raises:
        DataError, OptionError: a role, column or label that does not fit, with the reason.
    """
    mapping = suggest_roles(task, table, roles or {})
    meaning = suggest_labels(task, table, mapping, labels or {})
    noted = _passed_over(task, _with_note(table, task, roles or {}, mapping), mapping)
    dataset = build(noted, task.roles, mapping, meaning, features=task.features)
    label = mapping.get("label")
    if label is not None and task.scheme is not None and not meaning:
        examples = ", ".join(f"“{key_of(v)}”" for v in table.frame[label].dropna().unique()[:4])
        names = ", ".join(entry.name for entry in task.scheme.classes)
        raise OptionError(
            f"None of the labels in “{label}” ({examples}) could be read as {names}; say what "
            f"they mean, for example --labels THEIRS={task.scheme.classes[-1].name}, or map another "
            "column."
        )
    return dataset
