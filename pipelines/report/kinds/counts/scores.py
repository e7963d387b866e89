"""How near the counts are: side by side, by how much, and by group."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.counts import CountJudgement
from pipelines.evaluation.mean_slices import mean_slices
from pipelines.evaluation.verdict import chance_words, is_shown, p_words
from pipelines.report import svg
from pipelines.report.sections import Cell, Chart, Evidence, Section, Table, stacked
from pipelines.report.wording import cut, gain, interval, percent

MOST_MODELS = 40
MOST_BARS = 15
# Differences beyond are told together.
FAR = 3


def leaderboard(judgement: CountJudgement, chosen: str) -> Section:
    """All models, the nearest first, with the paired test against the baseline."""
    baseline = judgement.baseline
    names = sorted(judgement.systems, key=lambda name: _off(judgement, name))[:MOST_MODELS]
    rows = []
    for name in names:
        against = judgement.comparison("mae", name, baseline) if name != baseline else None
        rows.append((
            Cell(cut(name, 60), "baseline" if name == baseline else ""),
            stacked(interval(judgement.score(name, "mae"), as_percent=False, digits=2)),
            stacked(gain(against, as_percent=False, digits=2)),
            p_words(against.p) if against else "–",
            stacked(interval(judgement.score(name, "accuracy"))),
            stacked(interval(judgement.score(name, "bias"), as_percent=False, digits=2)),
        ))
    bars = []
    for name in names[:MOST_BARS]:
        score = judgement.score(name, "accuracy")
        if score is not None:
            bars.append(svg.Bar(
                name, score.value, score.low, score.high, interval(score), name == chosen
            ))
    title = _finding(judgement, chosen)
    drawing = svg.bars(bars, f"Share of images counted exactly, of each model. {title}.")
    table = Table(
        "Models, the nearest first",
        ("Model", "Mean error", "Against the baseline", "p", "Exact", "Bias"), tuple(rows),
        strong=tuple(i for i, name in enumerate(names) if name == chosen),
    )
    return Section(
        "models", "Models side by side",
        f"All on the same {len(judgement.truth):,} images, each number with its "
        f"{percent(judgement.level, 0)} interval. Less mean error is better; a bias below 0 counts too "
        "few. p is the chance of a difference this large if the model were no nearer than the "
        "baseline.",
        (Chart(title, drawing, "Bars: images counted exactly. Whiskers are the intervals."),),
        (table,),
    )


def differences(judgement: CountJudgement, chosen: str) -> Section:
    """How many images are off by how much."""
    off = np.round(judgement.errors(chosen))
    n = len(off)
    steps = [(f"{FAR + 1} or more too few", off <= -FAR - 1)]
    steps += [
        (f"{abs(step)} too {'few' if step < 0 else 'many'}" if step else "exact",
         off == step)
        for step in range(-FAR, FAR + 1)
    ]
    steps.append((f"{FAR + 1} or more too many", off >= FAR + 1))
    rows = tuple(
        (name, f"{int(held.sum()):,}", Cell(percent(held.mean()), shade=round(10 * held.mean())))
        for name, held in steps
    )
    return Section(
        "differences", f"How far {cut(chosen, 60)} is off",
        "The count minus the true count.",
        tables=(Table(
            f"Images by difference, of {n:,}", ("Difference", "Images", "Share"), rows
        ),),
    )


def groups(evidence: Evidence, judgement: CountJudgement) -> Section | None:
    """The mean error by the values of the column that the user slices by."""
    if evidence.group is None or not len(evidence.tested):
        return None
    values = evidence.group.iloc[evidence.tested].reset_index(drop=True)
    name = evidence.favourite
    if len(values) != len(judgement.truth):
        return None
    found = mean_slices(
        values, np.abs(judgement.errors(name)), level=judgement.level, seed=judgement.seed
    )
    if len(found) < 2:
        return None
    column = cut(evidence.group_name, 40)
    rows = tuple(
        (Cell(cut(each.value, 60), "few images: says little" if each.small else ""),
         f"{each.n:,}",
         Cell(f"{each.mean:.2f}", "no interval" if each.low is None or each.high is None
              else f"{each.low:.2f} to {each.high:.2f}"),
         p_words(each.p))
        for each in reversed(found)
    )
    return Section(
        "groups", f"By {column}",
        f"The mean error of {cut(name, 60)}, with intervals. p tests the mean of each value "
        "against that of all other images (permutation), corrected for the number of values.",
        tables=(Table(
            f"Mean error by {column}, the worst first", ("Value", "Images", "Mean error", "p"), rows
        ),),
    )


def _off(judgement: CountJudgement, name: str) -> float:
    score = judgement.score(name, "mae")
    return np.inf if score is None else score.value


def _finding(judgement: CountJudgement, chosen: str) -> str:
    name = cut(chosen, 60)
    found = judgement.comparison("mae", chosen, judgement.baseline)
    if found is None or chosen == judgement.baseline or not is_shown(found):
        chance = f" ({chance_words(found)})" if found and chosen != judgement.baseline else ""
        return f"{name} is not shown to be nearer than the baseline{chance}"
    side = "nearer" if found.delta < 0 else "further off"
    return f"{name} is {abs(found.delta):.2f} {side} than the baseline ({p_words(found.p)})"
