"""Settings are chosen on validation interactions, in order, within a budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from data.errors import DataError
from pipelines.progress import Progress
from pipelines.recommendation.choosing import choose, people_with
from pipelines.recommendation.recommender import Lessons, Recommender, Setting
from tests.small_shop import ITEMS, USERS, lessons

NEVER_TAKEN = ITEMS - 1
HELD = [np.asarray([NEVER_TAKEN]) for _ in range(USERS)]


class Placing(Recommender):
    """Puts the item that nobody took at a place of its settings, for everyone."""

    name = "placing"
    defaults: ClassVar[Mapping[str, Setting]] = {"place": 0, "label": ""}

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        self._row = -np.arange(ITEMS, dtype=np.float32)

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        scores = np.tile(self._row, (weighed.shape[0], 1))
        for row, listed in zip(scores, weighed, strict=True):
            row[listed.indices] = -1000.0
            row[NEVER_TAKEN] = np.sort(row)[::-1][self.whole("place")] + 0.5
        return scores

    def _arrays(self) -> dict[str, np.ndarray]:
        return {}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        pass


def made(settings: Mapping[str, Setting]) -> Recommender:
    return Placing(settings)


def grid(*places: int) -> list[dict[str, Setting]]:
    return [{"place": place} for place in places]


def test_the_highest_ndcg_wins_and_all_trials_are_kept() -> None:
    choice = choose(made, grid(3, 0, 1, 12), lessons(), HELD, budget_seconds=1e9)
    assert choice.settings == {"place": 0}
    assert [trial.settings["place"] for trial in choice.tried] == [3, 0, 1, 12]
    expected = [1 / np.log2(place + 2) if place < 10 else 0.0 for place in (3, 0, 1, 12)]
    assert [trial.ndcg for trial in choice.tried] == pytest.approx(expected)
    assert not choice.stopped_early


def test_the_earlier_of_equals_wins() -> None:
    settings: list[dict[str, Setting]] = [{"label": "first"}, {"label": "second"}]
    choice = choose(made, settings, lessons(), HELD, budget_seconds=1e9)
    assert choice.settings == {"label": "first"}


def test_nothing_is_begun_that_would_not_end_within_the_budget() -> None:
    ticks = iter(range(0, 1000, 10))
    choice = choose(
        made, grid(3, 0, 1), lessons(), HELD, budget_seconds=45.0, clock=lambda: next(ticks)
    )
    # The clock moves by 10 s at each look: the first trial ends at 20 s, the second at 50 s.
    assert [trial.settings["place"] for trial in choice.tried] == [3, 0]
    assert [trial.seconds for trial in choice.tried] == [10, 10]
    assert choice.stopped_early


def test_the_first_is_tried_whatever_the_budget() -> None:
    choice = choose(made, grid(5, 0), lessons(), HELD, budget_seconds=0.0)
    assert choice.settings == {"place": 5}
    assert choice.stopped_early


def test_without_validation_items_there_is_nothing_to_choose_by() -> None:
    with pytest.raises(DataError, match="validation interactions"):
        choose(made, grid(0), lessons(), [np.zeros(0)] * USERS, budget_seconds=1.0)


def test_those_without_held_items_do_not_judge_and_many_are_thinned_evenly() -> None:
    held = [np.zeros(position % 2) for position in range(20)]
    assert people_with(held).tolist() == list(range(1, 20, 2))
    assert people_with(held, most=4).tolist() == [1, 7, 13, 19]
