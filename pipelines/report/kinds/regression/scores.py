"""How near the amounts are, side by side, and what their intervals hold."""

from __future__ import annotations

from pipelines.evaluation.regression_judgement import RegressionJudgement
from pipelines.evaluation.regression_verdict import amount
from pipelines.evaluation.score import Comparison, Score
from pipelines.evaluation.verdict import SIGNIFICANT, p_words
from pipelines.report import svg
from pipelines.report.sections import Cell, Chart, Section, Table
from pipelines.report.wording import cut, percent

MOST_MODELS = 40
MOST_BARS = 15


def leaderboard(judgement: RegressionJudgement, chosen: str) -> Section:
    """All models, the nearest first, with the paired test against the baseline."""
    names, baseline = judgement.order[:MOST_MODELS], judgement.baseline
    rows: list[tuple[Cell | str, ...]] = []
    for name in names:
        against = judgement.decided(name, baseline) if name != baseline else None
        rows.append((
            Cell(cut(name, 60), "baseline" if name == baseline else ""),
            *(_cell(judgement.score(name, each)) for each in ("rmse", "mae", "r2")),
            _difference(against), p_words(against.p) if against else "–",
        ))
    scores = [(name, found) for name in names if (found := judgement.score(name, "rmse"))]
    most = max((score.high or score.value for _, score in scores), default=0.0) or 1.0
    bars = [
        svg.Bar(name, score.value / most, None if score.low is None else score.low / most,
                None if score.high is None else score.high / most, amount(score.value),
                name == chosen)
        for name, score in scores[:MOST_BARS]
    ]
    title = _finding(judgement, chosen)
    return Section(
        "models", "Models side by side",
        f"All on the same {len(judgement.truth):,} {judgement.unit}s, each number with its "
        f"{percent(judgement.level, 0)} bootstrap interval. Less is better but for R²; it is the RMSE "
        "that is tested against the baseline. p is the chance of a difference this large if the model "
        "were no nearer than the baseline, corrected for the number of comparisons.",
        (Chart(title, svg.bars(bars, f"RMSE of each model. {title}."),
               f"Bars: RMSE as a share of {amount(most)}; shorter is better. Whiskers: intervals."),),
        (Table(
            "Models, the nearest first",
            ("Model", "RMSE", "Mean error", "R²", "Against the baseline", "p"), tuple(rows),
            strong=tuple(i for i, name in enumerate(names) if name == chosen),
        ),),
    )


def intervals(judgement: RegressionJudgement) -> Section | None:
    """How often prediction intervals hold the truth; None where no model has them."""
    if not judgement.coverages:
        return None
    rows = tuple(
        (cut(name, 60), Cell(percent(each.share), f"{100 * each.low:.1f} to {100 * each.high:.1f}"),
         amount(each.width))
        for name, each in judgement.coverages.items()
    )
    meant = percent(judgement.interval_level, 0)
    return Section(
        "intervals", "Do the intervals hold?",
        f"A predicted interval is meant to hold the true amount of {meant} of the {judgement.unit}s; "
        "of two models that do, the one with the narrower intervals knows more.",
        tables=(Table(f"Share of amounts within intervals of {meant}",
                      ("Model", "Within", "Mean width"), rows),),
    )


def _finding(judgement: RegressionJudgement, chosen: str) -> str:
    name = cut(chosen, 60)
    found = judgement.decided(chosen, judgement.baseline)
    if found is None or chosen == judgement.baseline or found.p >= SIGNIFICANT:
        chance = f" ({p_words(found.p)})" if found and chosen != judgement.baseline else ""
        return f"{name} is not shown to be nearer than the baseline{chance}"
    side = "nearer" if found.delta < 0 else "further off"
    return f"{name} is {amount(abs(found.delta))} {side} than the baseline ({p_words(found.p)})"


def _cell(score: Score | None) -> Cell:
    if score is None:
        return Cell("–")
    if score.low is None or score.high is None:
        return Cell(amount(score.value))
    return Cell(amount(score.value), f"{amount(score.low)} to {amount(score.high)}")


def _difference(found: Comparison | None) -> Cell:
    if found is None:
        return Cell("–")
    ends = "" if found.low is None or found.high is None else (
        f"{amount(found.low)} to {amount(found.high)}"
    )
    sign = "+" if found.delta > 0 else ""
    return Cell(f"{sign}{amount(found.delta)}".replace("-", "−"), ends.replace("-", "−"))
