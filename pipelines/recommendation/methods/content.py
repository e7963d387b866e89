"""What reads like that which somebody took: for items that nobody has taken yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from data.errors import DataError
from pipelines.learnt_arrays import numbers
from pipelines.progress import Progress
from pipelines.recommendation.methods.factors import cosines, mean_vectors
from pipelines.recommendation.methods.texts import text_vectors
from pipelines.recommendation.recommender import Lessons, Recommender

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class Content(Recommender):
    """Sentence embeddings of titles and attributes by all-MiniLM-L6-v2.

    The score of an item is the mean cosine of its text with those of the history, weighted as the
    history is. Nobody's behaviour is looked at, so that an item without history is as good as any;
    items without text have a score of 0.
    """

    name = "content"
    on_device = True

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        if not lessons.catalogue.described:
            raise DataError(
                "No item has a title or attributes, which the content method compares; "
                "map a title column or choose item neighbours."
            )
        self._vectors = text_vectors(lessons.catalogue, self.device, progress)

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        return mean_vectors(weighed, self._vectors) @ self._vectors.T

    def _shares(self, weighed: csr_matrix, item: int) -> np.ndarray:
        alike = self._vectors[weighed.indices] @ self._vectors[item]
        return weighed.data * alike / weighed.data.sum()

    def _similarities(self, item: int) -> np.ndarray:
        return cosines(self._vectors, item)

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"vectors": self._vectors}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._vectors = numbers(arrays, "vectors", len(self.popularity), None)
