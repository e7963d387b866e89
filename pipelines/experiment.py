"""One run: models side by side on the same rows, from a data set to scores and a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.arrangement import Arrangement
from pipelines.data_size import data_size, settings_text
from pipelines.judging import Judged, JudgesFolds, find_kind
from pipelines.options import Options
from pipelines.pipeline import Examples, LoadConfig, Pipeline, Predictions
from pipelines.progress import SILENT, Progress
from pipelines.purpose import Purpose, purpose_of
from pipelines.registry import make_pipeline
from pipelines.request import Request
from pipelines.runtime import speeds
from pipelines.runtime.peak import PeakMemory
from pipelines.split import Split
from pipelines.task import ModelCard, Task

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class ModelRun:
    """One model in a run: its predictions for the usable rows, and what they cost.

    Attributes:
        seconds: of load, fit and predict.
        peak_memory_mb: the most that the process held meanwhile.
        folds: of cross-validation, the positions that judged and what was said of them.
    """

    card: ModelCard
    pipeline: Pipeline
    predictions: Predictions
    seconds: dict[str, float]
    rows_per_second: float
    peak_memory_mb: float = 0.0
    folds: tuple[tuple[np.ndarray, Predictions], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A finished run.

    Attributes:
        id: tells it from every other run.
        rows: positions in the data set's frame that have all that the models need.
        tested: positions within `rows` that judge; empty without labels.
        truth: what each row of `rows` should be, missing where unlabelled; None without labels.
        judged: scores, tests and verdict; None without labels.
    """

    request: Request
    created: datetime
    outputs: tuple[str, ...]
    split: Split
    rows: np.ndarray
    tested: np.ndarray
    truth: pd.Series | None
    runs: tuple[ModelRun, ...]
    judged: Judged | None
    warnings: tuple[str, ...] = field(default=())
    id: str = field(default_factory=lambda: uuid4().hex)

    def serving(self, options: Options) -> Experiment:
        """The same run with options that change only what is given out as they are in `options`."""
        changed = {
            option.name: options[option.name] for option in self.request.task.options
            if option.served and options[option.name] != self.request.options[option.name]
        }
        if not changed:
            return self
        now = Options(self.request.task, {**self.request.options, **changed})
        runs = tuple(replace(run, pipeline=run.pipeline.serving(now)) for run in self.runs)
        return replace(self, request=replace(self.request, options=now), runs=runs)

    def run_of(self, model: str) -> ModelRun:
        """The run of a model by its id."""
        return next(run for run in self.runs if run.card.id == model)

    @property
    def favourite(self) -> ModelRun:
        """The model the verdict speaks about."""
        return self.run_of(_favourite(self.request.task, [run.card for run in self.runs]))


def run_experiment(request: Request, progress: Progress = SILENT) -> Experiment:
    """Load, fit, predict and judge every model of the request.

    Raises:
        DataError: there is nothing to predict, or too little to fit to.
        CancelledRun: the user stopped it.
    """
    task, kind = request.task, find_kind(request.task.kind)
    outputs = kind.outputs(task, request.datasets, request.options)
    asked = kind.arrange(request, outputs, progress)
    truth = asked.truth
    purpose = purpose_of(task, request.options, outputs if truth is not None else ())
    runs, left_out = _run_models(request, outputs, asked, progress)
    tested = asked.split.test
    judged = None
    if truth is not None and len(tested):
        folded = kind if isinstance(kind, JudgesFolds) and asked.split.folds else None
        judge = partial(folded.judge, folds=_fold_of(asked.split)) if folded else kind.judge
        judged = judge(
            truth.iloc[tested].reset_index(drop=True),
            {run.card.id: run.predictions.take(tested) for run in runs},
            batch=asked.batch.iloc[tested].reset_index(drop=True),
            metrics=_metrics(task, purpose),
            source=task.text_role,
            baseline=task.baseline.id,
            favourite=_favourite(task, [run.card for run in runs]),
            seed=request.seed,
            progress=progress,
            purpose=purpose,
        ).meant_for(purpose).named({run.card.id: run.card.title for run in runs})
        if folded is not None:
            judged = folded.over_folds(
                judged, truth, {run.card.id: run.folds for run in runs if run.folds},
                training_rows=asked.split.training_rows,
                favourite=_favourite(task, [run.card for run in runs]),
            )
        judged = judged.doubted(asked.doubt)
    notes = [f"{run.card.title}: {note}" for run in runs for note in run.pipeline.notes]
    ran = replace(request, models=tuple(run.card for run in runs))
    conditions = _conditions(ran, outputs, asked.split, judged is not None)
    return Experiment(
        request=request, created=datetime.now(UTC), outputs=outputs, split=asked.split,
        rows=asked.rows, tested=tested, truth=truth, runs=runs, judged=judged,
        warnings=(
            *(purpose.notes if purpose else ()), *request.dataset.table.notes, *left_out,
            *asked.warnings, *asked.split.notes, *notes, *conditions,
            *(judged.warnings if judged else ()),
        ),
    )


def _fold_of(split: Split) -> np.ndarray:
    """(n,) the fold whose predictions judge each tested row: the last that holds it."""
    found = np.zeros(int(split.test.max()) + 1, dtype=np.int64)
    for number, (_, rows) in enumerate(split.folds):
        found[rows] = number
    return found[split.test]


def _metrics(task: Task, purpose: Purpose | None) -> tuple[str, ...]:
    """The metrics of the task, those of the template in front."""
    first = purpose.template.first if purpose is not None else ()
    return tuple(dict.fromkeys((*first, *task.metrics)))


def _favourite(task: Task, cards: Sequence[ModelCard]) -> str:
    """The task's learner, else its default, else the last model that ran."""
    ids = [card.id for card in cards]
    return next((each for each in (task.learner, task.default_model.id) if each in ids), ids[-1])


def _run_models(
    request: Request, outputs: tuple[str, ...], asked: Arrangement, progress: Progress
) -> tuple[tuple[ModelRun, ...], list[str]]:
    """Every model that can be run; one that the data do not suit is left out if others remain."""
    runs: list[ModelRun] = []
    left_out: list[str] = []
    for card in request.models:
        try:
            with PeakMemory() as memory:
                run = _run_model(card, request, outputs, asked, progress)
            runs.append(replace(run, peak_memory_mb=memory.mb))
        except DataError as error:
            others = [each for each in request.models if each != card and not each.baseline]
            if not others:
                raise
            left_out.append(f"{card.title} was left out. {error}")
    if all(run.card.baseline for run in runs) and left_out:
        raise DataError(left_out[0])
    return tuple(runs), left_out


def _conditions(
    request: Request, outputs: tuple[str, ...], split: Split, judged: bool
) -> list[str]:
    """What the scores of this run rest on, beyond the rows."""
    found = []
    scheme = request.task.scheme
    if scheme is not None and len(outputs) < len(scheme.classes):
        missing = [entry.name for entry in scheme.classes if entry.name not in outputs]
        found.append(
            f"Models were not allowed to answer {', '.join(missing)}, because no label is; the "
            "option classes=three allows it."
        )
    if not judged:
        return found
    found += [
        f"{card.title} learnt from {card.trained_on}: if your rows come from there, its score is too "
        "good to be true for new ones."
        for card in request.models if card.trained_on
    ]
    if split.folds:
        found.append(
            f"Models that learn were judged by {split.scheme} cross-validation: each row by "
            "a model that had not seen it. The intervals treat the folds as one test."
        )
    if split.kind == "none" and request.task.baseline.learns:
        found.append(
            f"{request.task.baseline.title} was read off the very rows that judge, which makes the "
            "baseline a little harder to beat."
        )
    return found


def _run_model(
    card: ModelCard, request: Request, outputs: tuple[str, ...], asked: Arrangement,
    progress: Progress,
) -> ModelRun:
    config = LoadConfig(
        device=request.device, seed=request.seed, classes=outputs, settings=dict(request.options)
    )
    batch, truth, split = asked.batch, asked.truth, asked.split
    seconds = dict.fromkeys(("load", "fit", "predict"), 0.0)

    def timed(step: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = work()
        seconds[step] += time.perf_counter() - start
        return result

    def taught(lessons: Any) -> Pipeline:
        fresh = timed("load", lambda: make_pipeline(card, config).load())
        progress.stage(f"{card.title}: learning", len(lessons))
        return timed("fit", lambda: fresh.learn(lessons, progress))

    progress.stage(f"{card.title}: loading, slow only the first time", 0)
    pipeline = timed("load", lambda: make_pipeline(card, config).load())
    timed("load", lambda: pipeline.study(asked.material, progress))
    progress.stage(card.title, len(batch))
    seconds["predict"] += pipeline.spared(batch)
    encoded = timed("predict", lambda: pipeline.encode(batch, progress))
    encoding = seconds["predict"]
    if card.learns and asked.lessons is not None:
        pipeline = taught(asked.lessons)
    elif card.learns and truth is not None:
        rows = split.train if len(split.train) else np.arange(len(batch))
        pipeline = taught(Examples.known(encoded.iloc[rows], truth.iloc[rows]))
    if card.learns:
        # Learning may have shown stages of its own.
        progress.stage(card.title, len(batch))
    predictions = timed("predict", lambda: pipeline.predict(encoded, progress))
    predicted = len(batch)
    pieces: list[tuple[np.ndarray, Predictions]] = []
    if card.learns and split.folds:
        judged = 0
        for number, (train, test) in enumerate(split.folds):
            assert truth is not None, "folds are made of labelled rows"
            progress.stage(f"{card.title}: cross-validation", len(split.test))
            progress.advance(judged)
            fold = taught(
                asked.fold_lessons[number] if asked.fold_lessons
                else Examples.known(encoded.iloc[train], truth.iloc[train])
            )
            found = timed("predict", partial(fold.predict, encoded.iloc[test]))
            pieces.append((test, found))
            judged += len(test)
        predicted += judged
        predictions = predictions.replaced(pieces)
    # Encoded once, predicted once and again in the folds.
    spent = encoding + (seconds["predict"] - encoding) * len(batch) / max(predicted, 1)
    rate = len(batch) / max(spent, 1e-9)
    if len(batch):
        speeds.remember(card.id, rate, len(batch), task=request.task.slug)
    if card.learns:
        # What another model of the run had learnt for this one counts, as it may be left out next.
        speeds.remember_learning(
            card.id, seconds["fit"] + seconds["predict"] + pipeline.borrowed,
            data_size(request.task, request.dataset),
            settings_text(request.task, request.options, request.device), task=request.task.slug,
        )
    return ModelRun(
        card=card, pipeline=pipeline, predictions=predictions, seconds=seconds,
        rows_per_second=rate, folds=tuple(pieces),
    )
