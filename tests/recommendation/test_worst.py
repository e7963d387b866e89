"""Whom lists serve worst, and where what they wanted stood."""

from __future__ import annotations

import numpy as np

from pipelines.recommendation.lists import ListPredictions
from pipelines.recommendation.worst import Missed, worst_served
from tests.recommendation.told import lessons

KNOWN = lessons([(0, 0), (1, 0), (1, 1), (2, 0), (3, 0)], [(0, 5), (1, 5), (2, 4), (3, 5), (3, 4)], 6)
# The first two of each list count; u2 has what was held back, the others do not.
LISTS = np.array([[1, 2, 3], [2, 3, 4], [4, 1, 2], [1, 2, 3]], dtype=np.int32)
HELD = [np.array([5]), np.array([5]), np.array([4]), np.array([5, 4])]
PLACES = [np.array([3]), np.array([4]), np.array([0]), np.array([4, 3])]
SCORES = np.array([0.0, 0.0, 1.0, 0.0])


def told(places: list[np.ndarray] | None = None) -> ListPredictions:
    places_of = np.empty(4, dtype=object)
    for row, each in enumerate(places or [None] * 4):
        places_of[row] = each
    return ListPredictions(
        KNOWN, KNOWN.all.users, LISTS, np.zeros(LISTS.shape, dtype=np.float32),
        np.full(4, "", dtype=object), 2, places_of,
    )


def test_the_lowest_scores_come_first_then_the_most_missed_then_the_furthest_away() -> None:
    found = worst_served(told(PLACES), HELD, SCORES, 2, 10)
    assert [each.user for each in found] == ["u3", "u1", "u0", "u2"]
    assert [each.user for each in worst_served(told(PLACES), HELD, SCORES, 2, 2)] == ["u3", "u1"]


def test_what_was_missed_is_told_with_its_place_the_nearest_first() -> None:
    found = worst_served(told(PLACES), HELD, SCORES, 2, 10)
    assert found[0].missed == (Missed(4, 4, 0), Missed(5, 5, 0))
    assert found[0].offered == (1, 2) and found[0].had == 1 and found[0].found == 0
    assert found[-1].missed == () and found[-1].found == 1


def test_without_places_only_what_was_missed_is_told() -> None:
    found = worst_served(told(), HELD, SCORES, 2, 10)
    assert [each.user for each in found] == ["u3", "u0", "u1", "u2"]
    assert {one.place for each in found for one in each.missed} == {None}
