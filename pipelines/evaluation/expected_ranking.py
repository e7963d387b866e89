"""What lists are worth on average where scores are equal: over all orders that they leave open.

Equal scores say nothing about the order among them, so that every such order counts alike. Without
any, the values are those of the one list there is; with all of them equal, those of any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.evaluation.ranking_metrics import of_chances


@dataclass(frozen=True)
class Expected:
    """The values of one system's lists.

    Attributes:
        values: (n,) by metric at each number of places, and `auc`; NaN where that is undefined.
        coverage: by number of places, the share of all items that stand in anybody's list.
        any_order: whether the system says nothing at all, so that its values hold no chance.
    """

    values: dict[str, np.ndarray]
    coverage: dict[int, float]
    any_order: bool


@dataclass(frozen=True)
class _Places:
    """Candidates in order, one row each; those of equal scores are a block.

    Attributes:
        user: (rows,) rising.
        at: (rows,) 0-based place among the user's candidates.
        within: (rows,) 0-based place in the block.
        size, hits: (rows,) of the block, its candidates and the relevant ones among them.
        before: (rows,) relevant candidates of the user above the block.
    """

    user: np.ndarray
    at: np.ndarray
    within: np.ndarray
    size: np.ndarray
    hits: np.ndarray
    before: np.ndarray

    @classmethod
    def of(cls, user: np.ndarray, scores: np.ndarray, relevant: np.ndarray) -> _Places:
        new_user = np.diff(user, prepend=-1) != 0
        # Minus infinity less itself is no number, hence the comparison.
        new = new_user | np.concatenate([[True], scores[1:] != scores[:-1]])
        block, owner = np.cumsum(new) - 1, np.cumsum(new_user) - 1
        rows = np.arange(len(user))
        starts, firsts = rows[new], rows[new_user]
        hits = np.bincount(block, weights=relevant)
        above = np.concatenate([[0.0], np.cumsum(relevant, dtype=float)])
        return cls(
            user=owner, at=rows - firsts[owner], within=rows - starts[block],
            size=np.bincount(block)[block], hits=hits[block],
            before=(above[starts[block]] - above[firsts[owner]]),
        )


def expected(
    user: np.ndarray,
    item: np.ndarray,
    relevant: np.ndarray,
    scores: np.ndarray,
    *,
    items: int,
    places: Sequence[int],
) -> Expected:
    """The mean of each metric over all orders of each user's candidates that the scores allow.

    Args:
        user: (rows,) 0 to n - 1, rising.
        item: (rows,) positions among all items.
        relevant: (rows,) whether the user took the item, at least one of each user.
        scores: (rows,) higher is better; minus infinity where the system did not list the item, which
            then stands behind all that it listed and does not count for coverage.
        items: number of items there are.
        places: numbers of places that count.

    Source:
        McSherry, F. and Najork, M. (2008), Computing information retrieval performance measures
        efficiently in the presence of tied scores. ECIR, 414-421.
    """
    order = np.lexsort((-scores, user))
    known = _Places.of(user[order], scores[order], relevant[order])
    total = np.bincount(known.user, weights=relevant[order])
    count = np.bincount(known.user)
    values: dict[str, np.ndarray] = {}
    chances = _chances(known, len(count), max(places))
    for k in places:
        values |= of_chances(*chances, total, k)
    values["auc"] = _auc(known, total, count)
    listed = np.isfinite(scores[order])
    # Whether every user's candidates are one block, and so any order as good as another.
    silent = bool((known.size == count[known.user]).all())
    if silent:
        listed[:] = True
    return Expected(
        values, {k: _coverage(known, item[order], listed, items, k) for k in places}, silent
    )


def _chances(known: _Places, users: int, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each place: that it is relevant, relevant ones up to it if it is, and none up to it.

    Returns:
        Three of shape (users, most); beyond a user's candidates nothing is relevant.
    """
    shown = known.at < most
    size, hits, within = (each[shown].astype(float) for each in (known.size, known.hits, known.within))
    where = known.user[shown], known.at[shown]
    relevant, so_far, stays = np.zeros((users, most)), np.zeros((users, most)), np.ones((users, most))
    relevant[where] = hits / size
    so_far[where] = known.before[shown] + 1 + within * (hits - 1) / np.maximum(size - 1, 1)
    # Of what is left of the block when none was relevant yet, the share that is not.
    stays[where] = np.maximum(size - hits - within, 0) / (size - within)
    return relevant, so_far, np.cumprod(stays, axis=1)


def _auc(known: _Places, total: np.ndarray, count: np.ndarray) -> np.ndarray:
    """A pair of equal scores counts half."""
    first = known.within == 0
    user, hits = known.user[first], known.hits[first]
    others = known.size[first] - hits
    behind = (count - total)[user] - (known.at[first] - known.before[first]) - others
    right = np.bincount(user, weights=hits * (behind + others / 2), minlength=len(total))
    pairs = total * (count - total)
    return np.where(pairs > 0, right / np.maximum(pairs, 1), np.nan)


def _coverage(
    known: _Places, item: np.ndarray, listed: np.ndarray, items: int, k: int
) -> float:
    start = known.at - known.within
    shown = np.clip((k - start) / known.size, 0, 1)
    rows = listed & (shown > 0)
    with np.errstate(divide="ignore"):
        missed = np.bincount(item[rows], weights=np.log1p(-shown[rows]), minlength=items)
    return float((1 - np.exp(missed)).mean())
