"""Models whose answers are texts on a sample: scores with intervals, tests and rows a second."""

from __future__ import annotations

from typing import Any

from data import samples
from pipelines.experiment import run_experiment
from pipelines.options import Options
from pipelines.prepare import prepare
from pipelines.registry import find_models, find_task
from pipelines.request import Request

SEED = 0


def scores_on_sample(task_slug: str, sample: str, models: list[str]) -> dict[str, Any]:
    """Scores of the models and of the baseline, and the tests against it."""
    task = find_task(task_slug)
    held = samples.find(sample)
    experiment = run_experiment(Request(
        task=task, dataset=prepare(task, samples.load(sample), held.mapping),
        models=find_models(task, models), options=Options(task), seed=SEED,
    ))
    judged = experiment.judged
    assert judged is not None, "samples have references"
    return {
        "rows": judged.rows,
        "scores": {
            model: {score.name: _rounded(score.value, score.low, score.high) for score in scores}
            for model, scores in judged.scores.items()
        },
        "against the baseline": {
            each.model: {
                other.metric: {"delta": _rounded(other.delta, other.low, other.high), "p": other.p}
                for other in judged.comparisons
                if (other.model, other.against) == (each.model, judged.baseline)
            }
            for each in judged.comparisons if each.against == judged.baseline
        },
        "rows per second": {
            run.card.id: round(run.rows_per_second, 2) for run in experiment.runs
        },
        "verdict": judged.verdict,
    }


def _rounded(*values: float | None) -> list[float | None]:
    return [None if value is None else round(value, 4) for value in values]
