"""report.json, in the form that scripts hold on to."""

from __future__ import annotations

from typing import Any

from data.dataset import Dataset
from pipelines import __version__
from pipelines.commands import FileEvaluation
from pipelines.evaluation.marked import Marked
from pipelines.experiment import Experiment, ModelRun
from pipelines.judging import Judged
from pipelines.prepare import has_own_classes
from pipelines.registry import find_models
from pipelines.report.foreseen import foreseen_scores
from pipelines.report.kinds import OwnEntries, find_page
from pipelines.report.sections import favourite_of


def document(experiment: Experiment, marked: Marked | None = None) -> dict[str, Any]:
    """The report of a run as plain JSON values.

    Args:
        marked: what a person's marks on its outputs gave; scores and tests of their own.
    """
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
        "verdict": judged.verdict if judged else marked.verdict if marked else "",
        "runs": [run_entry(experiment, run, marked) for run in experiment.runs],
        "comparisons": [
            each.to_json() for found in (judged, marked) if found for each in found.comparisons
        ],
        **_own_entries(request.task.kind, judged, experiment.favourite.card.id),
        "warnings": list(experiment.warnings),
    }


def _own_entries(kind: str, judged: Judged | None, model: str) -> dict[str, Any]:
    page = find_page(kind)
    return page.entries(judged, model) if judged and isinstance(page, OwnEntries) else {}


def dataset_entry(dataset: Dataset) -> dict[str, Any]:
    """The `dataset` entry: name, rows, fingerprint, and what each column was taken for."""
    return {
        "name": dataset.name,
        "rows": dataset.rows,
        "fingerprint": dataset.fingerprint,
        "roles": dict(dataset.roles),
        "labels": dict(dataset.labels),
    }


def run_entry(
    experiment: Experiment, run: ModelRun, marked: Marked | None = None
) -> dict[str, Any]:
    """The entry of one model among the `runs`."""
    judged = experiment.judged
    scores = judged.scores[run.card.id] if judged else ()
    named = {score.name for score in scores}
    foreseen = (score for score in foreseen_scores(experiment, run) if score.name not in named)
    scores = (*scores, *foreseen)
    if marked is not None:
        scores = (*scores, *marked.scores.get(run.card.id, ()))
    return {
        "model": run.card.id,
        "default": run.card.id == _default(experiment),
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


def _default(experiment: Experiment) -> str:
    """The id of the model that `default` stands for on these data."""
    request = experiment.request
    datasets = [each for each in (request.dataset, request.training) if each is not None]
    own = has_own_classes(request.task, datasets, request.options)
    return find_models(request.task, ["default"], own_classes=own)[-1].id


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
        **_own_entries(evaluation.kind, judged, favourite_of(judged)),
        "warnings": [*evaluation.dataset.table.notes, *judged.warnings],
    }
