"""What makes figures of recommenders hard to believe, as sentences for those who decide by them."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.ranking_results import FEW_USERS, RankingJudgement
from pipelines.evaluation.verdict import is_shown, p_words

# Shares of users or items from which on a figure means something else than it seems to.
NOTABLE = 0.1


def ranking_warnings(judgement: RankingJudgement) -> tuple[str, ...]:
    """Returns a sentence for each reason to doubt the scores, the gravest first."""
    found = [
        *_few(judgement), *_unfindable(judgement), *_short(judgement), *_ties(judgement),
        *_same(judgement),
    ]
    return tuple(found)


def _few(judgement: RankingJudgement) -> list[str]:
    n = judgement.users
    if n >= FEW_USERS:
        return []
    return [
        f"{n:,} judged {'user is' if n == 1 else 'users are'} few: read the intervals, and judge by "
        f"{FEW_USERS} or more before you decide."
    ]


def _unfindable(judgement: RankingJudgement) -> list[str]:
    popularity = judgement.ground.popularity
    if popularity is None:
        return []
    share = float((popularity[judgement.index.item] == 0).mean())
    if share < NOTABLE:
        return []
    return [
        f"{100 * share:.0f} % of what had to be found are items that nobody took before; only methods "
        "that know their content can find them, and every score is that much lower."
    ]


def _short(judgement: RankingJudgement) -> list[str]:
    found = []
    for name, lists in judgement.lists.items():
        short = int((lists[:, : judgement.k] < 0).any(axis=1).sum())
        if short >= NOTABLE * judgement.users:
            found.append(
                f"“{name}” fills fewer than {judgement.k} places for {short:,} of {judgement.users:,} "
                "users; places left empty count as wrong."
            )
    return found


def _ties(judgement: RankingJudgement) -> list[str]:
    """Models that lead, but not beyond chance."""
    order = judgement.order
    if len(order) < 2:
        return []
    best = order[0]
    tied = [
        (name, comparison.p) for name in order[1:]
        if (comparison := judgement.comparison(judgement.primary, best, name)) is not None
        and not is_shown(comparison)
    ]
    if not tied:
        return []
    names = [f"“{name}”" for name, _ in tied]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    least = p_words(min(p for _, p in tied)) + ("" if len(tied) == 1 else " or more")
    return [
        f"“{best}” leads, but these users cannot tell it apart from {listed} in "
        f"{judgement.primary} ({least})."
    ]


def _same(judgement: RankingJudgement) -> list[str]:
    names = list(judgement.lists)
    k = judgement.k
    return [
        f"“{one}” and “{other}” give every user the same first {k} items."
        for place, one in enumerate(names) for other in names[place + 1 :]
        if np.array_equal(judgement.lists[one][:, :k], judgement.lists[other][:, :k])
    ]
