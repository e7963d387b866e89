"""A few sentences that say what an evaluation of risk proves, and what it does not."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.evaluation.decision_words import decision_words
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.risk_metrics import usual_calibration_error
from pipelines.evaluation.risk_warnings import FEW_ROWS, expects, share_words
from pipelines.evaluation.score import Score
from pipelines.evaluation.verdict import (
    TOO_FEW_ROWS,
    chance_words,
    is_shown,
    p_words,
)

BASELINE_WORDS = "giving every row the same probability"
MOST_NAMED = 3


def risk_verdict(
    judgement: RiskJudgement, model: str, *, baseline_words: str = BASELINE_WORDS,
    titles: Mapping[str, str] | None = None,
) -> str:
    """Says what the model's decisions come to where a capacity or a sensitivity is set, how well it
    ranks, whether that beats the baseline, whether its probabilities can be taken at their word, and
    which models cannot be told apart.

    Args:
        judgement: of the model and the baseline.
        model: the one to speak of.
        baseline_words: how to call the baseline in a sentence.
        titles: what models are called, by name; by default their names.
    """
    called = {name: (titles or {}).get(name, name) for name in judgement.scores}
    n, own = len(judgement.truth), int(judgement.truth.sum())
    unit, kind = judgement.unit, judgement.positive
    area = judgement.score(model, "roc_auc")
    rows = f"{n:,} {unit if n == 1 else f'{unit}s'}"
    if area is None and 0 < own < n:
        return (
            f"On {rows}, {own:,} of them “{kind}”, no fold holds rows of both kinds, so nothing can be "
            f"said about how well {called[model]} tells them apart; choose fewer folds."
        )
    if area is None:
        return (
            f"On {rows}, {'all' if own else 'none'} of them “{kind}”, nothing can be said about how "
            f"well {called[model]} tells them from others; judge by {unit}s of both kinds."
        )
    opening = (
        f"On {rows}, {own:,} of them “{kind}”, {called[model]} ranks a “{kind}” above another {unit} "
        f"in {_percent(area)} of pairs (AUC {_value(area)})"
    )
    if n < TOO_FEW_ROWS:
        return f"{opening}: too few {unit}s to tell how good it is; judge by at least {FEW_ROWS}."
    return " ".join([
        *decision_words(judgement, model, titles),
        opening + _against(judgement, model, baseline_words) + ".",
        *_calibration(judgement, model), *_others(judgement, model, called),
    ])


def apart(judgement: RiskJudgement, model: str) -> tuple[list[str], list[str], list[str]]:
    """The other models than the baseline by the primary metric's test: better, alike, worse."""
    better: list[str] = []
    alike: list[str] = []
    worse: list[str] = []
    losing = judgement.primary != "roc_auc"
    for name in judgement.order:
        if name in (model, judgement.baseline):
            continue
        found = judgement.decided(name, model)
        if found is None or not is_shown(found) or found.delta == 0:
            alike.append(name)
        else:
            (better if (found.delta > 0) != losing else worse).append(name)
    return better, alike, worse


def _against(judgement: RiskJudgement, model: str, words: str) -> str:
    found = judgement.decided(model, judgement.baseline)
    if found is None or model == judgement.baseline:
        return ""
    if found.delta == 0:
        return f", no better than {words}: no gain is shown"
    over = f" on average over the folds ({judgement.folds})" if judgement.over_folds else ""
    size = f"{abs(found.delta):.3f} {'above' if found.delta > 0 else 'below'} {words}{over}"
    if not is_shown(found):
        return f", {size}; that can be chance ({chance_words(found)}), so no gain is shown"
    end = "" if found.delta > 0 else f": do not use it on these {judgement.unit}s"
    return f", {size}; the difference is not chance ({p_words(found.p)}){end}"


def _calibration(judgement: RiskJudgement, model: str) -> list[str]:
    error = judgement.score(model, "ece")
    if error is None or model == judgement.baseline:
        return []
    n, own = len(judgement.truth), int(judgement.truth.sum())
    unit = judgement.unit
    expected, side = float(judgement.systems[model].mean()), expects(judgement, model)
    mean = f"It expects {share_words(expected)} % and {share_words(own / n)} % came"
    near = f"its probabilities are off by {100 * error.value:.1f} points on average"
    usual = usual_calibration_error(
        judgement.systems[model], level=judgement.level, seed=judgement.seed
    )
    if not side and error.value <= usual:
        return [f"{mean}; {near}, no more than chance gives a calibrated model on so many {unit}s."]
    if not side:
        return [f"{mean}; {near}, more than chance gives a calibrated model."]
    word = "high" if side == "more" else "low"
    return [f"{mean}, so its probabilities are too {word}; they are off by "
            f"{100 * error.value:.1f} points on average."]


def _others(judgement: RiskJudgement, model: str, called: Mapping[str, str]) -> list[str]:
    better, alike, worse = apart(judgement, model)
    found = []
    if better:
        best = judgement.decided(better[0], model)
        assert best is not None, "it was compared to be better"
        found.append(
            f"{called[better[0]]} is better by {abs(best.delta):.3f}, which is not chance "
            f"({p_words(best.p)})."
        )
    if alike:
        names = _listed([called[name] for name in alike])
        found.append(
            f"These {judgement.unit}s cannot tell it from {names}: take whichever is easier to explain."
        )
    elif worse and not better:
        second = judgement.decided(model, worse[0])
        assert second is not None, "it was compared to be worse"
        found.append(
            f"It is {abs(second.delta):.3f} ahead of {called[worse[0]]}, the next, which is not chance "
            f"({p_words(second.p)})."
        )
    return found


def _listed(names: list[str]) -> str:
    shown = names[:MOST_NAMED]
    if len(names) > MOST_NAMED:
        shown.append(f"{len(names) - MOST_NAMED} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _percent(score: Score) -> str:
    return f"{100 * score.value:.1f} %"


def _value(score: Score) -> str:
    if score.low is None or score.high is None:
        return f"{score.value:.3f}"
    return f"{score.value:.3f}, {score.low:.3f} to {score.high:.3f}"
