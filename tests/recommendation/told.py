"""A method with weights written by hand, and lessons small enough to work out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from pipelines.progress import Progress
from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.recommender import Lessons, Recommender


class Told(Recommender):
    """The score of an item is the sum of `table[taken, item]` over what was taken."""

    name = "told"
    table: np.ndarray

    @classmethod
    def of(cls, table: Sequence[Sequence[float]], popularity: Sequence[float] = ()) -> Told:
        made = cls()
        made.table = np.array(table, dtype=np.float32)
        counts = popularity or np.zeros(len(table))
        made.popularity = np.asarray(counts, dtype=np.float32)
        return made

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None: ...

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        return np.asarray(weighed @ self.table, dtype=np.float32)

    def _shares(self, weighed: csr_matrix, item: int) -> np.ndarray:
        return weighed.data * self.table[weighed.indices, item]

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"table": self.table}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.table = arrays["table"]


def history(size: int, *items: int) -> csr_matrix:
    """(1, size) what somebody took."""
    row = np.zeros((1, size), dtype=np.float32)
    row[0, list(items)] = 1
    return csr_matrix(row)


def interactions(
    pairs: Sequence[tuple[int, int]], items: int, times: Sequence[int] | None = None
) -> Interactions:
    """Pairs of a user and an item, users called u0 ..., items i0 ..."""
    user, item = (np.array(each, dtype=np.int32) for each in zip(*pairs, strict=True))
    return Interactions(
        np.array([f"u{n}" for n in range(user.max() + 1)], dtype=object),
        np.array([f"i{n}" for n in range(items)], dtype=object), user, item,
        np.ones(len(pairs), dtype=np.float32),
        None if times is None else np.array(times, dtype=np.int64),
    )


def catalogue(categories: Sequence[str] | None, size: int) -> Catalogue:
    """Items with titles T0 ... and categories."""
    titles = np.array([f"T{n}" for n in range(size)], dtype=object)
    known = None if categories is None else np.array(categories, dtype=object)
    return Catalogue(titles, titles, known)


def lessons(
    learnt: Sequence[tuple[int, int]], held: Sequence[tuple[int, int]], items: int,
    categories: Sequence[str] | None = None,
) -> ListLessons:
    """Lessons in which the second list of pairs is held back."""
    both = interactions([*learnt, *held], items)
    return ListLessons(
        both, np.arange(len(learnt)), np.zeros(0, dtype=np.int64), catalogue(categories, items)
    )
