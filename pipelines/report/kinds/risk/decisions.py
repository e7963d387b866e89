"""What is found where only so many rows can be looked at, or where so many cases have to be found."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.evaluation.capacity import (
    AT_CAPACITY,
    capacity_curve,
    capacity_point,
    levels,
    worth_showing,
)
from pipelines.evaluation.decision_words import (
    decision_words,
    per_1000,
    promise_words,
    whole,
)
from pipelines.evaluation.finding import cut_words, proof
from pipelines.evaluation.finding import percent as plainly
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.sensitivity import sensitivity_curve, sensitivity_of
from pipelines.evaluation.thresholds import SensitivityThreshold
from pipelines.report import svg
from pipelines.report.sections import Cell, Chart, Section, Table, stacked
from pipelines.report.wording import cut, gain, interval, percent

MOST_MODELS = 40


def entries(judgement: RiskJudgement) -> dict[str, Any]:
    """How the line is drawn, and where by each model."""
    return {
        "rule": judgement.decision.rule, "share": judgement.decision.share,
        "thresholds": {name: judgement.threshold(name) for name in judgement.systems},
    }


def decisions(judgement: RiskJudgement, chosen: str) -> Section | None:
    """The section of a run whose line is drawn by capacity or sensitivity; None by profit."""
    if not 0 < judgement.truth.sum() < len(judgement.truth):
        return None
    if judgement.decision.rule == "capacity":
        return _at_capacity(judgement, chosen)
    if judgement.decision.rule == "sensitivity":
        return _by_sensitivity(judgement, chosen)
    return None


def _at_capacity(judgement: RiskJudgement, chosen: str) -> Section:
    share = judgement.decision.share or 0.0
    truth, chance, unit = judgement.truth, judgement.systems[chosen], judgement.unit
    point = capacity_point(
        truth, chance, share, seed=judgement.seed, level=judgement.level,
    )
    kind = cut(judgement.positive, 40)
    title = (
        f"Of {point.looked_at:,} {unit}s looked at, {whole(point.hits)} are “{kind}”: "
        f"{percent(point.recall)} of all"
    )
    return Section(
        "capacity", f"What is found where {plainly(share)} can be looked at",
        f"The {unit}s with the highest probability are looked at: {point.looked_at:,} of the "
        f"{len(truth):,} that judge. Precision is the share of them that is “{kind}”, recall the share "
        f"of all “{kind}” among them, lift the precision over that of picking at random. Where equal "
        "probabilities stand at the border, every number is the mean over all ways to draw from them. "
        f"For new {unit}s {cut(chosen, 60)} flags from {cut_words(judgement.threshold(chosen))} on"
        f"{_why(judgement, chosen)}",
        (_capacity_drawing(judgement, chosen, title),),
        (_models_at_capacity(judgement, chosen), _levels(judgement, chosen)),
    )


def _why(judgement: RiskJudgement, chosen: str) -> str:
    if chosen not in judgement.choosers:
        return ", as was set."
    return (
        f": the threshold that left the same share of training {judgement.unit}s, which it had not "
        "learnt from, above it."
    )


def _capacity_drawing(judgement: RiskJudgement, chosen: str, title: str) -> Chart:
    reach = worth_showing(judgement.decision.share or 0.0)
    curve = capacity_curve(judgement.truth, judgement.systems[chosen], reach, judgement.level)
    grid = np.linspace(0, 1, 101)
    lines = [
        svg.Line(name, grid, np.interp(reach * grid, curve.share, values))
        for name, values in (("precision", curve.precision), ("recall", curve.recall))
    ]
    drawing = svg.trend(
        lines, f"Precision and recall by the share looked at. {title}.",
        ends=("none", f"{plainly(reach)} looked at"), up="Share",
    )
    return Chart(title, drawing)


def _models_at_capacity(judgement: RiskJudgement, chosen: str) -> Table:
    names = judgement.order[:MOST_MODELS]
    rows: list[tuple[Cell | str, ...]] = []
    for name in names:
        precision, recall = (judgement.score(name, metric) for metric in AT_CAPACITY)
        against = judgement.decided(name, judgement.baseline, AT_CAPACITY[0])
        base = name == judgement.baseline
        rows.append((
            Cell(cut(name, 60), "baseline" if base else ""),
            stacked(interval(precision)), stacked(interval(recall)),
            "–" if base else stacked(gain(against).replace(" points", "")),
        ))
    return Table(
        "Models at the capacity; gain: in points of precision, over the baseline",
        ("Model", "Precision", "Recall", "Gain"),
        tuple(rows), strong=tuple(i for i, name in enumerate(names) if name == chosen),
    )


def _levels(judgement: RiskJudgement, chosen: str) -> Table:
    share = judgement.decision.share or 0.0
    found = levels(judgement.truth, judgement.systems[chosen], share, level=judgement.level)
    rows = tuple(
        (plainly(each.capacity), f"{each.looked_at:,}", percent(each.least), whole(each.hits),
         Cell(percent(each.precision), _ends(each.precision_low, each.precision_high)),
         percent(each.recall), f"{each.lift:.1f}")
        for each in found
    )
    return Table(
        "What other capacities would find, with Wilson's interval", (
            "Looked at", f"{judgement.unit.capitalize()}s", "From", "Found", "Precision", "Recall",
            "Lift",
        ), rows,
        strong=tuple(i for i, each in enumerate(found) if each.capacity == share), folded=True,
    )


def _by_sensitivity(judgement: RiskJudgement, chosen: str) -> Section | None:
    found = sensitivity_of(judgement, chosen)
    if found is None:
        return None
    kind, unit = cut(judgement.positive, 40), judgement.unit
    title = (
        f"{percent(found.sensitivity)} of “{kind}” are found, {percent(found.specificity)} of the "
        "others left alone"
    )
    curve = sensitivity_curve(judgement.truth, judgement.systems[chosen])
    grid = np.linspace(0, 1, 101)
    flagged = curve.flagged[::-1]
    lines = [
        svg.Line(name, grid, np.interp(grid, flagged, values[::-1]))
        for name, values in (("sensitivity", curve.sensitivity), ("specificity", curve.specificity))
    ]
    drawing = svg.trend(
        lines, f"Sensitivity and specificity by the share flagged. {title}.",
        ends=("none flagged", "all flagged"), up="Share",
    )
    said = decision_words(judgement, chosen)
    set_words = (
        "as was set" if chosen not in judgement.choosers
        else f"chosen on training {unit}s that the model had not learnt from, so that "
        f"{promise_words(found.wanted, found.positives_when_chosen)} of new “{kind}” are expected "
        "above it"
    )
    folds = f", each {unit} at the threshold of the fold that predicted it" if judgement.cuts else ""
    proven = f" {proof(found, unit)}" if len(said) > 1 else ""
    return Section(
        "sensitivity", f"Who is found at a sensitivity of {plainly(found.wanted)}",
        f"A {unit} is flagged from a probability of {cut_words(found.threshold)} on, {set_words}; the "
        f"numbers are of the {len(judgement.truth):,} {unit}s that judge{folds}.{proven}",
        (Chart(title, drawing),), (_models_by_sensitivity(judgement, chosen),),
    )


def _models_by_sensitivity(judgement: RiskJudgement, chosen: str) -> Table:
    names = judgement.order[:MOST_MODELS]
    rows: list[tuple[Cell | str, ...]] = []
    for name in names:
        found = sensitivity_of(judgement, name)
        base = name == judgement.baseline
        rows.append((
            Cell(cut(name, 60), "baseline" if base else ""),
            *(stacked(interval(judgement.score(name, metric)))
              for metric in ("sensitivity", "specificity", "flagged")),
            "–" if found is None else _missed(found),
        ))
    return Table(
        "Models at their thresholds",
        ("Model", "Sensitivity", "Specificity", "Flagged", "Missed per 1,000"),
        tuple(rows), strong=tuple(i for i, name in enumerate(names) if name == chosen),
    )


def _missed(found: SensitivityThreshold) -> Cell:
    return Cell(per_1000(found), f"{found.positives - found.found:,} of {found.positives:,}")


def _ends(low: float, high: float) -> str:
    return f"{100 * low:.1f} to {100 * high:.1f}"
