"""What a decision by capacity or by sensitivity comes to, in sentences for those who take it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipelines.evaluation.capacity import AT_CAPACITY, reviewed
from pipelines.evaluation.decisions import can_promise
from pipelines.evaluation.finding import cut_words, ends, percent, proof
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.score import Score
from pipelines.evaluation.sensitivity import sensitivity_of
from pipelines.evaluation.thresholds import SensitivityThreshold
from pipelines.evaluation.verdict import chance_words, is_shown, p_words


def decision_words(
    judgement: RiskJudgement, model: str, titles: Mapping[str, str] | None = None
) -> list[str]:
    """What the model's decisions come to; empty where a profit decides or nothing can be said."""
    called = (titles or {}).get(model, model)
    if not 0 < judgement.truth.sum() < len(judgement.truth):
        return []
    if judgement.decision.rule == "capacity":
        return _at_capacity(judgement, model, called)
    if judgement.decision.rule == "sensitivity":
        return _by_sensitivity(judgement, model, called)
    return []


def _at_capacity(judgement: RiskJudgement, model: str, called: str) -> list[str]:
    precision, recall = (judgement.score(model, name) for name in AT_CAPACITY)
    share = judgement.decision.share
    if precision is None or recall is None or share is None:
        return []
    n, unit, kind = len(judgement.truth), judgement.unit, judgement.positive
    looked_at = reviewed(share, n)
    lift = precision.value / float(judgement.truth.mean())
    return [
        f"If {looked_at:,} of {n:,} {unit}s can be looked at ({percent(share)}), {called} picks "
        f"{whole(precision.value * looked_at)} that are “{kind}”: {_share(precision, 'precision')}, "
        f"{lift:.1f} times as many as picking at random, and {_share(recall, 'recall')} of all "
        f"{int(judgement.truth.sum()):,}{_gain(judgement, model)}."
    ]


def whole(hits: float) -> str:
    """A mean number of hits, with a decimal where equal scores give it one."""
    return f"{hits:,.0f}" if abs(hits - round(hits)) < 0.05 else f"{hits:,.1f}"


def _gain(judgement: RiskJudgement, model: str) -> str:
    found = judgement.decided(model, judgement.baseline, AT_CAPACITY[0])
    if found is None or model == judgement.baseline:
        return ""
    if not is_shown(found) or found.delta <= 0:
        return f"; that this beats picking at random is not shown ({chance_words(found)})"
    return f"; that this beats picking at random is not chance ({p_words(found.p)})"


def _by_sensitivity(judgement: RiskJudgement, model: str, called: str) -> list[str]:
    found = sensitivity_of(judgement, model)
    if found is None:
        return []
    kind, unit = judgement.positive, judgement.unit
    chosen = judgement.choosers.get(model)
    how = (
        f"To find at least {percent(found.wanted)} of “{kind}”, {called} flags from a probability of "
        f"{cut_words(found.threshold)} on, chosen on training {unit}s that it had not learnt from"
        f"{_short_of(found)}"
        if chosen is not None else
        f"Flagging from a probability of {cut_words(found.threshold)} on, as was set, with {called}"
    )
    said = (
        f"{how}: that finds {percent(found.sensitivity)} (sensitivity, "
        f"{ends(found.sensitivity_low, found.sensitivity_high)}) of the {found.positives:,} that are, "
        f"misses {per_1000(found)} in 1,000 {unit}s, leaves "
        f"{percent(found.specificity)} (specificity, "
        f"{ends(found.specificity_low, found.specificity_high)}) of the {found.others:,} others alone "
        f"and flags {percent(found.flagged)} of all."
    )
    if chosen is None:
        return [said]
    return [said, proof(found, unit)]


def promise_words(wanted: float, cases: int) -> str:
    """The share of new cases that a threshold can promise to find, `at least 95 %`.

    Args:
        wanted: that was asked for.
        cases: rows of the class that chose the threshold.
    """
    if can_promise(wanted, cases):
        return f"at least {percent(wanted)}"
    return f"at least {cases:,} of {cases + 1:,} ({percent(cases / (cases + 1))})"


def _short_of(found: SensitivityThreshold) -> str:
    cases = found.positives_when_chosen
    if can_promise(found.wanted, cases):
        return ""
    such = "1 such case" if cases == 1 else f"{cases:,} such cases"
    return f"; {such} can promise {promise_words(found.wanted, cases)} only"


def per_1000(found: SensitivityThreshold) -> str:
    """How many rows of the class are missed in 1,000 rows of all kinds."""
    missed = 1000 * (found.positives - found.found) / (found.positives + found.others)
    return f"{missed:.0f}" if missed >= 10 or missed == 0 else f"{missed:.1f}"


def _share(score: Score, word: str) -> str:
    if score.low is None or score.high is None or np.isclose(score.low, score.high):
        return f"{percent(score.value)} ({word})"
    return f"{percent(score.value)} ({word}, {ends(score.low, score.high)})"
