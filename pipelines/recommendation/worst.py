"""Whom lists serve worst: what they wanted, where that stood, and what stood before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.recommendation.lists import ListPredictions


@dataclass(frozen=True)
class Missed:
    """An item that was held back and is not among the first of a list.

    Attributes:
        item: its position.
        place: that it had among all that could be offered, from 1; None where nobody knows.
        takers: users who had taken it before.
    """

    item: int
    place: int | None
    takers: int


@dataclass(frozen=True)
class Served:
    """One judged user.

    Attributes:
        user: id.
        score: of the list.
        had: items taken before.
        offered: positions of the first items of the list.
        missed: what was wanted and not offered, the nearest to the list first.
        found: how many of what was wanted stand in the list.
    """

    user: str
    score: float
    had: int
    offered: tuple[int, ...]
    missed: tuple[Missed, ...]
    found: int


def worst_served(
    predictions: ListPredictions, held: Sequence[np.ndarray], scores: np.ndarray, k: int, most: int
) -> list[Served]:
    """The users with the lowest scores; of equal ones those with the most missed, then those whose
    nearest missed item stands furthest away.

    Args:
        predictions: of the judged users.
        held: what was held back of each.
        scores: of each.
        k: places that count.
        most: users wanted.
    """
    missing = np.array([
        int((~np.isin(wanted, row[:k])).sum())
        for wanted, row in zip(held, predictions.lists, strict=True)
    ])
    nearest = np.array([_nearest(ranks, k) for ranks in predictions.places])
    order = np.lexsort((-nearest, -missing, scores))[:most]
    return [_served(predictions, held[at], float(scores[at]), int(at), k) for at in order]


def _nearest(ranks: np.ndarray | None, k: int) -> int:
    """The best rank, from 0, beyond the first; -1 where there is none or nobody knows."""
    if ranks is None:
        return -1
    beyond = np.asarray(ranks)[np.asarray(ranks) >= k]
    return int(beyond.min()) if len(beyond) else -1


def _served(
    predictions: ListPredictions, held: np.ndarray, score: float, at: int, k: int
) -> Served:
    lessons, shown = predictions.lessons, predictions.lists[at][:k]
    ranks = predictions.places[at]
    missed = [
        Missed(int(item), None if ranks is None else int(ranks[n]) + 1,
               int(lessons.popularity[item]))
        for n, item in enumerate(held) if item not in shown
    ]
    user = str(predictions.users[at])
    return Served(
        user, score, lessons.taken[lessons.user_at[user]].nnz,
        tuple(int(item) for item in shown if item >= 0),
        tuple(sorted(missed, key=lambda each: each.place or 0)), len(held) - len(missed),
    )
