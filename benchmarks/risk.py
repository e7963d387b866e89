"""Loan risk: quality by cross-validation on public credit sets, peers in the same folds, speed."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.tables import peers_for
from data.dataset import Dataset
from data.readers import read_path
from pipelines.evaluation.risk_judgement import judge_risk
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import Options
from pipelines.prepare import prepare
from pipelines.registry import find_models, find_task
from pipelines.report.document import document
from pipelines.report.html import report_page
from pipelines.request import Request
from pipelines.tabular.batch import features_of

QUICK = ["linear", "scorecard", "boosting"]
MODELS = [*QUICK, "network-128-64", "tabular-network", "blend"]
# File, target, the value that is wanted, how it is split, by which seeds, and the models.
SETS: dict[str, tuple[str, str, str, str, tuple[int, ...], list[str]]] = {
    "German credit": ("credit/german_credit.csv", "creditability", "bad", "cross-validation", (0, 1),
                      MODELS),
    "HMEQ": ("credit/hmeq.csv", "BAD", "1", "cross-validation", (0,), MODELS),
    "Give Me Some Credit": (
        "credit/cs-training.csv.zip", "SeriousDlqin2yrs", "1", "random", (0,), MODELS
    ),
    "Give Me Some Credit, folds": (
        "credit/cs-training.csv.zip", "SeriousDlqin2yrs", "1", "cross-validation", (0,), QUICK
    ),
}
LOSS = ("credit/lgd.csv", "lgd_time")
AMOUNTS = ["linear", "boosting", "network-128-64", "tabular-network", "blend"]
METRICS = ("roc_auc", "roc_auc_of_folds", "ks", "brier", "ece", "rmse", "mae", "r2")
ASKED = 100


def measure(data: Path | None) -> dict[str, Any]:
    """Scores on credit sets, plain LightGBM and logistic regression on the same folds, and seconds.

    Args:
        data: folder with credit/german_credit.csv and others.
    """
    if data is None:
        return {"skipped": "give a folder of credit data"}
    found: dict[str, Any] = {name: _credit(data, name) for name in SETS}
    found["Loss given default"] = _loss(data)
    return found


def _credit(data: Path, name: str) -> dict[str, Any]:
    """A credit set from file to report, our models beside others on the same rows."""
    file, target, positive, split, seeds, models = SETS[name]
    settings = {"split": split, "positive": positive, "budget": "10"}
    start = time.perf_counter()
    dataset = _dataset(data / file, target)
    runs = [_run(dataset, models, settings, seed) for seed in seeds]
    for run in runs:
        document(run)
        report_page(run)
    seconds = (time.perf_counter() - start) / len(seeds)
    found: dict[str, Any] = {
        "rows": dataset.rows, "split": split, "seeds": list(seeds),
        "minutes from file to report": round(seconds / 60, 2),
        "largest memory so far, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "models": _table(runs), "peers on the same rows": _peers(runs[0]),
    }
    if "blend" in models:
        found["answers about one row"] = _answers(runs[-1])
    return found


def _dataset(path: Path, target: str) -> Dataset:
    return prepare(find_task("loan-risk"), read_path(path), {"target": target})


def _run(dataset: Dataset, models: list[str], settings: dict[str, str], seed: int) -> Experiment:
    task = find_task("loan-risk")
    return run_experiment(Request(
        task=task, dataset=dataset, models=find_models(task, models), seed=seed,
        options=Options(task, settings),
    ))


def _table(runs: list[Experiment]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in [run.card.id for run in runs[0].runs]:
        found[model] = {"seconds of learning": round(runs[0].run_of(model).seconds["fit"], 1)}
        for metric in METRICS:
            held = [
                score for run in runs if run.judged is not None
                for score in run.judged.scores[model] if score.name == metric
            ]
            if held:
                found[model][metric] = [
                    [round(each, 4) for each in (score.value, score.low, score.high)
                     if each is not None] for score in held
                ]
    return found


def _peers(run: Experiment) -> dict[str, Any]:
    """Boosting of two libraries and logistic regression, on the same rows and judged so."""
    batch = _features(run)
    truth = (run.truth == run.outputs[1]).to_numpy(dtype=float)
    folds = run.split.folds or ((run.split.train, run.split.test),)
    systems: dict[str, np.ndarray] = {}
    fold = np.zeros(len(batch), dtype=np.int64)
    for number, (_, test) in enumerate(folds):
        fold[test] = number
    for name, fit in peers_for(len(batch)).items():
        chances = np.full(len(batch), np.nan)
        for train, test in folds:
            chances[test] = fit(batch.iloc[train], truth[train], batch.iloc[test])
        systems[name] = chances[run.tested]
    mine = {each.card.id: each.predictions.take(run.tested).probabilities[:, 1] for each in run.runs}
    assert run.judged is not None, "the target is known"
    scores = {name: each[0] for name, each in run.judged.scores.items()}
    assert all(each.name == "roc_auc" for each in scores.values())
    best = max(scores, key=lambda name: scores[name].value)
    judged = judge_risk(
        truth[run.tested] == 1, {**mine, **systems}, baseline="base-rate", favourite=best,
        folds=fold[run.tested] if run.split.folds else None,
    )
    return {
        **{name: {"roc_auc": round(_auc(judged, name), 4),
                  "ece": round(judged.score(name, "ece").value, 4)} for name in systems},
        "best of ours": best,
        "differences in AUC": {
            name: {"delta": round(each.delta, 4), "low": each.low, "high": each.high, "p": each.p}
            for name in systems
            if (each := judged.comparison("roc_auc", best, name)) is not None
        },
    }


def _auc(judged: Any, name: str) -> float:
    return float(judged.score(name, "roc_auc").value)


def _features(run: Experiment) -> pd.DataFrame:
    """The features as plain models take them: numbers, and texts as categories."""
    from pipelines.tabular.arranging import prepared

    request = run.request
    frame = features_of(prepared(request.dataset, request.options, request.seed).batch)
    return frame.reset_index(drop=True)


def _loss(data: Path) -> dict[str, Any]:
    """Loss given default: leaks found, and errors against the mean and linear regression."""
    dataset = _dataset(data / LOSS[0], LOSS[1])
    run = _run(dataset, AMOUNTS, {"split": "cross-validation", "budget": "20"}, 0)
    assert run.judged is not None, "the target is known"
    best = min(run.judged.scores, key=lambda name: next(
        score.value for score in run.judged.scores[name] if score.name == "rmse"
    ))
    return {
        "rows": dataset.rows, "models": _table([run]), "best": best,
        "differences": [
            each.to_json() for each in run.judged.comparisons
            if each.metric in ("rmse", "mae") and best in (each.model, each.against)
        ],
        "notes": [note for note in run.warnings if "leaks=keep" in note],
    }


def _answers(run: Experiment) -> dict[str, Any]:
    """Milliseconds of an answer about one applicant, and of its reasons."""
    batch = features_of(run.request.dataset.batch())
    found: dict[str, Any] = {}
    for model in ("boosting", "scorecard", "blend"):
        fitted: Any = run.run_of(model).pipeline
        known = fitted.known(batch.head(ASKED))
        found[model] = {
            "milliseconds for one answer, median": _median(
                lambda row, fitted=fitted, known=known: fitted.model.predict(known.iloc[[row]])
            ),
            "milliseconds for its reasons, median": _median(
                lambda row, fitted=fitted, known=known: fitted.model.contributions(known.iloc[[row]])
            ),
        }
    return found


def _median(work: Callable[[int], object]) -> float:
    seconds = []
    for row in range(ASKED):
        start = time.perf_counter()
        work(row)
        seconds.append(time.perf_counter() - start)
    return round(1000 * float(np.median(seconds)), 1)
