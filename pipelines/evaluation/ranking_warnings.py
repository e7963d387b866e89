"""What makes figures of recommenders hard to believe, as sentences for those who decide by them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from pipelines.evaluation.paired_tests import ROUNDING
from pipelines.evaluation.ranking_choice import mostly_without_choice
from pipelines.evaluation.ranking_results import FEW_USERS, RankingJudgement
from pipelines.evaluation.verdict import is_shown, p_words

# Shares of users or items from which on a figure means something else than it seems to.
NOTABLE = 0.1


def ranking_warnings(
    judgement: RankingJudgement, titles: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """Returns a sentence for each reason to doubt the scores, the gravest first.

    Args:
        titles: what models are called, by their names; the names themselves where not given.
    """
    called = {name: titles.get(name, name) for name in judgement.lists}
    found = [
        *_few(judgement), *_unfindable(judgement), *_short(judgement, called),
        *_ties(judgement, called), *_same(judgement, called),
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
    if share < NOTABLE or mostly_without_choice(judgement):
        return []
    return [
        f"{100 * share:.0f} % of what had to be found are items that nobody took before; only methods "
        "that know their content can find them, and every score is that much lower."
    ]


def _short(judgement: RankingJudgement, called: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    if mostly_without_choice(judgement):
        return found
    for name, lists in judgement.lists.items():
        short = int((lists[:, : judgement.k] < 0).any(axis=1).sum())
        if short >= NOTABLE * judgement.users:
            found.append(
                f"“{called[name]}” fills fewer than {judgement.k} places for {short:,} of "
                f"{judgement.users:,} users; places left empty count as wrong."
            )
    return found


def _ties(judgement: RankingJudgement, called: Mapping[str, str]) -> list[str]:
    """Models that lead, but not beyond chance; equal ones do not lead."""
    order = judgement.order
    if len(order) < 2:
        return []
    best = order[0]
    tied = [
        (name, comparison.p) for name in order[1:]
        if (comparison := judgement.comparison(judgement.primary, best, name)) is not None
        and not is_shown(comparison) and abs(comparison.delta) > ROUNDING
    ]
    if not tied:
        return []
    names = [f"“{called[name]}”" for name, _ in tied]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    least = p_words(min(p for _, p in tied)) + ("" if len(tied) == 1 else " or more")
    return [
        f"“{called[best]}” leads, but these users cannot tell it apart from {listed} in "
        f"NDCG@{judgement.k} ({least})."
    ]


def _same(judgement: RankingJudgement, called: Mapping[str, str]) -> list[str]:
    names = list(judgement.lists)
    k = judgement.k
    return [
        f"“{called[one]}” and “{called[other]}” give every user the same first {k} items."
        for place, one in enumerate(names) for other in names[place + 1 :]
        if np.array_equal(judgement.lists[one][:, :k], judgement.lists[other][:, :k])
    ]
