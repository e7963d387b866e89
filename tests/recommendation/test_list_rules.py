"""Rules over lists: what is never listed, how much of a kind, what is lifted, and what it costs."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import OptionError
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.rule_cost import cost_of
from pipelines.recommendation.rules import (
    SECONDS_PER_DAY,
    Effects,
    Rules,
    effects_of,
    new_items,
    ruled,
    ruled_top,
)
from tests.recommendation.told import Told, catalogue, history, interactions, lessons

NONE = -1


def effects(
    size: int, *, banned: tuple[int, ...] = (), category: tuple[int, ...] | None = None,
    most: int = 0, new: tuple[int, ...] = (), boost: float = 1.0,
) -> Effects:
    codes = np.full(size, NONE) if category is None else np.array(category)
    mask = np.zeros((2, size), dtype=bool)
    mask[0, list(banned)] = True
    mask[1, list(new)] = True
    return Effects(mask[0], codes.astype(np.int64), most, mask[1], boost)


def by_hand(scores: np.ndarray, each: Effects, number: int) -> list[int]:
    """One list, item by item."""
    chosen: list[int] = []
    for item in sorted(range(len(scores)), key=lambda at: (-scores[at], at)):
        same = [other for other in chosen if each.category[other] == each.category[item]]
        full = each.most and each.category[item] >= 0 and len(same) >= each.most
        if scores[item] > -np.inf and not each.banned[item] and not full and len(chosen) < number:
            chosen.append(item)
    return chosen + [NONE] * (number - len(chosen))


def test_what_is_banned_is_never_listed_and_the_next_moves_up() -> None:
    items, scores = ruled(np.array([[5, 4, 3, 2]], dtype=np.float32), effects(4, banned=(0, 2)), 3)
    assert items.tolist() == [[1, 3, NONE]]
    assert scores[0].tolist() == [4, 2, -np.inf]


def test_a_list_holds_no_more_of_a_category_than_is_allowed() -> None:
    scores = np.array([[9, 8, 7, 6, 5]], dtype=np.float32)
    few = effects(5, category=(0, 0, 0, 1, NONE), most=2)
    assert ruled(scores, few, 4)[0].tolist() == [[0, 1, 3, 4]]
    assert ruled(scores, effects(5, category=(NONE,) * 5, most=1), 5)[0].tolist() == [[0, 1, 2, 3, 4]]


def test_lists_equal_those_made_item_by_item_however_deep_one_has_to_look() -> None:
    chance = np.random.default_rng(3)
    scores = np.round(chance.normal(size=(40, 700)), 1).astype(np.float32)
    scores[chance.random(scores.shape) < 0.1] = -np.inf
    # Most items share a category, so that ten places need far more than the first look.
    category = tuple(np.where(chance.random(700) < 0.97, 0, chance.integers(1, 9, 700)).tolist())
    each = effects(700, banned=tuple(range(0, 700, 7)), category=category, most=1)
    items, found = ruled(scores, each, 10)
    assert items.tolist() == [by_hand(row, each, 10) for row in scores]
    there = items >= 0
    rows = np.nonzero(there)[0]
    assert (found[there] == scores[rows, items[there]]).all()


def test_a_boost_lifts_new_items_by_their_lead_over_the_average() -> None:
    # The average is 2: item 1 has a lead of 1, twice that is 4; item 3 lies below.
    scores = np.array([[3.5, 3, 1.5, 0]], dtype=np.float32)
    items, found = ruled(scores, effects(4, new=(1, 3), boost=2.0), 4)
    assert items.tolist() == [[1, 0, 2, 3]]
    assert found[0].tolist() == [4, 3.5, 1.5, 0]


@pytest.mark.parametrize(("scale", "shift"), [(10.0, 0.0), (0.01, -5.0)])
def test_a_boost_means_the_same_on_every_scale(scale: float, shift: float) -> None:
    scores = np.random.default_rng(0).normal(size=(30, 50)).astype(np.float32)
    each = effects(50, new=tuple(range(10)), boost=1.7)
    other = (scores * np.float32(scale) + np.float32(shift)).astype(np.float32)
    assert (ruled(scores, each, 5)[0] == ruled(other, each, 5)[0]).mean() > 0.98


def test_what_is_not_offered_does_not_count_in_the_average_and_is_not_lifted() -> None:
    scores = np.array([[-np.inf, 3, 2, 1]], dtype=np.float32)
    items, found = ruled(scores, effects(4, new=(0, 1), boost=3.0), 4)
    assert items.tolist() == [[1, 2, 3, NONE]]
    assert found[0, 0] == 5


def test_rules_do_not_change_the_scores_they_are_given() -> None:
    scores = np.array([[1, 2, 3]], dtype=np.float32)
    ruled(scores, effects(3, banned=(2,), new=(1,), boost=2.0), 2)
    assert scores.tolist() == [[1, 2, 3]]


def test_new_is_what_was_first_taken_in_the_last_days() -> None:
    day = SECONDS_PER_DAY
    taken = interactions([(0, 0), (1, 0), (0, 1), (1, 2)], 4, [0, 10 * day, 9 * day, 3 * day])
    # Item 0 was taken again on the last day, item 3 never.
    assert new_items(taken, 2).tolist() == [False, True, False, False]
    assert new_items(taken, 8).tolist() == [False, True, True, False]
    assert not new_items(taken, 0).any()


def test_rules_are_read_against_the_catalogue() -> None:
    taken = interactions([(0, 0), (1, 1)], 3)
    rules = Rules(never_items=frozenset({"i1"}), never_categories=frozenset({"Tea"}))
    read = effects_of(rules, taken, catalogue(["Tea", "", "Pots"], 3))
    assert read.banned.tolist() == [True, True, False]
    assert read.category[1] == NONE and read.category[0] != read.category[2]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Rules(new_days=3, boost=2.0), "without times"),
        (Rules(most_of_category=1), "no categories"),
        (Rules(never_items=frozenset({"i9"})), "no item “i9”"),
        (Rules(boost=0.5), "too small"),
    ],
)
def test_a_rule_that_the_data_cannot_serve_is_refused_in_a_sentence(
    rules: Rules, words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        effects_of(rules, interactions([(0, 0), (1, 1)], 2), catalogue(None, 2))


def test_rules_without_effect_are_empty() -> None:
    assert Rules().empty
    assert Rules(new_days=10).empty
    assert not Rules(new_days=10, boost=1.5).empty
    assert not Rules(never_items=frozenset({"i1"})).empty


def test_lists_never_hold_what_was_taken() -> None:
    method = Told.of([[9, 5, 4], [0, 0, 0], [0, 0, 0]])
    items, _ = ruled_top(method, history(3, 0), 3, effects(3, banned=(1,)))
    assert items.tolist() == [[2, NONE, NONE]]


def test_cost_is_the_change_of_ndcg_on_the_same_people() -> None:
    # Both took item 0; item 1 stands first and is right for the first person, item 2 for the other.
    known = lessons([(0, 0), (1, 0)], [(0, 1), (1, 2)], 4)
    method = Told.of([[0, 3, 2, 1], [0] * 4, [0] * 4, [0] * 4])
    held = [np.array([1]), np.array([2])]
    rules = Rules(never_items=frozenset({"i1"}))
    found = cost_of(rules, method, known, np.array([0, 1]), held, k=2)
    second = 1 / np.log2(3)
    assert found.before == pytest.approx((1 + second) / 2)
    assert found.after == pytest.approx((0 + 1) / 2)
    assert found.change == pytest.approx(found.after - found.before)
    assert found.low == pytest.approx(-1)
    assert found.high == pytest.approx(1 - second)
    assert found.touched == 1 and found.users == 2


def test_rules_that_touch_nothing_cost_nothing() -> None:
    known = lessons([(0, 0), (1, 0)], [(0, 1), (1, 2)], 4)
    method = Told.of([[0, 3, 2, 1], [0] * 4, [0] * 4, [0] * 4])
    held = [np.array([1]), np.array([2])]
    found = cost_of(
        Rules(never_items=frozenset({"i3"})), method, known, np.array([0, 1]), held, k=2
    )
    assert (found.change, found.low, found.high, found.touched) == (0, 0, 0, 0)


def test_cost_does_not_look_at_what_was_held_back_when_it_makes_lists() -> None:
    # Had the held items counted as taken, they could not be listed and nobody would be right.
    known = lessons([(0, 0), (1, 0)], [(0, 1), (1, 1)], 3)
    method = Told.of([[0, 3, 2], [0] * 3, [0] * 3])
    found = cost_of(Rules(never_items=frozenset({"i2"})), method, known, np.array([0, 1]),
                    [np.array([1])] * 2, k=1)
    assert found.before == found.after == 1


def test_what_is_new_is_told_from_what_was_learnt_alone() -> None:
    # Item 1 was first taken in what was held back: to the day of training it is not new.
    day = SECONDS_PER_DAY
    both = interactions([(0, 0), (1, 0), (1, 2), (0, 1)], 4, [0, 0, 5 * day, 9 * day])
    known = ListLessons(both, np.arange(3), np.zeros(0, dtype=np.int64), catalogue(None, 4))
    method = Told.of([[0, 1, 1.5, 0], [0] * 4, [0] * 4, [0] * 4])
    found = cost_of(Rules(new_days=1, boost=10.0), method, known, np.array([0]), [np.array([1])], k=1)
    assert (found.before, found.after, found.touched) == (0, 0, 0)
