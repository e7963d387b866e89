"""report.json, in the form that scripts hold on to."""

from __future__ import annotations

from typing import Any

from data.dataset import Dataset
from pipelines import __version__
from pipelines.commands import FileEvaluation
from pipelines.experiment import Experiment, ModelRun


def document(experiment: Experiment) -> dict[str, Any]:
    """The report of a run as plain JSON values."""
    request = experiment.request
    judged = experiment.judged
    return {
        "litmus": __version__,
        "created": experiment.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "task": request.task.slug,
        "seed": request.seed,
        "options": dict(request.options),
        "dataset": dataset_entry(request.dataset),
        "split": experiment.split.to_json(),
        "verdict": judged.verdict if judged else "",
        "runs": [_run_entry(experiment, run) for run in experiment.runs],
        "comparisons": [each.to_json() for each in judged.comparisons] if judged else [],
        "warnings": list(experiment.warnings),
    }


def dataset_entry(dataset: Dataset) -> dict[str, Any]:
    """The `dataset` entry: name, rows, fingerprint, and what each column was taken for."""
    return {
        "name": dataset.name,
        "rows": dataset.rows,
        "fingerprint": dataset.fingerprint,
        "roles": dict(dataset.roles),
        "labels": dict(dataset.labels),
    }


def _run_entry(experiment: Experiment, run: ModelRun) -> dict[str, Any]:
    judged = experiment.judged
    scores = judged.scores[run.card.id] if judged else ()
    return {
        "model": run.card.id,
        "default": run.card.default,
        "baseline": run.card.baseline,
        "source": run.card.source,
        "license": run.card.license,
        "device": run.pipeline.facts.device,
        "precision": run.pipeline.facts.precision,
        "versions": run.pipeline.facts.versions,
        "seconds": {name: round(value, 3) for name, value in run.seconds.items()},
        "rows_per_second": round(run.rows_per_second, 1),
        "peak_memory_mb": round(run.peak_memory_mb),
        "scores": [score.to_json() for score in scores],
    }


def evaluation_document(evaluation: FileEvaluation) -> dict[str, Any]:
    """The report of predictions made elsewhere, in the same form."""
    judged = evaluation.judged
    return {
        "litmus": __version__,
        "created": evaluation.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "task": evaluation.kind,
        "seed": evaluation.seed,
        "dataset": dataset_entry(evaluation.dataset),
        "split": {"kind": "given", "train": 0, "validation": 0, "test": judged.rows},
        "verdict": judged.verdict,
        "runs": [
            {"model": name, "default": False, "baseline": name == judged.baseline,
             "scores": [score.to_json() for score in scores]}
            for name, scores in judged.scores.items()
        ],
        "comparisons": [each.to_json() for each in judged.comparisons],
        "warnings": [*evaluation.dataset.table.notes, *judged.warnings],
    }
