"""How good the models are: side by side, by class, and by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipelines.evaluation.finding import TRADED, traded
from pipelines.evaluation.judgement import Judgement
from pipelines.evaluation.per_class import per_class
from pipelines.evaluation.score import Score
from pipelines.evaluation.slices import slices
from pipelines.evaluation.verdict import SIGNIFICANT, chance_words, is_shown, p_words
from pipelines.evaluation.warnings_in_words import FEW_ROWS_OF_CLASS
from pipelines.report import svg
from pipelines.report.sections import Cell, Chart, Evidence, Metric, Section, Table, stacked
from pipelines.report.wording import cut, gain, interval, percent, points

MOST_MODELS = 40
MOST_BARS = 15
MOST_CLASSES = 50
USUAL = ("accuracy", "f1_macro", "roc_auc")
# A page of a phone's width still shows the first of them.
MOST_METRICS = 4


def leaderboard(
    judgement: Judgement, favourite: str, first: Sequence[str], metric: Callable[[str], Metric]
) -> Section:
    """All models, the best first, with the paired test against the baseline.

    Args:
        first: metrics to show before the usual ones; models are sorted by the first of them.
        metric: what a score is called and how it is written.
    """
    baseline = judgement.baseline
    shown = [
        name for name in dict.fromkeys((*first, *USUAL))
        if any(judgement.score(system.name, name) is not None for system in judgement.systems)
    ][:MOST_METRICS]
    leading = shown[0]
    known = metric(leading)

    ranked_by = [leading, TRADED[leading]] if leading in TRADED else [leading]
    names = sorted(
        (system.name for system in judgement.systems),
        key=lambda name: _rank(judgement, name, ranked_by),
    )
    kept = [
        name for position, name in enumerate(names)
        if position < MOST_MODELS or name in (favourite, baseline)
    ]
    rows: list[tuple[Cell | str, ...]] = []
    for name in kept:
        against = (
            judgement.comparison(leading, name, baseline)
            if baseline is not None and name != baseline else None
        )
        cells = [stacked(_written(judgement.score(name, each), metric(each))) for each in shown]
        rows.append((
            Cell(cut(name, 60), "baseline" if name == baseline else ""), cells[0],
            stacked(gain(against, as_percent=known.percent, digits=known.digits)),
            p_words(against.p) if against else "–", *cells[1:],
        ))
    bars = []
    for name in kept[:MOST_BARS]:
        score = judgement.score(name, leading)
        if score is not None:
            bars.append(svg.Bar(
                name, score.value, score.low, score.high, _written(score, known),
                name == favourite,
            ))
    floor = judgement.score(baseline, leading) if baseline is not None else None
    title = _against_baseline(judgement, favourite, leading, known)
    drawing = svg.bars(
        bars, f"{known.title} of each model with its interval. {title}.",
        marker=floor.value if floor else None,
        marker_label=f"baseline {_written(floor, known).partition(' (')[0]}" if floor else "",
    )
    level = percent(judgement.level, 0)
    together = " and ".join(_in_words(metric(each)) for each in ranked_by)
    best = "the most accurate" if leading == "accuracy" else f"the best by {together}"
    table = Table(
        f"Models, {best} first",
        ("Model", known.title, "Gain on baseline", "p", *(metric(each).title for each in shown[1:])),
        tuple(rows), strong=tuple(i for i, name in enumerate(kept) if name == favourite),
    )
    return Section(
        "models", "Models side by side",
        f"All on the same {len(judgement.truth):,} {judgement.unit}s, each number with its {level} "
        "interval. p is the chance of a difference this large if the model were no better than the "
        "baseline.",
        (Chart(title, drawing, "Whiskers are the intervals; the dashed line is the baseline."),),
        (table,),
    )


def _rank(judgement: Judgement, name: str, metrics: Sequence[str]) -> float:
    """The less the better; of several metrics their sum, as each alone can be had for nothing."""
    total = 0.0
    for metric in metrics:
        score = judgement.score(name, metric)
        if score is None:
            return float("inf")
        total += -score.value if score.higher_is_better else score.value
    return total


def _written(score: Score | None, metric: Metric) -> str:
    return interval(score, as_percent=metric.percent, digits=metric.digits)


def _in_words(metric: Metric) -> str:
    """What a metric is called within a sentence."""
    return metric.title.lower() if metric.title[1:].islower() else metric.title


def _against_baseline(judgement: Judgement, model: str, leading: str, known: Metric) -> str:
    name, baseline = cut(model, 60), judgement.baseline
    both = traded(
        judgement.scores[model], judgement.scores[baseline] if baseline not in (None, model) else (),
        leading, name,
    )
    if both:
        return both
    found = (
        judgement.comparison(leading, model, baseline)
        if baseline is not None and baseline != model else None
    )
    if found is None:
        return f"{name} stands alone: there is no other model to compare with"
    of = "" if leading == "accuracy" else f" in {_in_words(known)}"
    if not is_shown(found):
        return f"{name} is not shown to differ from the baseline{of} ({chance_words(found)})"
    side = "above" if found.delta > 0 else "below"
    apart = points(found.delta) if known.percent else f"{abs(found.delta):.{known.digits}f}"
    return f"{name} is {apart} {side} the baseline{of} ({p_words(found.p)})"


def classes(judgement: Judgement, model: str) -> Section:
    """Precision, recall and F1 of each class."""
    labels = judgement.system(model).labels
    found = per_class(judgement.truth, labels, judgement.classes, judgement.level)[:MOST_CLASSES]
    known = [(each, each.recall) for each in found if each.recall is not None]
    known = [pair for pair in known if pair[0].n >= FEW_ROWS_OF_CLASS] or known
    unit = judgement.unit
    title = f"No class has {unit}s to judge"
    if len(known) == 1:
        only, found_share = known[0]
        title = f"It finds {percent(found_share.value, 0)} of the {cut(only.name, 40)} {unit}s"
    elif known:
        (best, high), (worst, low) = (
            pick(known, key=lambda pair: pair[1].value) for pick in (max, min)
        )
        title = (
            f"It finds {percent(high.value, 0)} of the {cut(best.name, 40)} {unit}s, but only "
            f"{percent(low.value, 0)} of the {cut(worst.name, 40)} ones"
        )
        if high.low is None or low.high is None or high.low <= low.high:
            title = (
                "No class is clearly missed more than another "
                f"(recall {100 * low.value:.0f} to {percent(high.value, 0)})"
            )
    bars = [
        svg.Bar(each.name, recall.value, recall.low, recall.high, interval(recall), True)
        for each in found[:MOST_BARS] if (recall := each.recall) is not None
    ]
    table = Table(
        f"Classes, as {cut(model, 60)} tells them apart",
        ("Class", f"{unit.capitalize()}s", "Said", "Precision", "Recall", "F1"),
        tuple(
            (cut(each.name, 40), f"{each.n:,}", f"{each.predicted:,}",
             stacked(interval(each.precision)), stacked(interval(each.recall)),
             stacked(interval(each.f1)))
            for each in found
        ),
        folded=len(found) > MOST_BARS,
    )
    return Section(
        "classes", "Class by class",
        f"Precision: of the {unit}s said to be of the class, how many are. Recall: of the "
        f"{unit}s of the class, how many are found. F1 joins both.",
        (Chart(title, svg.bars(bars, f"Recall of each class with its interval. {title}."),
               "The bars are recall."),)
        if bars else (),
        (table,),
    )


def groups(evidence: Evidence, judgement: Judgement) -> Section | None:
    """Accuracy by the values of the column that the user slices by."""
    if evidence.group is None or not len(evidence.tested):
        return None
    values = evidence.group.iloc[evidence.tested].reset_index(drop=True)
    right = np.asarray(judgement.truth == judgement.system(evidence.favourite).labels)
    if len(values) != len(right):
        return None
    found = slices(values, right, level=judgement.level)
    if len(found) < 2:
        return None
    overall = float(right.mean())
    differing = [each for each in found if each.p < SIGNIFICANT and not each.small]
    column, unit = cut(evidence.group_name, 40), judgement.unit
    if differing:
        worst = min(differing, key=lambda each: each.p)
        side = "worse" if worst.accuracy < overall else "better"
        title = f"{cut(worst.value, 40)} is {side} than the rest ({p_words(worst.p)})"
    else:
        title = f"No value of {column} differs from the rest by more than chance"
    bars = [
        svg.Bar(each.value, each.accuracy, each.low, each.high,
                f"{percent(each.accuracy)}, {each.n:,} {unit}s" + (", few" if each.small else ""),
                not each.small)
        for each in found
    ]
    drawing = svg.bars(
        bars, f"Accuracy by {column} with intervals. {title}.", marker=overall,
        marker_label=f"all {judgement.unit}s {percent(overall)}",
    )
    rows = tuple(
        (
            Cell(cut(each.value, 60), f"few {judgement.unit}s: says little" if each.small else ""),
            f"{each.n:,}",
            Cell(percent(each.accuracy), f"{100 * each.low:.1f} to {100 * each.high:.1f}"),
            p_words(each.p),
        )
        for each in found
    )
    table = Table(
        f"Accuracy by {column}, the worst first",
        ("Value", f"{unit.capitalize()}s", "Accuracy", "p"), rows,
    )
    return Section(
        "groups", f"By {column}",
        f"p tests each value against all other {judgement.unit}s, corrected for the number of values.",
        (Chart(title, drawing),), (table,),
    )
