"""What the methods of one run learn from, with what is computed from it once for all of them."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.recommender import Lessons, Recommender

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class ListLessons:
    """Interactions with the part that each plays.

    Attributes:
        all: every interaction, those that judge included.
        train, validation: positions of the entries to learn from, and to choose settings by.
        catalogue: what is known of the items.
        explicit: whether weights are ratings.
    """

    all: Interactions
    train: np.ndarray
    validation: np.ndarray
    catalogue: Catalogue
    explicit: bool = False
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.train) + len(self.validation)

    @cached_property
    def learnt(self) -> Interactions:
        """The entries that a finished model was fitted to: training and validation."""
        return self.all.take(np.sort(np.concatenate([self.train, self.validation])))

    @cached_property
    def early(self) -> Interactions:
        """The entries that models learn from while their settings are chosen."""
        return self.all.take(np.sort(self.train))

    @cached_property
    def taken(self) -> csr_matrix:
        """(U, I) what each user had taken before what judges."""
        return self.learnt.matrix()

    @cached_property
    def everything(self) -> csr_matrix:
        """(U, I) all that each user took."""
        return self.all.matrix()

    @cached_property
    def popularity(self) -> np.ndarray:
        """(I,) how many users had taken each item before what judges."""
        return np.bincount(self.learnt.item, minlength=len(self.all.items))

    @cached_property
    def liked_from(self) -> float | None:
        """The least rating in the upper half of the scale; None where weights are no ratings."""
        if not self.explicit or not len(self.all):
            return None
        return float(self.all.weight.min() + self.all.weight.max()) / 2

    @cached_property
    def later_known(self) -> bool:
        """Whether something was learnt that is later than something that was held back."""
        rest = np.ones(len(self.all), dtype=bool)
        rest[self.train] = rest[self.validation] = False
        if self.all.time is None or not rest.any() or not len(self):
            return False
        learnt = self.learnt.time
        assert learnt is not None, "all of them have times"
        return bool(learnt.max() > self.all.time[rest].min())

    @cached_property
    def held_for_choice(self) -> list[np.ndarray]:
        """(U,) arrays of the items that each user took in the validation part."""
        return items_of(self.all.take(self.validation))

    @cached_property
    def item_at(self) -> dict[str, int]:
        """The position of each item by its id."""
        return {name: position for position, name in enumerate(self.all.items)}

    @cached_property
    def user_at(self) -> dict[str, int]:
        """The position of each user by its id."""
        return {name: position for position, name in enumerate(self.all.users)}

    @property
    def for_choice(self) -> Lessons:
        """The lessons of models whose settings are being chosen."""
        return Lessons(self.early, self.catalogue)

    @property
    def final(self) -> Lessons:
        """The lessons of a finished model."""
        return Lessons(self.learnt, self.catalogue)

    def once(
        self, key: Hashable, work: Callable[[], Any],
        spared: Callable[[float], None] = lambda seconds: None,
    ) -> Any:
        """What `work` gives, computed once for all models of a run.

        Args:
            spared: hears of the seconds that it took, where it was computed before.
        """
        if key not in self.memo:
            start = time.perf_counter()
            self.memo[key] = work(), time.perf_counter() - start
        else:
            spared(self.memo[key][1])
        return self.memo[key][0]

    def model_once(
        self, key: Hashable, work: Callable[[], tuple[Recommender, Any]],
        spared: Callable[[float], None] = lambda seconds: None,
    ) -> tuple[Recommender, Any]:
        """As `once`, for a fitted model and what else is known of it.

        The model is kept as long as somebody else holds it: tables of items by items that nobody
        needs any more would fill the memory for as long as the run lives.
        """
        found = self.memo.get(key)
        model = None if found is None else found[0][0]()
        if model is None:
            start = time.perf_counter()
            model, rest = work()
            self.memo[key] = (weakref.ref(model), rest), time.perf_counter() - start
            return model, rest
        spared(self.memo[key][1])
        return model, self.memo[key][0][1]


def items_of(interactions: Interactions) -> list[np.ndarray]:
    """(U,) int32 arrays of the items of each user, in order of position."""
    order = np.lexsort((interactions.item, interactions.user))
    counts = np.bincount(interactions.user, minlength=len(interactions.users))
    return np.split(interactions.item[order], np.cumsum(counts)[:-1])
