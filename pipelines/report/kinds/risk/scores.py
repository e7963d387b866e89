"""How well risk is ranked and whether its probabilities can be believed."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.calibration import reliability
from pipelines.evaluation.deciles import decile_table, gain_curve
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.risk_metrics import usual_calibration_error
from pipelines.evaluation.risk_verdict import apart
from pipelines.evaluation.threshold_words import threshold_words
from pipelines.evaluation.verdict import SIGNIFICANT, p_words
from pipelines.report import svg
from pipelines.report.sections import Cell, Chart, Section, Table, stacked
from pipelines.report.wording import cut, gain, interval, percent

MOST_MODELS = 40
MOST_BARS = 15


def leaderboard(judgement: RiskJudgement, chosen: str) -> Section:
    """All models, the best first, with the paired test against the baseline."""
    names, baseline = judgement.order[:MOST_MODELS], judgement.baseline
    metric = judgement.primary
    _, alike, _ = apart(judgement, chosen)
    rows: list[tuple[Cell | str, ...]] = []
    for name in names:
        against = judgement.decided(name, baseline) if name != baseline else None
        note = "baseline" if name == baseline else "not told apart" if name in alike else ""
        rows.append((
            Cell(cut(name, 60), note),
            stacked(interval(judgement.score(name, metric), as_percent=False)),
            stacked(gain(against, as_percent=False)), p_words(against.p) if against else "–",
            stacked(interval(judgement.score(name, "ece"), as_percent=False)),
        ))
    bars = [
        svg.Bar(name, score.value, score.low, score.high, interval(score, as_percent=False),
                name == chosen)
        for name in names[:MOST_BARS] if (score := judgement.score(name, metric)) is not None
    ]
    title = _finding(judgement, chosen)
    word = "AUC" if metric == "roc_auc" else "Brier score"
    table = Table(
        "Models, the best first",
        ("Model", word, "Against the baseline", "p", "ECE"),
        tuple(rows), strong=tuple(i for i, name in enumerate(names) if name == chosen),
    )
    return Section(
        "models", "Models side by side",
        f"All on the same {len(judgement.truth):,} {judgement.unit}s, each number with its "
        f"{percent(judgement.level, 0)} interval: DeLong's for AUC, bootstrap for the others. "
        "The calibration error (ECE) is better the less it is. p is the chance of a "
        "difference this large if the model were no better than the baseline, corrected for the "
        f"number of comparisons.{_by_folds(judgement)} {threshold_words(judgement, {})}",
        (Chart(title, svg.bars(bars, f"{word} of each model. {title}.", unit=""),
               f"Bars: {word}, 0 to 100 standing for 0 to 1. Whiskers are the intervals."),),
        (table,),
    )


def deciles(judgement: RiskJudgement, chosen: str) -> Section | None:
    """Rows in tenths by their risk."""
    if not judgement.truth.any():
        return None
    chance = judgement.systems[chosen]
    found = decile_table(judgement.truth, chance, level=judgement.level)
    shares, reached = gain_curve(judgement.truth, chance)
    kind, name = cut(judgement.positive, 40), cut(chosen, 60)
    top = found[0]
    title = (
        f"The riskiest {percent(top.n / len(chance), 0)} by {name} hold {percent(top.gain)} of “{kind}”"
    )
    drawing = svg.curves(
        [svg.Line(cut(chosen, 23), shares, reached)], f"Gain curve. {title}.",
        across=f"Share of {judgement.unit}s, the riskiest first",
        up=f"Share of “{cut(kind, 20)}” found",
    )
    rows = tuple(
        (str(each.number), f"{each.n:,}",
         Cell(percent(each.expected), f"{100 * each.least:.1f} to {100 * each.most:.1f}"),
         Cell(percent(each.rate), f"{100 * each.low:.1f} to {100 * each.high:.1f}"),
         f"{each.lift:.2f}", percent(each.gain), f"{each.cumulative_lift:.2f}", percent(each.apart))
        for each in found
    )
    return Section(
        "deciles", "What the riskiest tenths hold",
        f"The {judgement.unit}s by falling probability, in tenths. Expected: mean probability, with "
        "its range. Came: the share that came, with its interval. Lift: that share over the one of "
        "all. Gain: share of all that came which is found so far. Apart: gain less the same share of "
        "the others; KS is its maximum.",
        (Chart(title, drawing, "The dashed line is what chance would find."),),
        (Table(
            f"“{kind}” by tenth of {name}",
            ("Tenth", f"{judgement.unit.capitalize()}s", "Expected", "Came", "Lift", "Gain",
             "Lift so far", "Apart"), rows,
        ),),
    )


def calibration(judgement: RiskJudgement, chosen: str) -> Section | None:
    """The probability against the share that came, in bins."""
    chance = judgement.systems[chosen]
    found = reliability(chance, judgement.truth, level=judgement.level)
    filled = [each for each in found.bins if each.n]
    said, came = float(chance.mean()), float(judgement.truth.mean())
    name = cut(chosen, 60)
    score = judgement.score(chosen, "ece")
    title = f"{name} says {percent(said)} on average, {percent(came)} came"
    chance_alone = usual_calibration_error(chance, level=judgement.level, seed=judgement.seed)
    most = max(each.n for each in filled)
    dots = [
        svg.Dot(each.confidence or 0.0, each.accuracy or 0.0, each.low or 0.0,
                1.0 if each.high is None else each.high, each.n / most)
        for each in filled
    ]
    drawing = svg.reliability(
        dots, f"Share that came against the probability. {title}.", across="Probability",
        up="Share that came",
    )
    table = Table(
        f"Probabilities and what came of them; mean distance (ECE) "
        f"{interval(score, as_percent=False)}",
        ("Probability", f"{judgement.unit.capitalize()}s", "Said", "Came"),
        tuple(
            (f"{100 * each.lower:.0f} to {percent(each.upper, 0)}", f"{each.n:,}",
             percent(each.confidence or 0.0),
             Cell(percent(each.accuracy or 0.0),
                  f"{100 * (each.low or 0.0):.1f} to {100 * (each.high or 0.0):.1f}"))
            for each in filled
        ),
    )
    return Section(
        "calibration", "Can its probabilities be believed?",
        f"On the dashed line, of the {judgement.unit}s with 20 % probability 20 % come; below it the "
        f"model expects too many. Larger points hold more {judgement.unit}s. On so many "
        f"{judgement.unit}s chance alone gives a perfectly calibrated model an ECE of up to "
        f"{chance_alone:.3f}. Only calibrated probabilities may be multiplied with money.",
        (Chart(title, drawing),), (table,),
    )


def _by_folds(judgement: RiskJudgement) -> str:
    """What cross-validation does to areas and to their tests."""
    if judgement.fold_of is None:
        return ""
    within = " AUC counts pairs of rows within one fold, as each fold has a model of its own."
    if not judgement.over_folds:
        return within
    return f"{within} The difference and its p are of the mean over the folds ({judgement.folds})."


def _finding(judgement: RiskJudgement, chosen: str) -> str:
    name = cut(chosen, 60)
    found = judgement.decided(chosen, judgement.baseline)
    if found is None or chosen == judgement.baseline or found.p >= SIGNIFICANT:
        chance = f" ({p_words(found.p)})" if found and chosen != judgement.baseline else ""
        return f"{name} is not shown to be better than the baseline{chance}"
    ahead = np.sign(found.delta) == (1 if judgement.primary == "roc_auc" else -1)
    side = "better" if ahead else "worse"
    return f"{name} is {abs(found.delta):.3f} {side} than the baseline ({p_words(found.p)})"
