"""A few sentences that say what an evaluation of amounts proves, and what it does not."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pipelines.evaluation.regression_judgement import FEW_ROWS, PRIMARY, RegressionJudgement
from pipelines.evaluation.score import Score
from pipelines.evaluation.verdict import (
    TOO_FEW_ROWS,
    chance_words,
    is_shown,
    p_words,
)

BASELINE_WORDS = "always saying the mean"
MOST_NAMED = 3


def regression_verdict(
    judgement: RegressionJudgement, model: str, *, baseline_words: str = BASELINE_WORDS,
    titles: Mapping[str, str] | None = None,
) -> str:
    """Says how far off a model is, how much of the variation it explains, against the baseline and
    the others, and whether its intervals hold what they promise.

    Args:
        judgement: of the model and the baseline.
        model: the one to speak of.
        baseline_words: how to call the baseline in a sentence.
        titles: what models are called, by name; by default their names.
    """
    called = {name: (titles or {}).get(name, name) for name in judgement.scores}
    root, off = judgement.score(model, "rmse"), judgement.score(model, "mae")
    assert root is not None and off is not None, "both are always defined"
    n, unit = root.n, judgement.unit
    opening = (
        f"On {n:,} {unit if n == 1 else f'{unit}s'} {called[model]} is off by {amount(off.value)}"
        f"{_interval(off)} on average (RMSE {amount(root.value)})"
    )
    if n < TOO_FEW_ROWS:
        return f"{opening}: too few {unit}s to tell how good it is; judge by at least {FEW_ROWS}."
    return " ".join([
        opening + _explains(judgement, model) + _against(judgement, model, baseline_words) + ".",
        *_coverage(judgement, model), *_others(judgement, model, called),
    ])


def amount(value: float) -> str:
    """An amount with as many digits as say something: `1,234`, `12.35`, `0.457` or `0.0046`."""
    size = abs(value)
    if size < 1e-8:
        return "0"
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.1f}"
    if size >= 1:
        return f"{value:.2f}"
    # Two digits that count at least, and never an exponent.
    return f"{value:.{max(3, 1 - math.floor(math.log10(size)))}f}"


def _explains(judgement: RegressionJudgement, model: str) -> str:
    found = judgement.score(model, "r2")
    if found is None or found.value <= 0:
        return ""
    return f" and explains {100 * found.value:.0f} % of the variation"


def _against(judgement: RegressionJudgement, model: str, words: str) -> str:
    found = judgement.decided(model, judgement.baseline)
    base = judgement.score(judgement.baseline, PRIMARY)
    if found is None or base is None or model == judgement.baseline:
        return ""
    if found.delta == 0:
        return f", no nearer than {words}: no gain is shown"
    side = "below" if found.delta < 0 else "above"
    relative = bool(base.value) and not judgement.over_folds
    share = f"{100 * abs(found.delta) / base.value:.1f} %" if relative else amount(abs(found.delta))
    over = f" on average over the folds ({judgement.folds})" if judgement.over_folds else ""
    size = f"its RMSE is {share} {side} that of {words}{over}"
    if not is_shown(found):
        return f"; {size}, which can be chance ({chance_words(found)}), so no gain is shown"
    end = "" if found.delta < 0 else f": do not use it on these {judgement.unit}s"
    return f"; {size}, which is not chance ({p_words(found.p)}){end}"


def _coverage(judgement: RegressionJudgement, model: str) -> list[str]:
    held = judgement.coverages.get(model)
    if held is None:
        return []
    meant = f"{100 * judgement.interval_level:.0f} %"
    said = f"{100 * held.share:.1f} % ({100 * held.low:.1f} to {100 * held.high:.1f})"
    if held.high < judgement.interval_level:
        return [f"Its intervals promise {meant} and hold {said}: too narrow."]
    if held.low > judgement.interval_level:
        return [f"Its intervals promise {meant} and hold {said}: wider than needed."]
    return [f"Its intervals hold {said} of the amounts, as they promise ({meant})."]


def _others(
    judgement: RegressionJudgement, model: str, called: Mapping[str, str]
) -> list[str]:
    better, alike = [], []
    for name in judgement.order:
        if name in (model, judgement.baseline):
            continue
        found = judgement.decided(name, model)
        if found is None or not is_shown(found):
            alike.append(called[name])
        elif found.delta < 0:
            better.append((called[name], found))
    sentences = []
    if better:
        name, found = better[0]
        sentences.append(
            f"{name} is nearer: its RMSE is {amount(abs(found.delta))} lower, which is not chance "
            f"({p_words(found.p)})."
        )
    if alike:
        shown = alike[:MOST_NAMED]
        if len(alike) > MOST_NAMED:
            shown.append(f"{len(alike) - MOST_NAMED} more")
        names = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
        sentences.append(f"These {judgement.unit}s cannot tell it from {names}.")
    return sentences


def _interval(score: Score) -> str:
    if score.low is None or score.high is None:
        return ""
    return f" ({amount(score.low)} to {amount(score.high)})"
