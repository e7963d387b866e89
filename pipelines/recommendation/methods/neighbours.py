"""Item k-nearest neighbours: what is taken by the same people as what somebody took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from data.errors import OptionError
from pipelines.learnt_arrays import numbers, sparse
from pipelines.progress import Progress
from pipelines.recommendation.recommender import Lessons, Recommender, Setting

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MEASURES = ("cosine", "tfidf", "bm25")
# Items that no neighbour reaches stand below all others, in the order of popularity, apart by no more
# than what counts as no opinion (`recommender.DUST`).
BELOW_ALL = 1e-6
# Of two items that one person took, measured on 2 cores; some people took far more than others.
SECONDS_PER_PAIR = 3e-8


class Neighbours(Recommender):
    """Each item votes for the items most similar to it (Deshpande and Karypis 2004).

    Settings:
        neighbours: how many similar items are kept for each item.
        measure: `cosine` of the columns of users; `tfidf`, the same where people who take much
            count less; `bm25`, where people are documents and items their words, not of unit
            length, so that popular items count more.
        sharpness: power of the similarities; above 1, near neighbours count more.
        k1, b: of BM25 (Robertson and Zaragoza 2009): saturation of weights, and by how much
            people who take much are damped, from 0 to 1.
    """

    name = "neighbours"
    defaults: ClassVar[Mapping[str, Setting]] = {
        "neighbours": 200, "measure": "tfidf", "sharpness": 2.0, "k1": 100.0, "b": 0.8,
    }

    @classmethod
    def grid(cls) -> list[dict[str, Setting]]:
        return [
            {"neighbours": 200, "measure": "tfidf", "sharpness": 2.0},
            {"neighbours": 100, "measure": "tfidf", "sharpness": 1.0},
            {"neighbours": 400, "measure": "tfidf", "sharpness": 2.0},
            {"neighbours": 100, "measure": "bm25", "sharpness": 1.0},
            {"neighbours": 50, "measure": "cosine", "sharpness": 1.0},
            {"neighbours": 200, "measure": "cosine", "sharpness": 2.0},
            {"neighbours": 20, "measure": "bm25", "sharpness": 1.0},
        ]

    @classmethod
    def seconds(
        cls, users: int, items: int, entries: int, settings: Mapping[str, Setting]
    ) -> float:
        return entries * (entries / max(1, users)) * SECONDS_PER_PAIR

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        from implicit.nearest_neighbours import all_pairs_knn

        if self.settings["measure"] not in MEASURES:
            raise OptionError(
                f"There is no measure “{self.settings['measure']}” of similarity; "
                f"choose one of {', '.join(MEASURES)}."
            )
        # One more than wanted, because the nearest item to an item is itself.
        wanted = min(self.whole("neighbours") + 1, matrix.shape[1])
        found = all_pairs_knn(self._profiles(matrix), wanted, show_progress=False).tocsr()
        found.setdiag(0)
        self._votes = _sorted(found)
        self._votes.data **= np.float32(self.number("sharpness"))

    def _profiles(self, matrix: csr_matrix) -> csr_matrix:
        """(U, I) weights whose column products are the similarities of items."""
        from scipy.sparse import csr_matrix

        weights = csr_matrix(matrix, dtype=np.float64)
        users = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        if self.settings["measure"] == "bm25":
            return self._bm25(weights, users)
        if self.settings["measure"] == "tfidf":
            # An item is a document and a person a word of it: who takes everything says little.
            taken = np.diff(matrix.indptr)
            weights.data *= np.log((1.0 + matrix.shape[1]) / (1.0 + taken))[users]
        norms = np.sqrt(np.bincount(weights.indices, weights.data**2, minlength=matrix.shape[1]))
        weights.data /= np.maximum(norms, 1e-12)[weights.indices]
        return weights

    def _bm25(self, weights: csr_matrix, users: np.ndarray) -> csr_matrix:
        k1, b = self.number("k1"), self.number("b")
        length = np.bincount(users, weights.data, minlength=weights.shape[0])
        damping = k1 * (1.0 - b + b * length / length.mean())
        taken = np.bincount(weights.indices, minlength=weights.shape[1])
        rarity = np.log((1.0 + weights.shape[0]) / (1.0 + taken))
        weights.data *= (k1 + 1.0) / (damping[users] + weights.data) * rarity[weights.indices]
        return weights

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        votes = (weighed @ self._votes).tocsr()
        below = self.popularity / (1.0 + self.popularity.max(initial=0.0)) - 1.0
        scores = np.tile(BELOW_ALL * below, (weighed.shape[0], 1)).astype(np.float32)
        rows = np.repeat(np.arange(votes.shape[0]), np.diff(votes.indptr))
        scores[rows, votes.indices] = votes.data
        return scores

    def _shares(self, weighed: csr_matrix, item: int) -> np.ndarray:
        votes = self._votes[weighed.indices, [item] * weighed.nnz]
        return weighed.data * np.asarray(votes).ravel()

    def _similarities(self, item: int) -> np.ndarray:
        row = self._votes[[item]]
        found = np.full(self._votes.shape[0], -np.inf, dtype=np.float32)
        found[row.indices] = row.data
        return found

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"weights": self._votes.data, "places": self._votes.indices,
                "starts": self._votes.indptr}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        items = len(self.popularity)
        weights = numbers(arrays, "weights", None)
        self._votes = sparse(weights, arrays.get("places"), arrays.get("starts"), items)
        if self._votes.shape[0] != items:
            raise ValueError(f"votes of {self._votes.shape[0]} items, needed are {items}")


def _sorted(found: csr_matrix) -> csr_matrix:
    from scipy.sparse import csr_matrix

    votes = csr_matrix(found, dtype=np.float32)
    votes.eliminate_zeros()
    votes.sort_indices()
    return votes
