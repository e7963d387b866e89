"""Why an item stands in a list, and what would change if the history were another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.recommendation.ranking import ranks_of, top
from pipelines.recommendation.recommender import Recommender

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MOST_REASONS = 2


@dataclass(frozen=True)
class Listed:
    """An item of a list with what put it there.

    Attributes:
        item: its position.
        reasons: positions of the items of the history that speak for it, strongest first; empty
            where none does, or where the method does not look at histories.
        without: the place, from 1, that it would have without the first of the reasons; None
            without reasons.
    """

    item: int
    reasons: tuple[int, ...]
    without: int | None


@dataclass(frozen=True)
class Without:
    """A list made as if one item had not been taken.

    Attributes:
        items: (n,) positions of what would be listed.
        before: (n,) the place, from 1, of each in the list as it is now, however far below.
        after: for each item of the list as it is now, the place it would have.
    """

    items: np.ndarray
    before: tuple[int, ...]
    after: tuple[int, ...]


def explained(
    recommender: Recommender, history: csr_matrix, items: Sequence[int], most: int = MOST_REASONS,
    liked_from: float | None = None,
) -> list[Listed]:
    """What speaks for each item of a list, and where it would stand without the first of that.

    Args:
        recommender: that made the list.
        history: (1, I) what it was made from.
        items: positions, best first.
        most: reasons for each.
        liked_from: the least weight of a reason, where weights are ratings: nobody believes a list
            that is explained by what one disliked.
    """
    rated = dict(zip(history.indices.tolist(), history.data.tolist(), strict=True))
    able = most if liked_from is None else max(most, history.nnz)
    reasons = [
        tuple(
            place for place, share in recommender.reasons(history, item, able)
            if share > 0 and (liked_from is None or rated[place] >= liked_from)
        )[:most]
        for item in items
    ]
    firsts = list(dict.fromkeys(each[0] for each in reasons if each))
    places: dict[int, int] = {}
    if firsts:
        about = {
            first: [n for n, each in enumerate(reasons) if each and each[0] == first]
            for first in firsts
        }
        held = [np.array([items[n] for n in about[first]], dtype=np.int64) for first in firsts]
        ranks = ranks_of(
            recommender, _each_without(history, firsts), held, seen=_repeated(history, len(firsts))
        )
        for first, found in zip(firsts, ranks, strict=True):
            places.update(zip(about[first], (found + 1).tolist(), strict=True))
    return [
        Listed(int(item), each, places.get(n))
        for n, (item, each) in enumerate(zip(items, reasons, strict=True))
    ]


def list_without(
    recommender: Recommender, history: csr_matrix, removed: int, items: Sequence[int]
) -> Without:
    """The list as it would be had one item not been taken; that item is still not listed.

    Args:
        recommender: that made the list.
        history: (1, I) what it was made from.
        removed: position of the item to leave out.
        items: positions of the list as it is now, best first.
    """
    less = _each_without(history, [removed])
    found, _ = top(recommender, less, len(items), seen=history)
    there = found[0][found[0] >= 0]
    before = ranks_of(recommender, history, [there])[0] + 1
    after = ranks_of(recommender, less, [np.asarray(items, dtype=np.int64)], seen=history)[0] + 1
    return Without(there, tuple(before.tolist()), tuple(after.tolist()))


def because(names: Sequence[str]) -> str:
    """Reasons in words: because of A, of A and B, of A, B and C; nothing without names."""
    if not names:
        return ""
    if len(names) == 1:
        return f"because of {names[0]}"
    return f"because of {', '.join(names[:-1])} and {names[-1]}"


def _each_without(history: csr_matrix, removed: Sequence[int]) -> csr_matrix:
    """(r, I) the history once for each item that is left out of it."""
    from scipy.sparse import csr_matrix, vstack

    rows = []
    for item in removed:
        keep = history.indices != item
        rows.append(csr_matrix(
            (history.data[keep], history.indices[keep], [0, int(keep.sum())]), shape=history.shape
        ))
    return vstack(rows, format="csr")


def _repeated(history: csr_matrix, times: int) -> csr_matrix:
    from scipy.sparse import vstack

    return vstack([history] * times, format="csr")
