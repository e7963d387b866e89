"""Perplexity and bits per byte of a run's texts as scores, also where no reference judges them."""

from __future__ import annotations

from pipelines.evaluation.perplexity import perplexity_measures
from pipelines.evaluation.score import Score
from pipelines.evaluation.sums import judge_sums
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import TextPredictions
from pipelines.report.text_table import table, with_interval

NAMES = ("perplexity", "bits_per_byte")
ROLES = ("reference", "prompt")


def foreseen_scores(experiment: Experiment, run: ModelRun) -> tuple[Score, ...]:
    """What a model's run says of how well it foresees the texts; none where it was not asked for.

    Those that judging gave, else those of all texts of the run, whose role the signature names.
    """
    judged = experiment.judged
    known = () if judged is None else judged.scores[run.card.id]
    found = tuple(score for score in known if score.name in NAMES)
    return found or _of_all_texts(run, experiment.request.seed)


def foreseen_table(experiment: Experiment) -> str:
    """Models that foresaw texts by both figures, for the command line; empty where none did."""
    rows = []
    for run in experiment.runs:
        found = {score.name: score for score in foreseen_scores(experiment, run)}
        if found:
            rows.append([run.card.id, *(with_interval(found.get(name)) for name in NAMES)])
    return table(["model", *NAMES], rows) if rows else ""


def _of_all_texts(run: ModelRun, seed: int) -> tuple[Score, ...]:
    if not isinstance(run.predictions, TextPredictions):
        return ()
    columns = run.predictions.columns
    for role in ROLES:
        names = tuple(f"{role}_{name}" for name in ("nll", "tokens", "bytes"))
        if all(name in columns for name in names) and columns[names[1]].sum() > 0:
            nll, tokens, size = (columns[name].astype(float) for name in names)
            measures = perplexity_measures(nll, tokens, size, of=f"{role}s")
            scores, _ = judge_sums({run.card.id: measures}, seed=seed)
            return scores[run.card.id]
    return ()
