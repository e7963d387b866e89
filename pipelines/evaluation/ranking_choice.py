"""Whether there was anything to choose from: lists that hold all there is find everything."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.ranking_results import RankingJudgement

# Shares of the users from which on it is said, and from which on shares of users say nothing.
NOTABLE, MOST = 0.1, 0.5


def without_choice(judgement: RankingJudgement) -> int:
    """Users for whom the places that matter hold every item there was to choose from."""
    histories = judgement.ground.histories
    if histories is not None:
        left = judgement.ground.items - np.diff(histories.tocsr().indptr)
        return int((left <= judgement.k).sum())
    filled = np.max([(lists >= 0).sum(axis=1) for lists in judgement.lists.values()], axis=0)
    places = min(lists.shape[1] for lists in judgement.lists.values())
    # Full lists of no more places do not tell whether there was more.
    return int((filled <= judgement.k if places > judgement.k else filled < judgement.k).sum())


def mostly_without_choice(judgement: RankingJudgement) -> bool:
    """Whether that holds for so many that how many users are shown something says nothing."""
    return without_choice(judgement) > MOST * judgement.users


def choice_doubt(judgement: RankingJudgement) -> str:
    """A sentence that comes before the verdict; empty where nearly all users had a choice."""
    count, n = without_choice(judgement), judgement.users
    if count < NOTABLE * n:
        return ""
    there = "the file has for them" if judgement.ground.candidates else "they had not taken"
    return (
        f"Nothing was left to choose from for {count:,} of {n:,} users: {judgement.k} places hold "
        f"every item that {there}, so that any order shows all of it. "
    )
