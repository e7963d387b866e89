"""Users with the same history and items with the same takers: who is one and the same, perhaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.recommendation.interactions import Interactions

# Of fewer, that two sets are alike says little.
FEWEST = 10
# The share of two sets together that both have (Jaccard), from which on they are nearly the same.
ALIKE = 0.95
# Shares of users or items from which on it is worth a sentence, and casts doubt on every score.
NOTABLE, DOUBTFUL = 0.01, 0.05
# Sets of that likeness agree in one band of hashes at least but for one pair in 2,500.
BANDS, HASHES = 4, 3
PAIRS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Twins:
    """How many are like another one.

    Attributes:
        users, items: with a set that is equal or nearly to that of another.
        of_users, of_items: how many there are with a set that is not small.
    """

    users: int
    of_users: int
    items: int
    of_items: int

    @property
    def doubt(self) -> str:
        """What casts doubt on every score; empty where nothing does."""
        return " ".join(self._sentences(DOUBTFUL))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing, and is no doubt yet."""
        said = self._sentences(DOUBTFUL)
        return tuple(each for each in self._sentences(NOTABLE) if each not in said)

    def _sentences(self, share: float) -> list[str]:
        found = []
        if self.users and self.users >= share * self.of_users:
            found.append(
                f"{self.users:,} users took the same items as another user, or nearly: if they are "
                "the same people under two ids, each gives away what is held back of the other, and "
                "every score is too high."
            )
        if self.items and self.items >= share * self.of_items:
            found.append(
                f"{self.items:,} items were taken by the same users as another item, or nearly: if "
                "they are one thing under two ids, the other one is no find, and every score is too "
                "high."
            )
        return found


def twins(interactions: Interactions) -> Twins:
    """Counts users and items of 10 entries or more that another one has the same of, or nearly."""
    users, of_users = _alike(interactions.user, interactions.item)
    items, of_items = _alike(interactions.item, interactions.user)
    return Twins(users, of_users, items, of_items)


def _alike(owner: np.ndarray, member: np.ndarray) -> tuple[int, int]:
    """How many owners of large sets have a set like another one, and how many there are.

    Sets that are alike are found by hashes of their members (MinHash, Broder 1997) and then compared
    member by member.

    Args:
        owner, member: (n,) positions; each pair once.
    """
    sizes = np.bincount(owner)
    large = np.flatnonzero(sizes >= FEWEST)
    if len(large) < 2:
        return 0, len(large)
    number = np.full(len(sizes), -1, dtype=np.int64)
    number[large] = np.arange(len(large))
    kept = number[owner] >= 0
    owners, members = number[owner[kept]], member[kept]
    order = np.lexsort((members, owners))
    owners, members, sizes = owners[order], members[order], sizes[large]
    starts = np.cumsum(sizes) - sizes
    least = _signatures(members, starts)
    found = np.zeros(len(large), dtype=bool)
    for pairs in _candidates(least, sizes):
        for start in range(0, len(pairs), PAIRS_AT_ONCE):
            some = pairs[start : start + PAIRS_AT_ONCE]
            found[some[_likeness(some, members, starts, sizes) >= ALIKE].ravel()] = True
    return int(found.sum()), len(large)


def _signatures(members: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """(sets, hashes) the least random number among the members of each set."""
    chance = np.random.default_rng(0)
    size = int(members.max()) + 1
    return np.stack([
        np.minimum.reduceat(chance.permutation(size).astype(np.int32)[members], starts)
        for _ in range(BANDS * HASHES)
    ], axis=1)


def _candidates(least: np.ndarray, sizes: np.ndarray) -> list[np.ndarray]:
    """(pairs, 2) sets that agree in a band of hashes, each with the next and the first of these."""
    found = []
    for band in range(BANDS):
        keys = least[:, band * HASHES : (band + 1) * HASHES]
        # Within a band equal sets agree in all the rest as well, and so stand side by side.
        order = np.lexsort((*least.T, *keys.T))
        same = (keys[order][1:] == keys[order][:-1]).all(axis=1)
        begins = np.maximum.accumulate(np.where(np.append(True, ~same), np.arange(len(order)), 0))
        later = np.flatnonzero(same) + 1
        pairs = np.concatenate([
            np.stack([order[later], order[later - 1]], axis=1),
            np.stack([order[later], order[begins[later]]], axis=1),
        ])
        one, other = sizes[pairs[:, 0]], sizes[pairs[:, 1]]
        near = np.minimum(one, other) >= ALIKE * np.maximum(one, other)
        agree = (least[pairs[:, 0]] == least[pairs[:, 1]]).mean(axis=1) >= 0.5
        found.append(np.unique(pairs[near & agree], axis=0))
    return found


def _likeness(
    pairs: np.ndarray, members: np.ndarray, starts: np.ndarray, sizes: np.ndarray
) -> np.ndarray:
    """(pairs,) the share of both sets together that both of them have."""
    shared = np.fromiter(
        (
            len(np.intersect1d(
                members[starts[one] : starts[one] + sizes[one]],
                members[starts[other] : starts[other] + sizes[other]], assume_unique=True,
            ))
            for one, other in pairs
        ),
        dtype=np.int64, count=len(pairs),
    )
    return shared / np.maximum(1, sizes[pairs[:, 0]] + sizes[pairs[:, 1]] - shared)
