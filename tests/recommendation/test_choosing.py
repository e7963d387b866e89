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
from pipelines.recommendation.methods.als import Als
from pipelines.recommendation.methods.bpr import Bpr
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.methods.neighbours import Neighbours
from pipelines.recommendation.methods.two_tower import TwoTower
from pipelines.recommendation.pipeline import stopped_words
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


def test_the_budget_cuts_the_grid_by_what_it_should_cost_and_not_by_the_clock() -> None:
    def tried(seconds_a_look: int) -> tuple[list[Setting], int]:
        ticks = iter(range(0, 10_000, seconds_a_look))
        choice = choose(
            made, grid(3, 0, 1, 2), lessons(), HELD, budget_seconds=45.0,
            cost=lambda settings: 20.0 if settings["place"] != 1 else 6.0,
            clock=lambda: next(ticks),
        )
        assert not choice.stopped_early
        return [trial.settings["place"] for trial in choice.tried], choice.unaffordable

    # 20 + 20 s fit in 45, the third ends at 46: a machine that is five times slower does the same.
    assert tried(1) == tried(20) == ([3, 0], 2)


def test_far_beyond_the_budget_the_clock_ends_it_and_that_is_said() -> None:
    ticks = iter(range(0, 10_000, 50))
    choice = choose(
        made, grid(3, 0, 1, 2), lessons(), HELD, budget_seconds=20.0, clock=lambda: next(ticks)
    )
    # The limit is 120 s; the clock moves by 50 at each look, so that the first trial ends at 100.
    assert [trial.settings["place"] for trial in choice.tried] == [3]
    assert choice.stopped_early and choice.unreached == 3 and choice.unaffordable == 0
    assert "ended after 1 of 4" in stopped_words("placing", choice)


def test_the_first_is_tried_whatever_the_budget() -> None:
    choice = choose(
        made, grid(5, 0), lessons(), HELD, budget_seconds=0.0, cost=lambda settings: 1.0
    )
    assert choice.settings == {"place": 5}
    assert choice.unaffordable == 1 and not choice.stopped_early


@pytest.mark.parametrize("method", [Ease, Neighbours, Als, Bpr, TwoTower])
def test_larger_data_should_cost_more(method: type[Recommender]) -> None:
    small, large = (
        method.seconds(users, 2_000, 80 * users, {}) for users in (6_000, 60_000)
    )
    assert 0 < small < large


def test_larger_vectors_and_more_comparisons_should_cost_more() -> None:
    size = (6_000, 4_000, 300_000)
    for method in (Als, Bpr, TwoTower):
        assert method.seconds(*size, {"factors": 128}) > method.seconds(*size, {})
    assert Bpr.seconds(*size, {"negatives": 4}) < Bpr.seconds(*size, {"negatives": 16})
    assert TwoTower.seconds(*size, {"passes": 150}) > TwoTower.seconds(*size, {"passes": 100})


def test_without_validation_items_there_is_nothing_to_choose_by() -> None:
    with pytest.raises(DataError, match="validation interactions"):
        choose(made, grid(0), lessons(), [np.zeros(0)] * USERS, budget_seconds=1.0)


def test_those_without_held_items_do_not_judge_and_many_are_thinned_evenly() -> None:
    held = [np.zeros(position % 2) for position in range(20)]
    taken = csr_matrix(np.ones((20, 1)))
    assert people_with(held, taken).tolist() == list(range(1, 20, 2))
    assert people_with(held, taken, most=4).tolist() == [1, 7, 13, 19]


def test_who_has_no_history_yet_does_not_judge_settings() -> None:
    taken = csr_matrix(np.array([[1.0], [0.0], [2.0]]))
    assert people_with([np.zeros(1)] * 3, taken).tolist() == [0, 2]
    assert not len(people_with([np.zeros(1)] * 3, csr_matrix((3, 1))))


class Told(Progress):
    def __init__(self) -> None:
        self.stages: list[tuple[str, int]] = []
        self.done: list[int] = []

    def stage(self, name: str, total: int) -> None:
        self.stages.append((name, total))

    def advance(self, rows: int) -> None:
        self.done.append(rows)


def test_progress_names_the_method_and_the_setting_that_is_learning() -> None:
    heard = Told()
    settings: list[dict[str, Setting]] = [{"passes": 2}, {"passes": 3}]
    choose(
        lambda chosen: Bpr(chosen, "cpu"), settings, lessons(), HELD, budget_seconds=1e9, name="BPR",
        progress=heard,
    )
    assert heard.stages == [
        ("BPR, setting 1 of 2", 0), ("BPR, setting 1 of 2", 2),
        ("BPR, setting 2 of 2", 0), ("BPR, setting 2 of 2", 3),
    ]
    assert heard.done == [1] * 5
