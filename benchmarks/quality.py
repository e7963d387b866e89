"""How good the models are on rows that training never saw, against a baseline and peers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from data import samples
from data.dataset import Dataset
from data.table import Table
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import Options
from pipelines.prepare import prepare
from pipelines.registry import find_models, find_task
from pipelines.request import Request
from pipelines.training.sentiment_data import Example, load

SEED = 0
NAMES = ("negative", "neutral", "positive")


def measure(data: Path | None) -> dict[str, Any]:
    """Scores of every model on the project's sample and, with data, on held-out rows."""
    task = find_task("sentiment")
    found = {}
    table = samples.load("product-reviews")
    found["sample reviews"] = _scores(prepare(task, table), ["vader", "tfidf-logistic",
                                                             "minilm-logistic", "litmus-sentiment"])
    if data is None:
        return found
    held = load(data, SEED)["test"]
    for source in ("sst2", "tweets"):
        rows = [example for example in held if example.source == source]
        found[source] = _scores(_dataset(rows, source), ["vader", "litmus-sentiment"])
    return found


def _dataset(rows: list[Example], name: str) -> Dataset:
    frame = pd.DataFrame(
        {"text": [row.text for row in rows], "label": [NAMES[row.label] for row in rows]}
    )
    table = Table(name=name, frame=frame, fingerprint=f"sha256:{name}", notes=(),
                  total_rows=len(frame))
    return prepare(find_task("sentiment"), table, {"text": "text", "label": "label", "time": "",
                                                   "group": ""})


def _scores(dataset: Dataset, models: list[str]) -> dict[str, Any]:
    task = find_task("sentiment")
    experiment: Experiment = run_experiment(Request(
        task=task, dataset=dataset, models=find_models(task, models), options=Options(task),
        seed=SEED,
    ))
    assert experiment.judged is not None, "benchmark rows are labelled"
    wanted = ("accuracy", "f1_macro", "roc_auc", "ece")
    scores = {
        model: {
            score.name: [None if each is None else round(each, 4)
                         for each in (score.value, score.low, score.high)]
            for score in found if score.name in wanted
        }
        for model, found in experiment.judged.scores.items()
    }
    return {"rows": experiment.judged.rows, "split": experiment.split.kind, "scores": scores,
            "verdict": experiment.judged.verdict}
