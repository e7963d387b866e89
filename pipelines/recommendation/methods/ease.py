"""EASE: one matrix from items to items, in closed form (Steck 2019, "Embarrassingly Shallow
Autoencoders for Sparse Data").

The weights B minimise |X - XB|² + l|B|² with nothing on the diagonal. With P = (X'X + lI)⁻¹ they
are B = -P / diag(P) off the diagonal. Where there are few users, P follows from a matrix of users
by users instead (Woodbury): P = (I - X'KX) / l with K = (XX' + lI)⁻¹. The weights are the same;
time and memory then depend on the users, and B is never written out.

What is known of the items can help (Jeunen, Van Balen and Goethals 2020, "Closed-Form Models for
Collaborative Filtering with Side-Information"): each word of their texts is one more row of X, as
if somebody had taken all items that have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from pipelines.learnt_arrays import numbers, sparse
from pipelines.progress import Progress
from pipelines.recommendation.methods.inverting import inverse, steps_of
from pipelines.recommendation.methods.words import items_by_word
from pipelines.recommendation.recommender import Lessons, Recommender, Setting

if TYPE_CHECKING:
    import torch
    from scipy.sparse import csr_matrix

# 15,000 items squared are 0.9 GB of float32.
MOST_ITEMS = 15_000
# Below this many users the matrix of users is used where it is the smaller one. Scoring costs
# users x items for each history then, which stays cheap up to here.
MOST_USERS_DUAL = 4_000
# Scores by users x items that are held; 150 million float32 are 0.6 GB.
MOST_DUAL_ENTRIES = 150_000_000
# Multiplications a second: of sparse with sparse, and of dense blocks (measured on 2 cores).
SPARSE_RATE, DENSE_RATE = 5e7, 5e10
USERS_PER_BLOCK, ITEMS_PER_BLOCK = 4096, 512
MOST_WORDS = 1_000


class Ease(Recommender):
    """A linear model of each item on all the others, as exact as memory allows.

    Settings:
        penalty: l above, the squared size of weights that is paid for; more for sparser data.
        text: how many people a word counts as, 0 to leave texts out. On ml-latest-small 8 raises
            NDCG@10 from .257 to .268.
        even: from 0, every interaction counts alike, to 1, every person does: those of heavy users
            count by their number to the power of minus this. Between 0 and 1 raises NDCG@10 a little
            (.5 on ml-latest-small without rare films: .267 against .265, three splits).
    """

    name = "EASE"
    on_device = True
    defaults: ClassVar[Mapping[str, Setting]] = {"penalty": 250.0, "text": 0.0, "even": 0.0}

    @classmethod
    def grid(cls) -> list[dict[str, Setting]]:
        return [
            {"penalty": 250.0, "text": 0.0, "even": 0.0},
            {"penalty": 250.0, "text": 0.0, "even": 0.5},
            {"penalty": 250.0, "text": 8.0, "even": 0.5},
            {"penalty": 500.0, "text": 0.0, "even": 0.5},
            {"penalty": 120.0, "text": 0.0, "even": 0.5},
            {"penalty": 500.0, "text": 20.0, "even": 0.5},
            {"penalty": 1000.0, "text": 0.0, "even": 0.5},
            {"penalty": 60.0, "text": 1.0, "even": 0.5},
        ]

    @classmethod
    def refusal(cls, users: int, items: int, entries: int) -> str | None:
        if items <= MOST_ITEMS or few_users(users, items):
            return None
        return (
            f"There are {items:,} items and EASE holds a table of items by items, which fits "
            f"memory up to {MOST_ITEMS:,}; use item neighbours or alternating least squares."
        )

    @classmethod
    def seconds(
        cls, users: int, items: int, entries: int, settings: Mapping[str, Setting]
    ) -> float:
        dual = few_users(users, items)
        side, other = (users, items) if dual else (items, users)
        gram = min(entries * entries / max(1, other) / SPARSE_RATE, side * side * other / DENSE_RATE)
        table = users * entries / SPARSE_RATE if dual else 0.0
        return gram + table + side**3 / DENSE_RATE

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        there = np.flatnonzero(np.diff(matrix.indptr))
        self._known = evened(matrix[there], self.number("even"))
        if self.number("text") > 0:
            self._known = self._with_words(lessons)
        if few_users(*self._known.shape):
            self._fit_by_users(progress)
        else:
            self._fit_by_items(progress)

    def _with_words(self, lessons: Lessons) -> csr_matrix:
        """What people took, and below it a row for each word."""
        from scipy.sparse import csr_matrix, vstack

        users, items = self._known.shape
        most = MOST_WORDS
        if items > MOST_ITEMS:
            # Only the matrix of users fits then; words must not make it too large.
            most = min(most, min(MOST_USERS_DUAL, MOST_DUAL_ENTRIES // items) - users)
        words = items_by_word(lessons.catalogue.texts, max(0, most))
        words.data *= np.float32(self.number("text") ** 0.5)
        return csr_matrix(vstack([self._known, words]), dtype=np.float32)

    def _fit_by_users(self, progress: Progress) -> None:
        import torch

        progress.stage(self.name, steps_of(self._known.shape[0]))
        gram = torch.from_numpy((self._known @ self._known.T).toarray()).to(self.where())
        inverted = inverse(gram, self.number("penalty"), progress).cpu().numpy()
        # (I, U) = X'K, because the sparse factor comes first in scipy.
        spread = np.ascontiguousarray((self._known.T.tocsr() @ inverted).T)
        # x'Kx of each item, in float64 as popular items come near 1.
        columns = self._known.tocoo()
        explained = np.bincount(
            columns.col, columns.data.astype(np.float64) * spread[columns.row, columns.col],
            minlength=self._known.shape[1],
        )
        own = np.maximum(1.0 - explained, 1e-6)
        spread /= own.astype(np.float32)
        self._table = spread
        self._diagonal = (explained / own).astype(np.float32)

    def _fit_by_items(self, progress: Progress) -> None:
        gram = self._item_gram(progress)
        progress.stage(self.name, steps_of(len(gram)))
        table = inverse(gram, self.number("penalty"), progress)
        diagonal = table.diagonal().clone()
        table.div_(-diagonal).fill_diagonal_(0.0)
        self._table = table.cpu().numpy()
        self._diagonal = np.zeros(0, dtype=np.float32)
        self._known = self._known[:0]

    def _item_gram(self, progress: Progress) -> torch.Tensor:
        import torch

        users, items = self._known.shape
        pairs = float((np.diff(self._known.indptr).astype(np.float64) ** 2).sum())
        if pairs / SPARSE_RATE <= items**2 * users / DENSE_RATE:
            taken = self._known.T.tocsr()
            gram = np.empty((items, items), dtype=np.float32)
            progress.stage(self.name, items)
            for start in range(0, items, ITEMS_PER_BLOCK):
                rows = taken[start : start + ITEMS_PER_BLOCK]
                (rows @ self._known).toarray(out=gram[start : start + rows.shape[0]])
                progress.advance(rows.shape[0])
            return torch.from_numpy(gram).to(self.where())
        progress.stage(self.name, users)
        total = torch.zeros((items, items), dtype=torch.float32, device=self.where())
        for start in range(0, users, USERS_PER_BLOCK):
            block = torch.from_numpy(self._known[start : start + USERS_PER_BLOCK].toarray())
            block = block.to(self.where())
            total.addmm_(block.T, block)
            progress.advance(len(block))
        return total

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        if not len(self._diagonal):
            return _weighted_rows(self._table, weighed)
        shared = (weighed @ self._known.T).toarray()
        scores: np.ndarray = shared @ self._table
        rows = np.repeat(np.arange(weighed.shape[0]), np.diff(weighed.indptr))
        scores[rows, weighed.indices] -= weighed.data * self._diagonal[weighed.indices]
        return scores

    def _shares(self, weighed: csr_matrix, item: int) -> np.ndarray:
        return weighed.data * self._weights_of(item)[weighed.indices]

    def _similarities(self, item: int) -> np.ndarray:
        return self._weights_of(item)

    def _weights_of(self, item: int) -> np.ndarray:
        """What having each item adds to the score of `item`, (I,)."""
        if not len(self._diagonal):
            return self._table[:, item]
        weights: np.ndarray = self._known.T @ self._table[:, item]
        weights[item] = 0.0
        return weights

    def _arrays(self) -> dict[str, np.ndarray]:
        return {
            "table": self._table, "diagonal": self._diagonal, "known_weights": self._known.data,
            "known_items": self._known.indices, "known_starts": self._known.indptr,
        }

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        items = len(self.popularity)
        weights = numbers(arrays, "known_weights", None)
        self._known = sparse(weights, arrays.get("known_items"), arrays.get("known_starts"), items)
        # Without anybody known it is the table of items by items.
        people = self._known.shape[0]
        self._table = numbers(arrays, "table", people or items, items)
        self._diagonal = numbers(arrays, "diagonal", items if people else 0)


def evened(matrix: csr_matrix, power: float) -> csr_matrix:
    """Interactions of heavy users made to count less, all together as much as before.

    Args:
        matrix: (U, I) with at least one entry a row.
        power: 0 leaves all alike; each squared weight is divided by the user's count to this power.
    """
    if not power:
        return matrix
    counts = np.diff(matrix.indptr).astype(np.float64)
    share = counts**-power
    share *= counts.sum() / (counts * share).sum()
    spread = matrix.copy()
    spread.data = (spread.data * np.repeat(np.sqrt(share), np.diff(matrix.indptr))).astype(np.float32)
    return spread


def few_users(users: int, items: int) -> bool:
    """Whether the matrix of users is the one to invert."""
    return users < items and users <= MOST_USERS_DUAL and users * items <= MOST_DUAL_ENTRIES


def _weighted_rows(table: np.ndarray, weighed: csr_matrix) -> np.ndarray:
    """`weighed @ table`, by all threads; each row is summed by itself, in the same order."""
    import torch

    if not weighed.nnz:
        return np.zeros((weighed.shape[0], table.shape[1]), dtype=np.float32)
    summed = torch.nn.functional.embedding_bag(
        torch.from_numpy(weighed.indices.astype(np.int64)),
        torch.from_numpy(table),
        torch.from_numpy(weighed.indptr[:-1].astype(np.int64)),
        mode="sum",
        per_sample_weights=torch.from_numpy(weighed.data),
    )
    return summed.numpy()
