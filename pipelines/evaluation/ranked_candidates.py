"""From scores of pairs of users and items, as a file holds them, to lists that can be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.evaluation.expected_ranking import Expected, expected


@dataclass(frozen=True)
class Candidates:
    """Scored pairs of the users that can be judged.

    Attributes:
        user: (rows,) 0 to n - 1, rising.
        item: (rows,) positions among all items.
        relevant: (rows,) whether the user took the item.
        rows: (rows,) where each pair stood among those given.
        users: number n of users with a relevant item.
        items: number of items of the file.
        left_out: users without a relevant item, whom nothing can be said about.
        easy: users all of whose items are relevant, for whom any order is right.
    """

    user: np.ndarray
    item: np.ndarray
    relevant: np.ndarray
    rows: np.ndarray
    users: int
    items: int
    left_out: int
    easy: int

    @classmethod
    def of(cls, user: np.ndarray, item: np.ndarray, relevant: np.ndarray) -> Candidates:
        """Leaves out users without a relevant item.

        Args:
            user, item: (rows,) positions from 0 on, all present.
            relevant: (rows,) whether the user took the item.
        """
        hits = np.bincount(user, weights=relevant).astype(np.int64)
        sizes = np.bincount(user)
        rows = np.flatnonzero((hits > 0)[user])
        rows = rows[np.lexsort((item[rows], user[rows]))]
        number = np.cumsum(hits > 0) - 1
        return cls(
            user=number[user[rows]], item=item[rows], relevant=relevant[rows], rows=rows,
            users=int((hits > 0).sum()), items=int(item.max()) + 1,
            left_out=int((hits == 0).sum()), easy=int((hits == sizes).sum()),
        )

    @property
    def sizes(self) -> np.ndarray:
        """(n,) number of candidates of each user."""
        return np.bincount(self.user, minlength=self.users)

    @property
    def held(self) -> list[np.ndarray]:
        """(n,) relevant items of each user."""
        rows = np.flatnonzero(self.relevant)
        return np.split(self.item[rows], np.flatnonzero(np.diff(self.user[rows])) + 1)

    def ranked(self, scores: np.ndarray, places: Sequence[int], seed: int) -> Ranked:
        """Each user's candidates, the highest score first.

        Args:
            scores: (rows,) of the pairs here; minus infinity where the system did not list the item.
            places: numbers of places to judge by.
            seed: of the order in which equal scores stand in the lists; values do not hang on it.
        """
        chance = np.random.default_rng(seed).permutation(len(scores))
        order = np.lexsort((chance, -scores, self.user))
        sizes = self.sizes
        starts = np.cumsum(sizes) - sizes
        place = np.arange(len(order)) - np.repeat(starts, sizes)
        lists = np.full((self.users, max(places)), -1, dtype=np.int64)
        shown = place < max(places)
        lists[self.user[order[shown]], place[shown]] = self.item[order[shown]]
        worth = expected(
            self.user, self.item, self.relevant, scores, items=self.items, places=places
        )
        return Ranked(lists, worth, self._ties(scores), int(np.isneginf(scores).sum()))

    def _ties(self, scores: np.ndarray) -> float:
        """Share of the pairs that share their score with another one of their user."""
        pairs = pd.DataFrame({"user": self.user, "score": scores})
        return float((pairs.duplicated(keep=False) & ~np.isneginf(scores)).mean())


@dataclass(frozen=True)
class Ranked:
    """The order one system gives.

    Attributes:
        lists: (n, places) items, best first, -1 where there are no more.
        expected: the values of the lists, over all orders of equal scores.
        ties: share of pairs whose score another pair of the user has too.
        unlisted: pairs that the system did not list.
    """

    lists: np.ndarray
    expected: Expected
    ties: float
    unlisted: int


def are_ranks(user: np.ndarray, scores: np.ndarray) -> bool:
    """Whether numbers are places in a list, 1 the best: whole, and 1, 2, 3 ... for every user.

    Args:
        user: (rows,) positions from 0 on, also with gaps.
        scores: (rows,) all present.
    """
    if not len(scores) or not np.array_equal(scores, np.floor(scores)) or scores.min() not in (0, 1):
        return False
    order = np.lexsort((scores, user))
    sizes = np.bincount(user)
    starts = np.cumsum(sizes) - sizes
    place = np.arange(len(order)) - np.repeat(starts, sizes)
    # Of two candidates each, predictions of 0 and 1 would look like places.
    return bool(sizes.max() > 2 and np.array_equal(scores[order] - scores.min(), place))
