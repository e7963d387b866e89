"""Every model that chooses among classes, made ready once for all contract tests."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import pandas as pd
from PIL import Image

from data import samples
from data.images.picture import Picture
from pipelines.judging import find_kind
from pipelines.options import Options
from pipelines.pipeline import LoadConfig, Pipeline, Predictions
from pipelines.prepare import prepare
from pipelines.registry import all_tasks, find_model, find_task, make_pipeline
from pipelines.task import ModelCard, Task
from pipelines.vocabulary import vocabulary

ROWS_A_CLASS = 12
AWKWARD_TEXTS = [
    "", " ", "\n\t", "👍", "👩‍👩‍👧‍👦🏳️‍🌈 ❤️", "منتج رائع وسعر جيد", "מוצר גרוע מאוד", "质量很好,下次还买",
    "a\u0000b\u0007\u001b[31mred", "\u202ereversed\u202c", "z\u0301\u0302\u0303" * 40, "\ufeffmark",
    "!!!???...", "0", "None", "nan", "<b>bold</b> & <script>alert(1)</script>", "=1+1",
    "x" * 20_000, "good " * 4_000, "line one\r\nline two", "ﬁne ①②③ ＦＵＬＬ",
]
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
    card = find_model(task, model)
    batch, truth, classes = lessons(slug, ends_only)
    if task.vocabulary and not card.learns:
        # What is not fitted chooses among the names that it knows, not among the sample's.
        scheme = vocabulary(task)
        assert scheme is not None
        classes = tuple(entry.name for entry in scheme.classes)
        classes = classes[:2] if ends_only else classes
    return Subject(task, card, batch, truth, classes)


@cache
def _shared(slug: str, model: str, classes: int) -> Pipeline:
    return subject_of(slug, model, classes == 2).make()


@cache
def _predicted(slug: str, model: str, classes: int) -> Predictions:
    subject = subject_of(slug, model, classes == 2)
    return subject.pipeline.predict(subject.batch)


def awkward(task: Task) -> pd.DataFrame:
    """Rows that are allowed and that nobody expects."""
    if task.reads != "images":
        return pd.DataFrame({task.subject_role: pd.Series(AWKWARD_TEXTS, dtype="str")})
    images = [
        Image.new("RGB", (1, 1)), Image.new("L", (3, 200), 255), Image.new("RGBA", (40, 30)),
        Image.new("CMYK", (64, 64), (10, 200, 30, 0)), Image.new("1", (9, 9)),
        Image.new("I;16", (30, 20), 40_000), Image.new("P", (28, 28)), Image.new("RGB", (900, 2)),
    ]
    pictures = []
    for number, image in enumerate(images):
        buffer = io.BytesIO()
        image.save(buffer, "TIFF")
        pictures.append(Picture.of_bytes(f"{number}.tiff", buffer.getvalue()))
    return pd.DataFrame({task.subject_role: pd.Series(pictures, dtype=object)})
