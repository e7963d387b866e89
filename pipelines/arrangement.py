"""What models of a run are asked, what they may learn from, and what judges their answers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError
from pipelines import checks
from pipelines.pipeline import Examples
from pipelines.progress import SILENT, Progress
from pipelines.request import Request
from pipelines.split import Split, make_split, split_of_file, whole
from pipelines.task import Task

# The answer of every row of a data set, missing where unknown; None without labels.
Truth = Callable[[Dataset, tuple[str, ...]], pd.Series | None]
# The column of a batch that is equal for rows that look alike, where a run looked for such.
SAME = "same"
MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """The questions of a run, made once for all of its models.

    Attributes:
        rows: the position in the data set's frame of each question.
        batch: one row a question, columns named by role; what `predict` takes.
        material: what `study` takes: every row of the data set.
        truth: what each answer should be, missing where unknown; None where nothing judges.
        split: positions within `batch`.
        lessons: what is learnt from where that is not rows of `batch`; what `learn` takes, sized.
        fold_lessons: the same for each fold of cross-validation.
        warnings: what a careful person would check before believing a run.
        doubt: what the verdict must say first; empty without a reason.
    """

    rows: np.ndarray
    batch: pd.DataFrame
    material: pd.DataFrame
    truth: pd.Series | None
    split: Split
    lessons: Any = None
    fold_lessons: tuple[Any, ...] = ()
    warnings: tuple[str, ...] = ()
    doubt: str = ""


def arrange_rows(
    answers: Truth, request: Request, outputs: tuple[str, ...], progress: Progress = SILENT
) -> Arrangement:
    """Every usable row asks one question, and its label is the answer.

    Where a model learns, rows that are the same or look alike (`Task.alike`) stand on one side of
    the split, whichever models were chosen.

    Raises:
        DataError: no row has what is needed, or there is too little to learn from.
        CancelledRun: the user stopped it.
    """
    task, dataset = request.task, request.dataset
    rows = _asked(task, dataset)
    if not len(rows) and not task.asks:
        raise DataError(
            f"No row of {dataset.name} has everything that is needed; check the mapped columns."
        )
    material = dataset.batch()
    batch = material.iloc[rows].reset_index(drop=True)
    truth = answers(dataset, outputs)
    if truth is not None:
        truth = truth.iloc[rows].reset_index(drop=True)
        if not truth.notna().any():
            truth = None
    lessons = None
    if request.training is not None:
        lessons = labelled_rows(answers, task, request.training, outputs)
    looks = task.alike and (truth is not None or lessons is not None) and any(
        card.needs_labels for card in request.models
    )
    every = batch
    if lessons is not None and task.subject_role in batch:
        every = pd.concat([batch, lessons.batch], ignore_index=True)
    same = _alike(request, every, progress) if looks else checks.duplicate_groups(task, every)
    groups, learnt = same.iloc[: len(batch)], same.iloc[len(batch) :]
    if truth is not None and lessons is None:
        _refuse_copies(request, groups[truth.notna()])
    split, note = _split(request, batch, truth, lessons, groups), ""
    if looks:
        batch = batch.assign(**{SAME: groups.to_numpy()})
        if lessons is not None:
            lessons = replace(
                lessons, batch=lessons.batch.assign(**{SAME: learnt.to_numpy()})
            )
        if split.kind == "given":
            taught = groups.iloc[split.train] if lessons is None else learnt
            split, note = _unseen(split, groups, taught, batch[task.subject_role])
    warnings = checks.warnings_of(
        task, dataset, rows, truth, split, request.models, request.training, groups=groups,
        learnt=learnt,
    )
    if note:
        warnings.insert(0, note)
    if lessons is not None:
        warnings += _unjudged(dataset, truth, lessons.truth)
    taught = None
    if split.kind == "given":
        taught = groups.iloc[split.train] if lessons is None else learnt
    learns = any(card.needs_labels for card in request.models)
    doubt = checks.doubt_of(task, groups, split, taught, learns=learns)
    return Arrangement(
        rows=rows, batch=batch, material=material, truth=truth, split=split, lessons=lessons,
        warnings=tuple(warnings), doubt=doubt,
    )


def _alike(request: Request, batch: pd.DataFrame, progress: Progress) -> pd.Series:
    """Equal numbers for rows that look alike, as the task tells it."""
    module, _, name = request.task.alike.partition(":")
    look = getattr(importlib.import_module(module), name)
    cells = batch[request.task.subject_role].tolist()
    return pd.Series(look(cells, request.device, progress), index=batch.index)


def _unseen(
    split: Split, groups: pd.Series, taught: pd.Series, cells: pd.Series
) -> tuple[Split, str]:
    """A split that the user gave, without judging by what models learnt from, and what to say.

    Where nothing else would be left to judge, all of it judges, and the rule of the split says so.

    Args:
        groups: of every row.
        taught: groups that are learnt from.
        cells: the image of each row, which has a name.
    """
    seen = groups.iloc[split.test].isin(set(taught)).to_numpy()
    if not seen.any():
        return split, ""
    if seen.all():
        return replace(split, rule="what judges was learnt from, or looks like what was"), ""
    names = [f"“{cell.name[-60:]}”" for cell in cells.iloc[split.test[seen]].iloc[:MOST_NAMED]]
    one, more = len(names) == 1, int(seen.sum()) - len(names)
    named = ", ".join(names) + (f" and {more:,} more" if more else "")
    note = (
        f"{seen.sum():,} test {'image is a copy' if one else 'images are copies'} of one that models "
        f"learnt from or {'looks' if one else 'look'} like it, and {'was' if one else 'were'} left "
        f"out of judging: {named}."
    )
    return replace(split, test=split.test[~seen]), note


def _refuse_copies(request: Request, groups: pd.Series) -> None:
    """Refuse to learn from copies of one thing, whatever labels they have.

    Args:
        groups: of the labelled rows.

    Raises:
        DataError: there is nothing to learn from some of them and judge by others.
    """
    learns = any(card.needs_labels for card in request.models)
    if not learns or len(groups) < 2 or groups.nunique() > 1:
        return
    things = "images" if request.task.reads == "images" else "rows"
    raise DataError(
        f"All {len(groups):,} labelled {things} are copies of one another or look alike, so a model "
        "cannot learn from some and be judged by others; bring different ones of each class."
    )


def _unjudged(dataset: Dataset, truth: pd.Series | None, taught: pd.Series) -> list[str]:
    """What of a test file cannot be judged, or cannot be right."""
    if truth is None:
        return [
            f"{dataset.name} has no labels, so nothing is judged; put them in as the training file "
            "has them."
        ]
    if "label" not in dataset.roles:
        return []
    held = truth.dropna().astype(str)
    new = held[~held.isin(set(taught.dropna().astype(str)))].value_counts()
    if new.empty:
        return []
    named = ", ".join(f"“{name[:40]}”" for name in new.index[:MOST_NAMED])
    more = f" and {len(new) - MOST_NAMED} more" if len(new) > MOST_NAMED else ""
    return [
        f"Nothing in the training file is {named}{more}, so models that learn from it cannot say so: "
        f"{int(new.sum()):,} test rows count against them."
    ]


def _asked(task: Task, dataset: Dataset) -> np.ndarray:
    """Positions of the rows that are predicted; none when nothing asks yet."""
    if any(role not in dataset.roles for role in task.asks):
        return np.zeros(0, dtype=int)
    return np.flatnonzero(dataset.usable(*task.needs))


def labelled_rows(
    answers: Truth, task: Task, dataset: Dataset, outputs: tuple[str, ...]
) -> Examples:
    """The labelled rows of a data set, to learn from.

    Raises:
        DataError: it has no labels.
    """
    truth = answers(dataset, outputs)
    if truth is None:
        raise DataError(f"{dataset.name} has no labels to learn from.")
    rows = _asked(task, dataset)
    return Examples.known(dataset.batch().iloc[rows], truth.iloc[rows])


def _split(
    request: Request, batch: pd.DataFrame, truth: pd.Series | None, lessons: Examples | None,
    groups: pd.Series,
) -> Split:
    fitted = [card for card in request.models if card.needs_labels]
    labelled = (
        np.zeros(0, dtype=int) if truth is None else np.flatnonzero(truth.notna().to_numpy())
    )
    if lessons is not None:
        return Split("given", np.zeros(0, dtype=int), labelled, training_rows=len(lessons))
    if not fitted and request.options.get("split", "none") in ("auto", "none"):
        return whole(labelled)
    if truth is None:
        if fitted:
            raise DataError(
                f"{fitted[0].title} learns from labels, and no label column is mapped; "
                "map one, label a sample, or leave that model out."
            )
        return whole(labelled)
    if "split" in batch and request.options.get("split", "none") == "auto":
        named = split_of_file(labelled, batch["split"])
        if named is not None:
            return named
    times = batch.get("time")
    return make_split(labelled, truth, groups, times, request.options, request.seed)
