"""One run: models side by side on the same rows, from a data set to scores and a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from uuid import uuid4

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError
from pipelines import checks
from pipelines.judging import Judged, Kind, find_kind
from pipelines.options import Options
from pipelines.pipeline import LoadConfig, Pipeline, Predictions
from pipelines.progress import SILENT, Progress
from pipelines.purpose import Purpose, purpose_of
from pipelines.registry import make_pipeline
from pipelines.runtime import speeds
from pipelines.runtime.device import peak_mb
from pipelines.split import Split, make_split, split_of_file, whole
from pipelines.task import ModelCard, Task

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a user asks for.

    Attributes:
        training: a data set of its own to fit to; `dataset` then only judges.
        models: cards with the baseline first.
    """

    task: Task
    dataset: Dataset
    models: tuple[ModelCard, ...]
    training: Dataset | None = None
    options: Options
    seed: int = 0
    device: str = "auto"


@dataclass(frozen=True, kw_only=True)
class ModelRun:
    """One model in a run: its predictions for the usable rows, and what they cost.

    Attributes:
        seconds: of load, fit and predict.
    """

    card: ModelCard
    pipeline: Pipeline
    predictions: Predictions
    seconds: dict[str, float]
    rows_per_second: float
    peak_memory_mb: float


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
    task, dataset = request.task, request.dataset
    kind = find_kind(task.kind)
    datasets = [dataset] if request.training is None else [dataset, request.training]
    outputs = kind.outputs(task, datasets, request.options)
    rows = _asked(task, dataset)
    if not len(rows) and not task.asks:
        raise DataError(
            f"No row of {dataset.name} has everything that is needed; check the mapped columns."
        )
    batch = dataset.batch().iloc[rows].reset_index(drop=True)
    truth = kind.truth(dataset, outputs)
    if truth is not None:
        truth = truth.iloc[rows].reset_index(drop=True)
        if not truth.notna().any():
            truth = None
    purpose = purpose_of(task, request.options, outputs if truth is not None else ())
    split = _split(request, batch, truth, outputs)
    runs, left_out = _run_models(request, outputs, batch, truth, split, kind, progress)
    judged = None
    if truth is not None and len(split.test):
        judged = kind.judge(
            truth.iloc[split.test].reset_index(drop=True),
            {run.card.id: run.predictions.take(split.test) for run in runs},
            batch=batch.iloc[split.test].reset_index(drop=True),
            metrics=_metrics(task, purpose),
            source=task.text_role,
            baseline=task.baseline.id,
            favourite=_favourite(task, [run.card for run in runs]),
            seed=request.seed,
            progress=progress,
            purpose=purpose,
        ).meant_for(purpose)
    warnings = checks.warnings_of(
        request.task, dataset, rows, truth, split, request.models, request.training
    )
    notes = [f"{run.card.title}: {note}" for run in runs for note in run.pipeline.notes]
    warnings = [*left_out, *warnings, *notes, *_conditions(request, outputs, split, judged is not None)]
    return Experiment(
        request=request, created=datetime.now(UTC), outputs=outputs, split=split, rows=rows,
        tested=split.test, truth=truth, runs=runs, judged=judged,
        warnings=(
            *(purpose.notes if purpose else ()), *dataset.table.notes, *warnings,
            *(judged.warnings if judged else ()),
        ),
    )


def _metrics(task: Task, purpose: Purpose | None) -> tuple[str, ...]:
    """The metrics of the task, those of the template in front."""
    first = purpose.template.first if purpose is not None else ()
    return tuple(dict.fromkeys((*first, *task.metrics)))


def _favourite(task: Task, cards: Sequence[ModelCard]) -> str:
    """The task's learner, else its default, else the last model that ran."""
    ids = [card.id for card in cards]
    return next((each for each in (task.learner, task.default_model.id) if each in ids), ids[-1])


def _run_models(
    request: Request, outputs: tuple[str, ...], batch: pd.DataFrame, truth: pd.Series | None,
    split: Split, kind: Kind, progress: Progress,
) -> tuple[tuple[ModelRun, ...], list[str]]:
    """Every model that can be run; one that the data do not suit is left out if others remain."""
    runs: list[ModelRun] = []
    left_out: list[str] = []
    for card in request.models:
        try:
            runs.append(_run_model(card, request, outputs, batch, truth, split, kind, progress))
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
            f"Models that learn were judged by {len(split.folds)}-fold cross-validation: each row by "
            "a model that had not seen it. The intervals treat the folds as one test."
        )
    if split.kind == "none" and request.task.baseline.learns:
        found.append(
            f"{request.task.baseline.title} was read off the very rows that judge, which makes the "
            "baseline a little harder to beat."
        )
    return found


def _split(
    request: Request, batch: pd.DataFrame, truth: pd.Series | None, outputs: tuple[str, ...]
) -> Split:
    fitted = [card for card in request.models if card.needs_labels]
    labelled = (
        np.zeros(0, dtype=int) if truth is None else np.flatnonzero(truth.notna().to_numpy())
    )
    if request.training is not None:
        kind = find_kind(request.task.kind)
        _, answers = _lessons(request.training, request.task, kind, outputs)
        count = int(answers.notna().sum())
        return Split("given", np.zeros(0, dtype=int), labelled, training_rows=count)
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
    groups = checks.duplicate_groups(request.task, batch)
    times = batch.get("time")
    return make_split(labelled, truth, groups, times, request.options, request.seed)


def _asked(task: Task, dataset: Dataset) -> np.ndarray:
    """Positions of the rows that are predicted; none when nothing asks yet."""
    if any(role not in dataset.roles for role in task.asks):
        return np.zeros(0, dtype=int)
    return np.flatnonzero(dataset.usable(*task.needs))


def _lessons(
    training: Dataset, task: Task, kind: Kind, outputs: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.Series]:
    answers = kind.truth(training, outputs)
    assert answers is not None, "a training file without labels was refused"
    rows = _asked(task, training)
    return training.batch().iloc[rows], answers.iloc[rows]


def _run_model(
    card: ModelCard,
    request: Request,
    outputs: tuple[str, ...],
    batch: pd.DataFrame,
    truth: pd.Series | None,
    split: Split,
    kind: Kind,
    progress: Progress,
) -> ModelRun:
    config = LoadConfig(
        device=request.device, seed=request.seed, classes=outputs, settings=dict(request.options)
    )
    seconds = dict.fromkeys(("load", "fit", "predict"), 0.0)

    def timed(step: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = work()
        seconds[step] += time.perf_counter() - start
        return result

    def fitted(lessons: pd.DataFrame, answers: pd.Series) -> Pipeline:
        known = answers.notna().to_numpy()
        fresh = timed("load", lambda: make_pipeline(card, config).load())
        progress.stage(f"{card.title}: learning", int(known.sum()))
        return timed("fit", lambda: fresh.fit(lessons[known], answers[known], progress))

    progress.stage(f"{card.title}: loading, slow only the first time", 0)
    pipeline = timed("load", lambda: make_pipeline(card, config).load())
    timed("load", lambda: pipeline.study(request.dataset.batch(), progress))
    progress.stage(card.title, len(batch))
    encoded = timed("predict", lambda: pipeline.encode(batch, progress))
    if card.learns and request.training is not None:
        pipeline = fitted(*_lessons(request.training, request.task, kind, outputs))
    elif card.learns and truth is not None:
        rows = split.train if len(split.train) else np.arange(len(batch))
        pipeline = fitted(encoded.iloc[rows], truth.iloc[rows])
    if card.learns:
        # Learning may have shown stages of its own.
        progress.stage(card.title, len(batch))
    predictions = timed("predict", lambda: pipeline.predict(encoded, progress))
    if card.learns and split.folds:
        pieces, judged = [], 0
        for train, test in split.folds:
            assert truth is not None, "folds are made of labelled rows"
            progress.stage(f"{card.title}: cross-validation", len(split.test))
            progress.advance(judged)
            fold, held_out = fitted(encoded.iloc[train], truth.iloc[train]), encoded.iloc[test]
            found = timed("predict", partial(fold.predict, held_out))
            pieces.append((test, found))
            judged += len(test)
        predictions = predictions.replaced(pieces)
    rate = len(batch) / max(seconds["predict"], 1e-9)
    if len(batch):
        speeds.remember(card.id, rate, len(batch))
    return ModelRun(
        card=card, pipeline=pipeline, predictions=predictions, seconds=seconds,
        rows_per_second=rate, peak_memory_mb=peak_mb(),
    )

