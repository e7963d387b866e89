"""One or two sentences that say what lists of recommendations prove, and what they do not."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.evaluation.ranking_choice import choice_doubt, mostly_without_choice
from pipelines.evaluation.ranking_results import FEW_USERS, RankingJudgement
from pipelines.evaluation.score import Comparison, Score
from pipelines.evaluation.verdict import TOO_FEW_ROWS, chance_words, is_shown, p_words

BASELINE_WORDS = "recommending what is most popular"


def ranking_verdict(
    judgement: RankingJudgement, model: str, *, baseline_words: str = BASELINE_WORDS,
    titles: Mapping[str, str] | None = None,
) -> str:
    """Says how much of what users took a model shows them, against the baseline and the others.

    Args:
        judgement: of the model and the baseline.
        model: the one to speak of.
        baseline_words: how to call the baseline in a sentence.
        titles: what models are called, by name; by default their names.
    """
    called = {name: (titles or {}).get(name, name) for name in judgement.scores}
    k = judgement.k
    hit, main = judgement.score(model, f"hit_rate@{k}"), judgement.score(model, judgement.primary)
    recall = judgement.score(model, f"recall@{k}")
    assert hit is not None and main is not None and recall is not None, "all are always defined"
    n = judgement.users
    # A file says of each item whether it was taken; a run held some back of what was.
    wanted = "what they took" if judgement.ground.candidates else "what was held back"
    opening = (
        f"Among {k} items {called[model]} shows {_percent(hit)} of "
        f"{n:,} {'user' if n == 1 else 'users'} something of {wanted}"
        f"{_usual(judgement, model, called)}, on average {_percent(recall)} of it"
    )
    if mostly_without_choice(judgement):
        opening = f"Of {called[model]} only the order of what it shows can be judged"
    opening = f"{choice_doubt(judgement)}{_leader(judgement, model, called)}{opening}"
    if n < TOO_FEW_ROWS:
        return f"{opening}: too few users to tell how good it is; judge by at least {FEW_USERS}."
    sentences = [f"{opening}; its NDCG@{k} is {_value(main)}" + _against(
        judgement, model, main, baseline_words
    ) + "."]
    return " ".join([*sentences, *_others(judgement, model, called)])


def _leader(judgement: RankingJudgement, model: str, called: Mapping[str, str]) -> str:
    """Who scores higher than the model that is spoken of, which is said before anything else."""
    best = judgement.order[0]
    found = judgement.comparison(judgement.primary, best, model) if best != model else None
    score = judgement.score(best, judgement.primary)
    if found is None or score is None or found.delta <= 0 or judgement.users < TOO_FEW_ROWS:
        return ""
    opening = f"{called[best]} scores highest, NDCG@{judgement.k} {score.value:.3f}"
    if is_shown(found):
        above = f"{found.delta:.3f} above {called[model]}"
        return f"{opening}, {above}, which is not chance ({p_words(found.p)}). "
    return (
        f"{opening}, but cannot be told from {called[model]}, which this is about "
        f"({chance_words(found)}). "
    )


def _usual(judgement: RankingJudgement, model: str, called: Mapping[str, str]) -> str:
    """What the baseline shows, without which a share of users says nothing."""
    base = judgement.score(judgement.baseline, f"hit_rate@{judgement.k}")
    if base is None or model == judgement.baseline:
        return ""
    return f" ({called[judgement.baseline]}: {100 * base.value:.0f} %)"


def _against(judgement: RankingJudgement, model: str, main: Score, words: str) -> str:
    if model == judgement.baseline:
        return ""
    found = judgement.comparison(judgement.primary, model, judgement.baseline)
    base = judgement.score(judgement.baseline, judgement.primary)
    if found is None or base is None:
        return ""
    if found.delta == 0:
        return f", the same as {words}: no gain is shown"
    size = _size(found, main.value, base.value)
    if not is_shown(found):
        return f", {size} {words}; that can be chance ({chance_words(found)}), so no gain is shown"
    end = "" if found.delta > 0 else ": do not use it for these users"
    return f", {size} {words}; the difference is not chance ({p_words(found.p)}){end}"


def _size(found: Comparison, value: float, base: float) -> str:
    if found.delta > 0 and base > 0 and value / base >= 1.5:
        return f"{value / base:.1f} times that of"
    return f"{abs(found.delta):.3f} {'above' if found.delta > 0 else 'below'}"


def _others(
    judgement: RankingJudgement, model: str, called: Mapping[str, str]
) -> list[str]:
    """A sentence on the next best model but the baseline, where none is ahead."""
    others = [name for name in judgement.order if name not in (model, judgement.baseline)]
    if not others:
        return []
    best = others[0]
    found = judgement.comparison(judgement.primary, best, model)
    if found is None or _leader(judgement, model, called):
        return []
    size = f"{abs(found.delta):.3f}"
    if not is_shown(found):
        return [
            f"Between it and {called[best]} these users show no difference ({chance_words(found)})."
        ]
    return [
        f"It is {size} ahead of {called[best]}, the next, which is not chance ({p_words(found.p)})."
    ]


def _percent(score: Score) -> str:
    if score.low is None or score.high is None:
        return f"{100 * score.value:.0f} %"
    return f"{100 * score.value:.0f} % ({100 * score.low:.0f} to {100 * score.high:.0f})"


def _value(score: Score) -> str:
    if score.low is None or score.high is None:
        return f"{score.value:.3f}"
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})"
