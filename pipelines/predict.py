"""Predictions for a few records: what the try box of a page and POST /api/predict/{task} call."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

import pandas as pd

from data.errors import DataError, OptionError
from pipelines.bundle import named_bundle
from pipelines.judging import find_kind
from pipelines.options import Options
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.prepare import has_own_classes, prepare
from pipelines.progress import SILENT, Progress
from pipelines.registry import find_model, find_models, find_task, make_pipeline
from pipelines.task import Task
from pipelines.training_rows import training_table
from pipelines.vocabulary import vocabulary

MOST_RECORDS = 10_000
BUNDLE = "bundle:"
DEFAULT = "default"
LONGEST_TEXT = 100_000
# Blanks, and characters that have no width.
INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060-\u2064\ufeff]+")


@dataclass(frozen=True)
class Answer:
    """What a model said about each record, and how long it took.

    Attributes:
        warnings: sentences on how rows that came to be learnt from were read, and on records.
    """

    model: str
    predictions: list[dict[str, Any]]
    seconds: float
    warnings: tuple[str, ...] = ()


@runtime_checkable
class Noted(Protocol):
    """Lessons that say how their rows were read."""

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence each."""


def records_batch(task: Task, records: Sequence[Any]) -> pd.DataFrame:
    """Records as a frame of role-named columns.

    Raises:
        DataError: a record is no object, lacks a required role, has an unknown one, or its text is
            no text or too long; the sentence names the record, counted from 1.
    """
    if len(records) > MOST_RECORDS:
        raise DataError(
            f"There are {len(records):,} records; up to {MOST_RECORDS:,} are taken at once."
        )
    if task.records:
        module, _, name = task.records.partition(":")
        read: Callable[[Sequence[Any]], pd.DataFrame] = getattr(import_module(module), name)
        return read(records)
    known = {role.name for role in task.roles}
    needed = [role for role in task.roles if role.required or role.name in task.asks]
    for number, record in enumerate(records, start=1):
        if not isinstance(record, Mapping):
            raise DataError(f"Record {number} is not an object with named values.")
        unknown = set(record) - known
        if unknown:
            raise DataError(
                f"Record {number} has “{sorted(map(str, unknown))[0]}”, which {task.title} does "
                f"not know; the names are {', '.join(sorted(known))}."
            )
        for role in needed:
            value = record.get(role.name)
            if role.kind == "image" and value is not None:
                continue
            if role.kind == "text" and not isinstance(value, str):
                raise DataError(f"Record {number} needs “{role.name}”, a text.")
            if isinstance(value, str) and not INVISIBLE.sub("", value):
                raise DataError(f"Record {number} has no words in “{role.name}”.")
            if value is None:
                raise DataError(f"Record {number} lacks “{role.name}”.")
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise DataError(
                    f"Record {number} has {len(value):,} characters in “{role.name}”; "
                    f"up to {LONGEST_TEXT:,} are taken."
                )
    names = [role.name for role in needed]
    rows = [{name: _whole(record[name]) for name in names} for record in records]
    batch = pd.DataFrame(rows, columns=names)
    for role in needed:
        if role.kind == "image":
            from pipelines.record_images import picture_of

            batch[role.name] = pd.Series(
                [picture_of(cell, f"Record {number}", role.name)
                 for number, cell in enumerate(batch[role.name], start=1)],
                dtype=object,
            )
    return batch


def _whole(value: Any) -> Any:
    """A text with U+FFFD for halves of surrogate pairs, which JSON allows and UTF-8 does not."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def ready_pipeline(
    task: Task,
    model: str,
    device: str = "auto",
    classes: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
) -> Pipeline:
    """A loaded pipeline that predicts without being fitted.

    Args:
        classes: those to choose from, at least two of the task's; all when empty.
        settings: options of the task; defaults for those not given.

    Raises:
        OptionError: no such model, class or option, or a model that has to learn from labels first.
    """
    card = find_model(task, model)
    if card.learns:
        raise OptionError(
            f"{card.title} learns first: send rows to learn from as “training”, name a bundle that it "
            "was saved in, or run it on a file."
        )
    scheme = task.scheme or vocabulary(task)
    names = tuple(entry.name for entry in scheme.classes) if scheme else ()
    if classes and not names:
        raise OptionError(f"{task.title} has no classes to choose from; leave “classes” out.")
    if task.scheme is None and classes:
        names = tuple(dict.fromkeys(classes))
    wanted = tuple(name for name in names if name in classes) if classes else names
    if classes and (len(wanted) < 2 or len(wanted) != len(set(classes))):
        raise OptionError(f"The classes have to be two or more of {', '.join(names)}.")
    config = LoadConfig(device=device, classes=wanted, settings=dict(Options(task, settings)))
    return make_pipeline(card, config).load()


def predict_records(
    task_slug: str, model: str, records: Sequence[Any], device: str = "auto",
    classes: Sequence[str] = (), settings: Mapping[str, str] | None = None,
    progress: Progress = SILENT, training: Sequence[Any] = (),
) -> Answer:
    """Predictions for each record, in order, from `classes` or from all of the task's.

    Args:
        model: an id, an alias, `hub:OWNER/NAME@REVISION`, or `bundle:NAME` for a fitted model that
            whoever runs the server put into the folder LITMUS_BUNDLES.
        training: rows of role-named values for a model that learns first.

    Raises:
        LitmusError: an unknown task or model, or a record that does not fit, in one sentence.
        CancelledRun: `progress` asked to stop.
    """
    task = find_task(task_slug)
    batch = records_batch(task, records)
    _refuse_unheard(model, classes, training)
    start = time.perf_counter()
    warnings: tuple[str, ...] = ()
    roles: Mapping[str, str] = {}
    progress.stage("Loading, slow only the first time", 0)
    if model.startswith(BUNDLE):
        bundle = named_bundle(model.removeprefix(BUNDLE), device)
        if bundle.task.slug != task.slug:
            raise OptionError(f"The bundle “{model}” is of the task {bundle.task.slug}.")
        pipeline, roles = bundle.pipeline, bundle.roles
    elif training:
        pipeline, warnings = taught_pipeline(task, model, training, device, settings, progress)
        # Rows of a request say by their names which role a value has.
        roles = {role.name: role.name for role in task.roles}
    else:
        pipeline = ready_pipeline(task, model, device, classes, settings)
    progress.stage(pipeline.card.title, len(batch))
    encoded = pipeline.encode(batch, progress)
    found = pipeline.answer(encoded, roles, progress)
    return Answer(
        model if model.startswith(BUNDLE) else pipeline.card.id, found.to_dict("records"),
        time.perf_counter() - start, (*warnings, *pipeline.unread(batch)),
    )


def _refuse_unheard(model: str, classes: Sequence[str], training: Sequence[Any]) -> None:
    """Refuse what would not be looked at.

    Raises:
        OptionError: a bundle with rows to learn from, or classes beside either.
    """
    if model.startswith(BUNDLE) and training:
        raise OptionError(f"“{model[:100]}” has learnt already; leave “training” out.")
    if model.startswith(BUNDLE) and classes:
        raise OptionError(
            f"“{model[:100]}” chooses among the classes it learnt; leave “classes” out."
        )
    if training and classes:
        raise OptionError("The classes are those of the labels in “training”; leave “classes” out.")


def taught_pipeline(
    task: Task, model: str, training: Sequence[Any], device: str = "auto",
    settings: Mapping[str, str] | None = None, progress: Progress = SILENT,
) -> tuple[Pipeline, tuple[str, ...]]:
    """A pipeline that learnt from rows that came with the request, and what to know of them.

    Args:
        training: objects of role-named values, as the rows of a file.

    Raises:
        LitmusError: the model does not learn, or the rows do not fit, in one sentence.
    """
    card = find_model(task, task.learner if model == DEFAULT and task.learner else model)
    if not card.learns:
        raise OptionError(f"{card.title} does not learn from rows; leave “training” out.")
    table = training_table(task, training)
    # Rows of a request say by their names which role a value has; nothing is guessed.
    given = {role.name: role.name if role.name in table.frame else "" for role in task.roles}
    dataset = prepare(task, table, given)
    options, kind = Options(task, settings), find_kind(task.kind)
    own = has_own_classes(task, [dataset], options)
    card = find_models(task, [model], own_classes=own)[-1]
    if not card.learns:
        raise OptionError(f"{card.title} does not learn from rows; leave “training” out.")
    outputs = kind.outputs(task, [dataset], options)
    config = LoadConfig(device=device, classes=outputs, settings=dict(options))
    lessons = kind.lessons(task, dataset, outputs, options)
    progress.stage(f"{card.title}: learning", len(lessons))
    pipeline = make_pipeline(card, config).load().learn(lessons, progress)
    return pipeline, (*(lessons.notes if isinstance(lessons, Noted) else ()), *pipeline.notes)
