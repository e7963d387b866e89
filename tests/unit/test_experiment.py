"""What a run hands to models: nothing that judges is seen in training."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
import pytest

from data.dataset import Dataset
from data.errors import DataError
from data.readers import read_table
from pipelines import experiment
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import Options
from pipelines.pipeline import ClassPredictions, Pipeline
from pipelines.prepare import prepare
from pipelines.progress import SILENT, CancelledRun, Progress
from pipelines.registry import find_models, find_task, make_pipeline
from pipelines.request import Request

TASK = find_task("sentiment")


class Spy(Pipeline):
    """Remembers the texts it was fitted to; predicts "positive" for those, which it must not see."""

    fits: list[set[str]]
    seen_truth: list[list[str]]

    def fit(self, batch: pd.DataFrame, truth: pd.Series, progress: Progress = SILENT) -> Self:
        progress.stage("spy: training", len(batch))
        progress.advance(len(batch))
        self.learnt = set(batch["text"])
        Spy.fits.append(self.learnt)
        Spy.seen_truth.append(list(truth))
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        classes = self.config.classes
        leaked = batch["text"].isin(self.learnt).to_numpy()
        chances = np.zeros((len(batch), len(classes)))
        chances[leaked, -1] = 1
        chances[~leaked, 0] = 1
        return ClassPredictions(classes, chances)


@pytest.fixture(autouse=True)
def spy(monkeypatch: pytest.MonkeyPatch) -> None:
    Spy.fits, Spy.seen_truth = [], []
    monkeypatch.setattr(
        experiment, "make_pipeline",
        lambda card, config: Spy(card, config) if card.needs_labels else make_pipeline(card, config),
    )


def csv(rows: list[tuple[str, str]]) -> bytes:
    return pd.DataFrame(rows, columns=["text", "label"]).to_csv(index=False).encode()


def rows_of(count: int) -> list[tuple[str, str]]:
    return [(f"review number {i}", ("negative", "positive")[i % 2]) for i in range(count)]


def run(rows: list[tuple[str, str]], training: list[tuple[str, str]] | None = None,
        progress: Progress = SILENT, **given: str) -> Experiment:
    dataset = prepare(TASK, read_table(csv(rows), "rows.csv"))
    lessons = None if training is None else prepare(TASK, read_table(csv(training), "train.csv"))
    return run_experiment(Request(
        task=TASK, dataset=dataset, training=lessons,
        models=find_models(TASK, ["tfidf-logistic"]), options=Options(TASK, given),
    ), progress)


class Watching(Progress):
    """Remembers the rows of each stage; stops the work in the stage named."""

    def __init__(self, stop_in: str = "") -> None:
        self.stop_in = stop_in
        self.stages: list[list[object]] = []

    def stage(self, name: str, total: int) -> None:
        self.stages.append([name, total, 0])

    def advance(self, rows: int) -> None:
        current = self.stages[-1]
        current[2] += rows  # type: ignore[operator]
        if current[0] == self.stop_in:
            raise CancelledRun("stopped by the test")


@pytest.mark.parametrize("split", ["random", "cross-validation"])
def test_learning_is_seen_and_no_stage_reports_more_rows_than_it_has(split: str) -> None:
    seen = Watching()
    run(rows_of(60), progress=seen, split=split)
    names = [name for name, _, _ in seen.stages]
    assert names.count("spy: training") == {"random": 1, "cross-validation": 6}[split]
    for name, total, done in seen.stages:
        assert total == 0 or done <= total, name  # type: ignore[operator]


@pytest.mark.parametrize("split", ["random", "cross-validation"])
def test_learning_can_be_cancelled(split: str) -> None:
    with pytest.raises(CancelledRun):
        run(rows_of(60), progress=Watching("spy: training"), split=split)
    assert Spy.fits == []


@pytest.mark.parametrize("split", ["random", "cross-validation"])
def test_no_row_that_judges_was_learnt_from(split: str) -> None:
    found = run(rows_of(100), split=split)
    predicted = found.run_of("tfidf-logistic").predictions.take(found.tested)
    assert isinstance(predicted, ClassPredictions)
    assert set(predicted.labels) == {"negative"}
    assert len(found.tested) == {"random": 30, "cross-validation": 100}[split]


def test_repeated_texts_are_not_learnt_and_judged() -> None:
    found = run([row for row in rows_of(40) for _ in range(3)], split="cross-validation")
    predicted = found.run_of("tfidf-logistic").predictions.take(found.tested)
    assert isinstance(predicted, ClassPredictions)
    assert set(predicted.labels) == {"negative"}
    assert any("120 rows share their text" in each for each in found.warnings)


def test_rows_without_a_label_are_predicted_but_neither_learnt_nor_judged() -> None:
    found = run([*rows_of(60), *[(f"unlabelled {i}", "") for i in range(20)]])
    assert len(found.rows) == 80
    assert len(found.tested) == 60
    assert not any(text.startswith("unlabelled") for fit in Spy.fits for text in fit)
    assert all(label in ("negative", "positive") for fit in Spy.seen_truth for label in fit)


def test_blank_texts_are_left_out_and_said() -> None:
    found = run([*rows_of(40), ("", "positive"), ("  ", "negative")])
    assert len(found.rows) == 40
    assert any(each.startswith("2 rows lack") for each in found.warnings)


def test_a_training_file_is_learnt_and_the_other_judged() -> None:
    found = run(rows_of(20), training=[(f"lesson {i}", label) for i, (_, label) in
                                       enumerate(rows_of(30))])
    assert Spy.fits[-1] == {f"lesson {i}" for i in range(30)}
    assert found.split.kind == "given"
    assert len(found.tested) == 20


def test_a_file_with_nothing_to_predict_is_refused() -> None:
    table = read_table(b"text,n\n ,1\n ,2\n", "blank.csv")
    with pytest.raises(DataError, match="missing"):
        prepare(TASK, table, {"text": "text"})
    blank = Dataset(table, {"text": "text"})
    request = Request(
        task=TASK, dataset=blank, models=find_models(TASK, ["vader"]), options=Options(TASK)
    )
    with pytest.raises(DataError, match=r"blank\.csv"):
        run_experiment(request)


def test_a_model_that_learns_needs_labels() -> None:
    dataset = prepare(TASK, read_table(b"text\nfine\nbad\n", "texts.csv"))
    with pytest.raises(DataError, match="learns from labels"):
        run_experiment(Request(
            task=TASK, dataset=dataset, models=find_models(TASK, ["tfidf-logistic"]),
            options=Options(TASK),
        ))
