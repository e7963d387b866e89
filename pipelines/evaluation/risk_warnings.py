"""What makes scores of risk hard to believe, as sentences for those who decide by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipelines.evaluation.intervals import wilson

if TYPE_CHECKING:
    from pipelines.evaluation.risk_judgement import RiskJudgement

FEW_ROWS = 100
FEW_OF_A_KIND = 50
# Nobody tells defaults that well in advance; a column filled afterwards does.
TOO_GOOD = 0.98
CLEARLY_GOOD = 0.9
MOST_NAMED = 3
# A mean probability nearer than this to the share that came is right for every practical purpose.
NEAR_ENOUGH = 0.05


def risk_warnings(
    judgement: RiskJudgement, titles: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Returns a sentence for each reason to doubt the scores, the gravest first.

    Args:
        judgement: of all models.
        titles: what models are called, by id; others by their id.
    """
    called = titles or {}
    n, unit = len(judgement.truth), judgement.unit
    own = int(judgement.truth.sum())
    name = judgement.positive
    found: list[str] = []
    if own in (0, n):
        every = f"is “{name}”" if own else f"is anything but “{name}”"
        return (
            f"Every judged {unit} {every}: nothing can be said about telling them apart, and AUC, KS "
            f"and similar scores are left out; add {unit}s of the other kind.",
        )
    if n < FEW_ROWS:
        found.append(
            f"{n:,} judged {unit}{'s are' if n > 1 else ' is'} few: the intervals are wide, and only "
            f"large differences between models can show; judge by {FEW_ROWS} or more."
        )
    fewest = min(own, n - own)
    if fewest < FEW_OF_A_KIND:
        kind = f"“{name}”" if own <= n - own else f"not “{name}”"
        found.append(
            f"Only {fewest:,} of {n:,} judged {unit}s {'is' if fewest == 1 else 'are'} {kind}, and it "
            f"is these that scores of ranking rest on; {FEW_OF_A_KIND} or more make them steady."
        )
    models = [each for each in judgement.systems if each != judgement.baseline]
    for look in (_too_good, _reversed, _off, _never):
        found += look(judgement, models, called)
    return tuple(found)


def _too_good(
    judgement: RiskJudgement, models: list[str], titles: Mapping[str, str]
) -> list[str]:
    named = [
        model for model in models
        if (score := judgement.score(model, "roc_auc")) is not None and score.value >= TOO_GOOD
        # On a handful of rows a perfect score is no wonder.
        and (score.low is None or score.low >= CLEARLY_GOOD)
    ]
    if not named:
        return []
    return [
        f"{_listed(named, titles)} all but tells the outcome (AUC {TOO_GOOD:.2f} or more): check that "
        f"no column was filled after it and that the {judgement.unit}s were not used for training."
    ]


def _reversed(
    judgement: RiskJudgement, models: list[str], titles: Mapping[str, str]
) -> list[str]:
    named = [
        model for model in models
        if (score := judgement.score(model, "roc_auc")) is not None
        and score.high is not None and score.high < 0.5
    ]
    if not named:
        return []
    return [
        f"{_listed(named, titles)} ranks the wrong way round (AUC below 0.5): the probability may be "
        f"that of the other outcome; give one minus it if so."
    ]


def expects(judgement: RiskJudgement, model: str) -> str:
    """"more" or "fewer" where the rows contradict a model's mean probability, else empty."""
    n, own = len(judgement.truth), int(judgement.truth.sum())
    low, high = wilson(own, n, judgement.level)
    mean = float(judgement.systems[model].mean())
    # How many come is as uncertain as the rows are, whatever a model says of each.
    if low <= mean <= high or abs(mean - own / n) <= NEAR_ENOUGH * own / n:
        return ""
    return "more" if mean > own / n else "fewer"


def _off(
    judgement: RiskJudgement, models: list[str], titles: Mapping[str, str]
) -> list[str]:
    """Models whose mean probability the rows contradict, all of one side in one sentence."""
    n, own = len(judgement.truth), int(judgement.truth.sum())
    low, high = wilson(own, n)
    sides = {model: expects(judgement, model) for model in models}
    found = []
    for side in ("more", "fewer"):
        named = [model for model in models if sides[model] == side]
        if not named:
            continue
        means = [f"{share_words(float(judgement.systems[m].mean()))} %" for m in named[:MOST_NAMED]]
        found.append(
            f"{_listed(named, titles)} expects {side} than came: {_joined(means)} on average, and "
            f"{share_words(own / n)} % of the {judgement.unit}s are “{judgement.positive}” "
            f"({share_words(low)} to {share_words(high)}); probabilities need calibrating before they "
            "are multiplied with money."
        )
    return found


def _never(
    judgement: RiskJudgement, models: list[str], titles: Mapping[str, str]
) -> list[str]:
    named = [
        model for model in models
        if not (judgement.systems[model] >= judgement.cuts_of(model)).any()
        and np.ptp(judgement.systems[model]) > 0
    ]
    if not named:
        return []
    cut = judgement.threshold(named[0])
    return [
        f"No {judgement.unit} reaches the threshold {cut:g} with {_listed(named, titles, 'any')}, so "
        f"accuracy is that of never saying “{judgement.positive}” and F1 is 0; choose the threshold "
        "by what mistakes cost."
    ]


def share_words(share: float) -> str:
    """A share in hundredths with the digits that say something: `12.3` or `0.12`."""
    return f"{100 * share:.{1 if share >= 0.01 or share == 0 else 2}f}"


def _listed(names: list[str], titles: Mapping[str, str], word: str = "each") -> str:
    quoted = [f"“{titles.get(name, name)[:60]}”" for name in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        quoted.append(f"{len(names) - MOST_NAMED} more")
    return quoted[0] if len(quoted) == 1 else f"{word} of {_joined(quoted)}"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
