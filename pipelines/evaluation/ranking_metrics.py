"""How good lists of items are: one value a user, and what lists have in common.

Relevance is yes or no: an item is relevant for a user when it was held out of that user's entries.
Lists hold positions of items, best first, and -1 where there are no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ACCURACY = ("ndcg", "recall", "precision", "map", "mrr", "hit_rate")
# Multiplications that cosines may cost, some seconds; beyond it fewer users are looked at.
CO_OCCURRENCES = 200_000_000
_BLOCK = 512


@dataclass(frozen=True)
class Held:
    """What each user should have been shown.

    Attributes:
        counts: (n,) number of different relevant items, at least one each.
        keys: rising user · items + item of all of them.
        items: number of items there are.
    """

    counts: np.ndarray
    keys: np.ndarray
    items: int

    @classmethod
    def of(cls, held: Sequence[np.ndarray], items: int) -> Held:
        """Indexes relevant items; one that is named twice counts once.

        Args:
            held: (n,) arrays of item positions.
            items: number of items there are.

        Raises:
            ValueError: a user without any, or a position that is no item.
        """
        sizes = np.array([len(each) for each in held], dtype=np.int64)
        if (sizes == 0).any():
            raise ValueError("every judged user needs at least one relevant item")
        flat = np.concatenate([np.asarray(each, dtype=np.int64) for each in held]) if len(
            held
        ) else np.zeros(0, dtype=np.int64)
        if len(flat) and (flat.min() < 0 or flat.max() >= items):
            raise ValueError(f"relevant items lie outside 0 to {items - 1}")
        keys = np.unique(np.repeat(np.arange(len(held)), sizes) * items + flat)
        return cls(np.bincount(keys // items, minlength=len(held)), keys, items)

    @property
    def user(self) -> np.ndarray:
        """The user of each key."""
        return self.keys // self.items

    @property
    def item(self) -> np.ndarray:
        """The item of each key."""
        return self.keys % self.items

    def hits(self, lists: np.ndarray) -> np.ndarray:
        """(n, K) whether each place of the lists holds a relevant item.

        Raises:
            ValueError: another number of lists than of users.
        """
        if len(lists) != len(self.counts):
            raise ValueError(f"{len(lists)} lists for {len(self.counts)} users")
        keys = np.arange(len(lists))[:, None] * self.items + np.asarray(lists, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), max(len(self.keys) - 1, 0))
        return np.asarray((self.keys[place] == keys) & (np.asarray(lists) >= 0))

    def found(self, lists: np.ndarray) -> np.ndarray:
        """(keys,) whether each relevant item stands in its user's list."""
        hits = self.hits(lists)
        row, column = np.nonzero(hits)
        keys = row * self.items + np.asarray(lists, dtype=np.int64)[row, column]
        got = np.zeros(len(self.keys), dtype=bool)
        got[np.searchsorted(self.keys, keys)] = True
        return got


def at(hits: np.ndarray, counts: np.ndarray, k: int) -> dict[str, np.ndarray]:
    """The metrics of the first k places, each (n,) with one value a user.

    - ndcg: gains 1 / log2(place + 1) over those of the best list there could be, which has
      min(relevant, k) hits in front.
    - recall: hits over relevant items.   - precision: hits over k, also of a shorter list.
    - map: precision at the place of each hit, summed, over relevant items.
    - mrr: one over the place of the first hit, 0 without one.   - hit_rate: whether there is a hit.

    Args:
        hits: (n, K) with K at least k.
        counts: (n,) number of relevant items.
        k: places that count.

    Source:
        trec_eval's `ndcg_cut`, `recall`, `P`, `map_cut` and `success`; Järvelin, K. and Kekäläinen,
        J. (2002), Cumulated gain-based evaluation of IR techniques.
    """
    if hits.shape[1] < k:
        raise ValueError(f"lists of {hits.shape[1]} places cannot be judged at {k}")
    first = hits[:, :k].astype(np.float64)
    return of_chances(
        first, np.cumsum(first, axis=1), np.cumprod(1 - first, axis=1), counts, k
    )


def of_chances(
    relevant: np.ndarray, so_far: np.ndarray, none: np.ndarray, counts: np.ndarray, k: int
) -> dict[str, np.ndarray]:
    """As `at`, where places are not sure of what they hold: the expectation of each metric.

    Args:
        relevant: (n, K) chance that a place holds a relevant item.
        so_far: (n, K) hits to be expected up to a place that holds one.
        none: (n, K) chance that there is no hit up to a place.
        counts: (n,) number of relevant items.
        k: places that count.
    """
    first, upto, none = relevant[:, :k], so_far[:, :k], none[:, :k]
    places = np.arange(1, k + 1)
    gains = 1 / np.log2(places + 1)
    best = np.cumsum(gains)[np.minimum(counts, k).astype(int) - 1]
    found = first.sum(axis=1)
    fresh = -np.diff(none, axis=1, prepend=1.0)
    return {
        f"ndcg@{k}": first @ gains / best,
        f"recall@{k}": found / counts,
        f"precision@{k}": found / k,
        f"map@{k}": (first * upto / places).sum(axis=1) / counts,
        f"mrr@{k}": (fresh / places).sum(axis=1),
        f"hit_rate@{k}": 1 - none[:, -1],
    }


def auc(ranks: Sequence[np.ndarray], candidates: np.ndarray) -> np.ndarray:
    """(n,) share of pairs of a relevant and another candidate that stand in the right order.

    Args:
        ranks: (n,) 0-based places of the relevant items among all candidates, in any order.
        candidates: (n,) number of candidates of each user: items that were not in the history.

    Returns:
        NaN for a user whose candidates are all relevant.
    """
    relevant = np.array([len(each) for each in ranks], dtype=np.int64)
    user = np.repeat(np.arange(len(ranks)), relevant)
    flat = np.concatenate([np.asarray(each, dtype=np.int64) for each in ranks]) if len(user) else user
    flat = flat[np.lexsort((flat, user))]
    # Relevant items before each relevant one are not mistakes.
    before = np.arange(len(flat)) - (np.cumsum(relevant) - relevant)[user]
    above = np.bincount(user, weights=flat - before, minlength=len(ranks))
    others = np.asarray(candidates, dtype=np.int64) - relevant
    pairs = relevant * others
    return np.where(pairs > 0, 1 - above / np.maximum(pairs, 1), np.nan)


def coverage(lists: np.ndarray, items: int, k: int) -> float:
    """Share of all items that stand in anybody's first k places."""
    first = lists[:, :k]
    return len(np.unique(first[first >= 0])) / items


def novelty(lists: np.ndarray, popularity: np.ndarray, users: int, k: int) -> np.ndarray:
    """(n,) mean of -log2 of the share of users who took each of the first k items, in bits.

    An item nobody took counts as if one user had.

    Args:
        popularity: (I,) number of users in training who took each item.
        users: in training.

    Source:
        Zhou, T. et al. (2010), Solving the apparent diversity-accuracy dilemma of recommender
        systems. PNAS 107, 4511-4515: mean self-information.
    """
    bits = -np.log2(np.maximum(popularity, 1) / users)
    return _mean_over(lists[:, :k], bits)


def mean_popularity(lists: np.ndarray, popularity: np.ndarray, k: int) -> np.ndarray:
    """(n,) mean number of users who took each of the first k items; NaN for an empty list."""
    return _mean_over(lists[:, :k], popularity.astype(np.float64))


def _mean_over(lists: np.ndarray, values: np.ndarray) -> np.ndarray:
    there = lists >= 0
    sizes = there.sum(axis=1)
    sums = np.where(there, values[np.maximum(lists, 0)], 0.0).sum(axis=1)
    return np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)


@dataclass(frozen=True)
class Cosines:
    """Cosines of the pairs of items that stand in a list together.

    Attributes:
        keys: rising smaller item · items + larger item.
        values: cosine of each pair.
        items: number of items there are.
        basis: what the vectors of the items are, for signatures.
    """

    keys: np.ndarray
    values: np.ndarray
    items: int
    basis: str

    @classmethod
    def by_users(
        cls, training: csr_matrix, lists: Sequence[np.ndarray], k: int, seed: int = 0
    ) -> Cosines:
        """Items are alike as far as the same users took them.

        Args:
            training: (U, I) what users took; weights do not matter.
            lists: the lists of all systems, each (n, K).
            k: places that count.
            seed: of the choice of users where there are too many to look at all of them.
        """
        items = training.shape[1]
        keys = np.unique(np.concatenate([_pair_keys(each[:, :k], items) for each in lists]))
        small, large = keys // items, keys % items
        used = np.unique(np.concatenate([small, large]))
        taken = training[:, used].tocsr()
        taken.data = np.ones_like(taken.data, dtype=np.float32)
        sizes = np.diff(taken.indptr).astype(np.int64)
        chosen = _affordable(sizes, seed)
        taken = taken[chosen]
        columns = taken.T.tocsr()
        lengths = np.sqrt(np.diff(columns.indptr).astype(np.float64))
        first, second = np.searchsorted(used, small), np.searchsorted(used, large)
        together = np.zeros(len(keys))
        for start in range(0, len(used), _BLOCK):
            # Pairs are in the order of their first item, so each block is one stretch of them.
            here = slice(*np.searchsorted(first, [start, start + _BLOCK]))
            if here.start < here.stop:
                counts = (columns[start : start + _BLOCK] @ taken).tocsr()
                together[here] = np.asarray(
                    counts[first[here] - start, second[here]]
                ).ravel()
        scale = lengths[first] * lengths[second]
        values = np.divide(together, scale, out=np.zeros(len(keys)), where=scale > 0)
        whole = len(chosen) == len(sizes)
        return cls(keys, values, items, "users" if whole else f"users:{len(chosen)}|seed:{seed}")


def diversity(lists: np.ndarray, cosines: Cosines, k: int) -> np.ndarray:
    """(n,) one less the mean cosine of the pairs of items in the first k places.

    NaN for a list with fewer than two items.

    Source:
        Ziegler, C.-N. et al. (2005), Improving recommendation lists through topic diversification:
        intra-list similarity.
    """
    first = lists[:, :k]
    left, right = np.triu_indices(first.shape[1], 1)
    sums, sizes = np.zeros(len(first)), np.zeros(len(first))
    for one, other in zip(left, right, strict=True):
        there = (first[:, one] >= 0) & (first[:, other] >= 0)
        keys = _keys(first[there, one], first[there, other], cosines.items)
        sums[there] += cosines.values[np.searchsorted(cosines.keys, keys)]
        sizes += there
    return np.where(sizes > 0, 1 - sums / np.maximum(sizes, 1), np.nan)


def _pair_keys(lists: np.ndarray, items: int) -> np.ndarray:
    left, right = np.triu_indices(lists.shape[1], 1)
    one, other = lists[:, left].ravel(), lists[:, right].ravel()
    there = (one >= 0) & (other >= 0)
    return np.unique(_keys(one[there], other[there], items))


def _keys(one: np.ndarray, other: np.ndarray, items: int) -> np.ndarray:
    small, large = np.minimum(one, other), np.maximum(one, other)
    return np.asarray(small.astype(np.int64) * items + large)


def _affordable(sizes: np.ndarray, seed: int) -> np.ndarray:
    """Users, rising: all, or as many at random as the pairs they make allow."""
    cost = sizes.astype(np.float64) ** 2
    if cost.sum() <= CO_OCCURRENCES:
        return np.arange(len(sizes))
    order = np.random.default_rng(seed).permutation(len(sizes))
    within = np.cumsum(cost[order]) <= CO_OCCURRENCES
    return np.sort(order[within])
