"""The one table that the command line prints."""

from __future__ import annotations

from pipelines.evaluation.score import Score
from pipelines.experiment import Experiment
from pipelines.judging import Judged
from pipelines.report.wording import interval

SHOWN = 4
# More names than this are a list of the most frequent ones, not a column each.
MOST_COLUMNS = 10
MOST_NAMES = 5
LONGEST_NAME = 40


def run_table(experiment: Experiment) -> str:
    """Models by scores, or models by counts of predictions where there are no labels."""
    if experiment.judged is not None:
        return judged_table(experiment.judged)
    rows = []
    if not experiment.outputs:
        rows = [[run.card.id, f"{len(run.predictions):,}"] for run in experiment.runs]
        return table(["model", "rows answered"], rows)
    if len(experiment.outputs) > MOST_COLUMNS:
        return _most_frequent(experiment)
    for run in experiment.runs:
        counts = run.predictions.frame().iloc[:, 0].value_counts()
        rows.append([run.card.id, *(f"{counts.get(name, 0):,}" for name in experiment.outputs)])
    return table(["model", *experiment.outputs], rows)


def _most_frequent(experiment: Experiment) -> str:
    """Models by the names they gave most often, where there are too many for a column each."""
    rows = []
    for run in experiment.runs:
        counts = run.predictions.frame().iloc[:, 0].value_counts()
        names = [f"{str(name)[:LONGEST_NAME]} {number:,}" for name, number in counts.items()]
        more = [f"{len(names) - MOST_NAMES:,} more names"] if len(names) > MOST_NAMES else []
        rows.append([
            run.card.id, f"{len(run.predictions):,}", ", ".join([*names[:MOST_NAMES], *more]),
        ])
    return table(["model", "rows", "answered most"], rows)


def judged_table(judged: Judged) -> str:
    """Models by their first scores with intervals, and the verdict below."""
    names = [score.name for score in list(judged.scores.values())[-1]][:SHOWN]
    rows = []
    for model, scores in judged.scores.items():
        found = {score.name: score for score in scores}
        rows.append([model, *(with_interval(found.get(name)) for name in names)])
    return table(["model", *names], rows) + "\n\n" + judged.verdict


def with_interval(score: Score | None) -> str:
    """A score as `0.893 (0.871 to 0.912)`."""
    return "-" if score is None else interval(score, as_percent=False)


def table(header: list[str], rows: list[list[str]]) -> str:
    """Columns padded to their widest cell."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in [header, *rows]]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
