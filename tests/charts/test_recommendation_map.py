"""The map of items as a figure."""

from __future__ import annotations

import numpy as np

from dashboard.charts.recommendation_map import (
    MOST_GROUPS,
    MOST_NAMES,
    OTHERS,
    landmarks,
    recommendation_map,
)


def places(count: int) -> np.ndarray:
    return np.arange(2.0 * count).reshape(count, 2)


def test_every_item_is_a_point_that_can_be_selected() -> None:
    figure = recommendation_map(
        places(5), list("abcde"), np.array([9, 4, 1, 1, 1]), ["x", "y", "x", "", "y"]
    )
    positions = sorted(each[0] for trace in figure.data for each in trace.customdata)
    assert positions == [0, 1, 2, 3, 4]
    assert {trace.name for trace in figure.data} == {"x", "y", "no category"}


def test_larger_points_have_more_users_and_their_areas_are_in_proportion() -> None:
    figure = recommendation_map(places(3), list("abc"), np.array([100, 25, 0]))
    largest, quarter, none = figure.data[0].marker.size
    assert (largest - none) == 2 * (quarter - none)


def test_names_are_shown_and_never_obeyed() -> None:
    figure = recommendation_map(places(1), ["<b>bold</b> $x$"], np.array([1]), ["<i>tea</i>"])
    tip = figure.data[0].text[0]
    assert tip == "&lt;b&gt;bold&lt;/b&gt; &#36;x&#36;<br>&lt;i&gt;tea&lt;/i&gt;<br>1 user"
    assert figure.data[0].name == "&lt;i&gt;tea&lt;/i&gt;"


def test_categories_beyond_what_can_be_told_apart_are_the_others() -> None:
    groups = [f"kind {number % 20}" for number in range(60)]
    figure = recommendation_map(places(60), groups, np.ones(60, dtype=int), groups)
    looks = {(trace.marker.color, trace.marker.symbol) for trace in figure.data}
    assert len(figure.data) == len(looks) == MOST_GROUPS
    assert figure.data[-1].name == OTHERS
    assert len(figure.data[-1].x) == 3 * (20 - MOST_GROUPS + 1)


def test_the_most_taken_items_far_from_each_other_are_named() -> None:
    spots = np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0], [10.0, 10.0]])
    users = np.array([9, 8, 3, 5])
    assert landmarks(spots, users) == [0, 3, 2], "the second is beside the first"
    figure = recommendation_map(spots, ["<b>a</b>", "b", "c", "d"], users)
    assert [each.text for each in figure.layout.annotations] == ["&lt;b&gt;a&lt;/b&gt;", "d", "c"]


def test_few_of_many_items_are_named() -> None:
    rng = np.random.default_rng(0)
    assert 3 < len(landmarks(rng.random((2000, 2)), np.arange(2000))) <= MOST_NAMES
