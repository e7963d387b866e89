"""What the command line does, as functions that can be called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from data.dataset import Dataset
from data.errors import DataError, OptionError
from data.readers import read_path as read_table_path
from data.readers.documents.naming import shortest_apart
from data.reading import read_path, together
from data.roles import check
from data.table import Reads, Table
from pipelines.experiment import Experiment, run_experiment
from pipelines.judging import Judged, Kind, find_kind
from pipelines.options import Options
from pipelines.prepare import has_own_classes, prepare
from pipelines.progress import SILENT, Progress
from pipelines.registry import find_models, find_task
from pipelines.request import Request
from pipelines.role_words import guessed_truth, role_called
from pipelines.same_names import same_names
from pipelines.sampling import sampled

# Warnings of a run that are told; the report has all of them.
MOST_WARNINGS = 20
# Notes on how files were read that are told; the report has all of them.
MOST_NOTES = 20


@dataclass(frozen=True, kw_only=True)
class RunCommand:
    """The options of `run`, as typed."""

    task: str
    data: tuple[Path, ...]
    train: Path | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    seed: int = 0
    device: str = "auto"
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class FileEvaluation:
    """Predictions of a file, judged.

    Attributes:
        mapping: role to columns; a kind says which roles may have several.
        labelled: positions of the rows that were judged, in order.
    """

    kind: str
    dataset: Dataset
    mapping: Mapping[str, list[str]]
    judged: Judged
    seed: int
    created: datetime
    labelled: np.ndarray


def run_command(
    command: RunCommand, progress: Progress = SILENT, say: Callable[[str], None] = lambda text: None
) -> Experiment:
    """Read, prepare and run; `say` is told what was suggested.

    Raises:
        LitmusError: wrong input or options, in one sentence.
    """
    task = find_task(command.task)
    find_models(task, list(command.models))
    options = Options(task, command.settings)
    table = sampled(
        task, _read(command, task.reads), command.roles, command.limit, command.seed
    )
    dataset = prepare(task, table, command.roles, command.labels)
    for note in dataset.table.notes[:MOST_NOTES]:
        say(note)
    suggested = {k: v for k, v in dataset.roles.items() if k not in command.roles}
    if suggested:
        say("Suggested roles: " + ", ".join(f"{a}={b}" for a, b in suggested.items()))
    for role in (task.role(name) for name in task.asks if name not in dataset.roles):
        others = ", ".join(str(name) for name in table.frame.columns[:12])
        say(
            f"No column was taken for the {role.title.lower()}, so nothing is asked; the columns are "
            f"{others}. Name it with --map {role.name}=COLUMN."
        )
    if any(theirs != ours for theirs, ours in dataset.labels.items()):
        say("Labels read as: " + ", ".join(f"{a}={b}" for a, b in dataset.labels.items()))
    training = None
    if command.train is not None:
        lessons = read_path(command.train, reads=task.reads, sheet=command.sheet)
        training = prepare(task, lessons, command.roles, command.labels)
        if any(role.name == "label" for role in task.roles) and "label" not in training.roles:
            raise OptionError(f"{lessons.name} has no label column to learn from.")
        dataset, training = same_names(task, dataset, training, command.labels)
    datasets = [dataset] if training is None else [dataset, training]
    models = find_models(
        task, list(command.models), own_classes=has_own_classes(task, datasets, options)
    )
    labelled = any("label" in each.roles for each in datasets)
    if "all" in command.models and not labelled:
        ready = tuple(card for card in models if not card.needs_labels)
        if len(ready) < len(models):
            say("There are no labels, so the models that learn from labels were left out.")
        models = ready
    request = Request(
        task=task, dataset=dataset, training=training, models=models, options=options,
        seed=command.seed, device=command.device,
    )
    return run_experiment(request, progress)


def unsaid_warnings(experiment: Experiment) -> list[str]:
    """What a reader of the table has to know, without the notes on reading, which were told."""
    told = set(experiment.request.dataset.table.notes)
    found = [text for text in dict.fromkeys(experiment.warnings) if text not in told]
    more = len(found) - MOST_WARNINGS
    if more <= 0:
        return found
    return [*found[:MOST_WARNINGS], f"{more:,} more warnings are in the report that --out writes."]


def evaluate_command(
    kind_name: str,
    path: Path,
    mapped: Sequence[tuple[str, str]],
    sheet: str | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
    say: Callable[[str], None] = lambda text: None,
) -> FileEvaluation:
    """Judge the predictions in a file.

    Args:
        mapped: role and column; `prediction` and `score` may be given several times. Other words
            for a role are understood, such as `reference` for `truth`.
        say: is told what was suggested.

    Raises:
        LitmusError: wrong input or options, in one sentence.
    """
    table = read_table_path(path, sheet=sheet)
    return evaluate_table(kind_name, table, mapped, seed, progress, say)


def evaluate_table(
    kind_name: str,
    table: Table,
    mapped: Sequence[tuple[str, str]],
    seed: int = 0,
    progress: Progress = SILENT,
    say: Callable[[str], None] = lambda text: None,
) -> FileEvaluation:
    """As `evaluate_command`, for a table that was read already."""
    kind = find_kind(kind_name)
    mapping: dict[str, list[str]] = {}
    for role, column in mapped:
        mapping.setdefault(role_called(role, kind), []).append(column)
    for note in table.notes[:MOST_NOTES]:
        say(note)
    suggested = _suggested(kind, table, mapping)
    if suggested:
        say("Suggested roles: " + ", ".join(
            f"{role}={column}" for role, columns in suggested.items() for column in columns
        ))
    guess = guessed_truth(kind, suggested.get("truth", []))
    if guess:
        table = replace(table, notes=(*table.notes, guess))
        say(f"{guess} Name another with --map truth=COLUMN.")
    mapping |= suggested
    for position in range(max((len(columns) for columns in mapping.values()), default=1)):
        here = {role: columns[min(position, len(columns) - 1)] for role, columns in mapping.items()}
        check(table.frame, kind.roles, here)
    first = {role: columns[0] for role, columns in mapping.items()}
    judged = kind.evaluate(table.frame, mapping, seed, progress)
    return FileEvaluation(
        kind=kind_name, dataset=Dataset(table, first), mapping=mapping, judged=judged, seed=seed,
        created=datetime.now(UTC), labelled=kind.judged_rows(table.frame, mapping),
    )


def _suggested(kind: Kind, table: Table, given: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Columns for the roles that are not given.

    Raises:
        OptionError: none can be told for a role that is needed.
        DataError: there are fewer columns than roles that need one.
    """
    names = [str(name) for name in table.frame.columns]
    taken = {column: role for role, columns in given.items() for column in columns}
    suggested = kind.suggest(table.frame[[name for name in names if name not in taken]])
    required = [role for role in kind.roles if role.required]
    if len(names) < len(required):
        titles = " and a column with the ".join(role.title.lower() for role in required)
        raise DataError(
            f"{table.name} has one column, “{names[0]}”; needed is a column with the {titles}."
        )
    needed = [role for role in required if role.name not in given]
    if taken and any(role.name not in suggested for role in needed):
        # What is given may tell what the rest is: it is then named by its role.
        shown = {name: f"{taken[name]} {place}" for place, name in enumerate(names) if name in taken}
        free = set(names) - set(taken)
        told = kind.suggest(table.frame.rename(columns=shown))
        suggested = {role: [name for name in each if name in free] for role, each in told.items()}
    for role in needed:
        if not suggested.get(role.name):
            used = {*taken, *(name for each in suggested.values() for name in each)}
            named = [n for n in names if n.casefold() in role.hints and n not in used]
            # A column of that name which was passed over: the check says what is wrong with it.
            suggested[role.name] = named[:1]
        if not suggested[role.name]:
            raise OptionError(
                f"Which column is the {role.title.lower()}? The columns are "
                f"{', '.join(names[:12])}; name it with --map {role.name}=COLUMN."
            )
    return {role: each for role, each in suggested.items() if each and role not in given}


def _read(command: RunCommand, reads: Reads) -> Table:
    if command.limit is not None and len(command.data) > 1 and reads != "interactions":
        raise OptionError("--limit takes one file; join the files first.")
    tables = [
        read_path(path, reads=reads, sheet=command.sheet, sample_rows=command.limit,
                  seed=command.seed)
        for path in command.data
    ]
    names = shortest_apart([path.as_posix() for path in command.data])
    return together(tables, reads=reads, names=names, sample_rows=command.limit)
