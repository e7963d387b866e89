"""Why an item stands in a list, and what would change without a part of the history."""

from __future__ import annotations

import numpy as np

from pipelines.recommendation.reasons import because, explained, list_without
from tests.recommendation.told import Told, history

# Somebody took items 0 and 1: item 2 has 5 from 0 and 1 from 1, item 3 4 from 1, item 4 3 from 0 and
# less than nothing from 1.
TABLE = [
    [0, 0, 5, 0, 3.0],
    [0, 0, 1, 4, -0.5],
    *[[0.0] * 5] * 3,
]


def test_reasons_are_the_items_that_speak_for_one_strongest_first() -> None:
    listed = explained(Told.of(TABLE), history(5, 0, 1), [2, 3, 4])
    assert [each.item for each in listed] == [2, 3, 4]
    assert [each.reasons for each in listed] == [(0, 1), (1,), (0,)]


def test_each_item_is_told_where_it_would_stand_without_its_first_reason() -> None:
    listed = explained(Told.of(TABLE), history(5, 0, 1), [2, 3, 4])
    # Without 0 the scores are 1, 4, -0.5; without 1 they are 5, 0, 3.
    assert [each.without for each in listed] == [2, 3, 3]


def test_without_what_speaks_there_is_neither_reason_nor_fall() -> None:
    silent = Told.of(np.zeros((3, 3)).tolist(), [3, 2, 1])
    listed = explained(silent, history(3, 0), [1, 2])
    assert [(each.reasons, each.without) for each in listed] == [((), None), ((), None)]
    assert explained(silent, history(3), [0])[0].reasons == ()
    assert explained(silent, history(3, 0), []) == []


def test_what_somebody_rated_low_is_no_reason() -> None:
    rated = history(5, 0, 1)
    rated.data[:] = [1.5, 4.0]
    method = Told.of(TABLE)
    method.settings["weighting"] = "binary"
    listed = explained(method, rated, [2, 3, 4], liked_from=2.75)
    assert [each.reasons for each in listed] == [(1,), (1,), ()]
    assert [each.reasons for each in explained(method, rated, [2], 1, liked_from=2.75)] == [(1,)]


def test_a_list_without_an_item_of_the_history_says_who_moves() -> None:
    change = list_without(Told.of(TABLE), history(5, 0, 1), 0, [2, 3])
    assert change.items.tolist() == [3, 2]
    assert change.before == (2, 1)
    assert change.after == (2, 1)


def test_what_was_left_out_of_a_history_is_not_offered_in_its_place() -> None:
    table = [[0, 9, 1.0], [9, 0, 1.0], [0, 0, 0.0]]
    change = list_without(Told.of(table), history(3, 0, 1), 0, [2])
    assert change.items.tolist() == [2]


def test_the_history_given_is_not_changed() -> None:
    taken = history(5, 0, 1)
    explained(Told.of(TABLE), taken, [2])
    list_without(Told.of(TABLE), taken, 0, [2])
    assert taken.toarray().tolist() == [[1, 1, 0, 0, 0]]


def test_reasons_in_words() -> None:
    assert because([]) == ""
    assert because(["A"]) == "because of A"
    assert because(["A", "B"]) == "because of A and B"
    assert because(["A", "B", "C"]) == "because of A, B and C"
