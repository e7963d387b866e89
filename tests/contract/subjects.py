"""Every model that chooses among classes, made ready once for all contract tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from data import samples
from pipelines.judging import find_kind
from pipelines.options import Options
from pipelines.pipeline import LoadConfig, Pipeline, Predictions
from pipelines.prepare import prepare
from pipelines.registry import all_tasks, find_model, find_task, make_pipeline
from pipelines.task import ModelCard, Task

ROWS_A_CLASS = 12
SUBJECTS = [
    (task.slug, card.id) for task in all_tasks() if task.kind == "classification"
    for card in task.models
]
NAMES = ["-".join(pair) for pair in SUBJECTS]


@cache
def lessons(slug: str, ends_only: bool) -> tuple[pd.DataFrame, pd.Series, tuple[str, ...]]:
    """Labelled rows of the task's sample, as many of each class, and the classes."""
    task = find_task(slug)
    assert task.sample is not None
    sample = samples.find(task.sample)
    dataset = prepare(task, samples.load(sample.id), sample.mapping, sample.labels)
    kind = find_kind(task.kind)
    outputs = kind.outputs(task, [dataset], Options(task))
    if ends_only:
        outputs = (outputs[0], outputs[-1])
    truth = kind.truth(dataset, outputs)
    assert truth is not None
    rows = truth[truth.notna()].groupby(truth).head(ROWS_A_CLASS).index
    return (
        dataset.batch().loc[rows].reset_index(drop=True), truth[rows].reset_index(drop=True),
        outputs,
    )


@dataclass(frozen=True)
class Subject:
    """A model of a task, with rows to learn from and classes to choose from."""

    task: Task
    card: ModelCard
    batch: pd.DataFrame
    truth: pd.Series
    classes: tuple[str, ...]

    def make(self, seed: int = 0) -> Pipeline:
        """A pipeline of its own, loaded, and fitted where it learns."""
        pipeline = make_pipeline(self.card, LoadConfig(seed=seed, classes=self.classes)).load()
        if self.card.learns:
            pipeline.fit(self.batch.copy(), self.truth.copy())
        return pipeline

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline that tests share, as sessions do."""
        return _shared(self.task.slug, self.card.id, len(self.classes))


    @property
    def predictions(self) -> Predictions:
        """What the shared pipeline says about `batch`."""
        return _predicted(self.task.slug, self.card.id, len(self.classes))


@cache
def subject_of(slug: str, model: str, ends_only: bool) -> Subject:
    """The subject of a test."""
    task = find_task(slug)
    return Subject(task, find_model(task, model), *lessons(slug, ends_only))


@cache
def _shared(slug: str, model: str, classes: int) -> Pipeline:
    return subject_of(slug, model, classes == 2).make()


@cache
def _predicted(slug: str, model: str, classes: int) -> Predictions:
    subject = subject_of(slug, model, classes == 2)
    return subject.pipeline.predict(subject.batch)
