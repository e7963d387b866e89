"""The map of items: who is drawn, and who stands beside whom."""

from __future__ import annotations

import numpy as np

from pipelines.recommendation.interactions import Interactions
from pipelines.recommendation.item_map import item_map
from tests.recommendation.told import interactions


def two_crowds(each: int = 30, items: int = 20) -> Interactions:
    """People who take items of one half, and people who take those of the other."""
    chance = np.random.default_rng(0)
    pairs = [
        (user, item + items * (user % 2))
        for user in range(2 * each) for item in range(items) if chance.random() < 0.5
    ]
    return interactions(pairs, 2 * items + 1)


def test_items_of_the_same_people_stand_closer_than_others() -> None:
    found = item_map(two_crowds())
    side = found.items >= 20
    gaps = np.linalg.norm(found.places[:, None] - found.places[None], axis=2)
    same = side[:, None] == side[None]
    nearest = np.where(np.eye(len(gaps), dtype=bool), np.inf, gaps).argmin(axis=1)
    assert (side[nearest] == side).mean() > 0.95
    assert gaps[same].mean() < 0.7 * gaps[~same].mean()


def test_the_most_taken_are_drawn_and_what_nobody_took_is_not() -> None:
    taken = two_crowds()
    counts = np.bincount(taken.item, minlength=41)
    found = item_map(taken, most=7)
    assert len(found.items) == 7
    assert found.users.tolist() == sorted(counts, reverse=True)[:7]
    assert 40 not in item_map(taken).items


def test_the_map_is_the_same_each_time() -> None:
    taken = two_crowds()
    assert np.array_equal(item_map(taken).places, item_map(taken).places)


def test_few_items_and_items_of_the_same_people_can_be_drawn() -> None:
    few = item_map(interactions([(0, 0), (0, 1), (1, 1), (2, 2)], 3))
    assert few.places.shape == (3, 2) and np.isfinite(few.places).all()
    same = item_map(interactions([(0, 0), (0, 1), (1, 0), (1, 1)], 2))
    assert np.allclose(same.places[0], same.places[1])
