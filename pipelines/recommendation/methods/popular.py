"""The baseline: the same list for everybody, of what most people take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from data.errors import OptionError
from pipelines.learnt_arrays import numbers
from pipelines.progress import Progress
from pipelines.recommendation.recommender import Lessons, Recommender, Setting

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SECONDS_PER_DAY = 86_400


class Popular(Recommender):
    """Items by the number of people who took them, in all time or in the last days.

    Settings:
        days: how many days before the last interaction count; 0 for all time. Items that nobody
            took in these days follow in the order of all time.
    """

    name = "popular"
    defaults: ClassVar[Mapping[str, Setting]] = {"days": 0}

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        days, interactions = self.number("days"), lessons.interactions
        self._order = self.popularity
        if days <= 0:
            return
        if interactions.time is None:
            raise OptionError(
                f"What was popular in the last {days:g} days needs the time of each interaction; "
                "map a time column or choose popularity of all time."
            )
        recent = interactions.time > interactions.time.max() - days * SECONDS_PER_DAY
        counts = np.bincount(interactions.item[recent], minlength=len(interactions.items))
        # The count of all time, as a fraction below 1, decides between equal recent counts.
        share = self.popularity / (1.0 + self.popularity.max())
        self._order = (counts + share).astype(np.float32)

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        return np.tile(self._order, (weighed.shape[0], 1))

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"order": self._order}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._order = numbers(arrays, "order", len(self.popularity))
