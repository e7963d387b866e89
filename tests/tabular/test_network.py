"""Networks and the reasons of any model by walks."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from pipelines.tabular.models.deep_network import DeepNetwork
from pipelines.tabular.models.lessons import TabularLessons
from pipelines.tabular.models.modules import ArticleModule
from pipelines.tabular.models.network import ArticleNetwork
from pipelines.tabular.models.pieces import Pieces, learn_pieces
from pipelines.tabular.models.shapley import Walks, make_walks, shares
from pipelines.tabular.models.stopping import rows_to_stop_by
from pipelines.tabular.tuning import Fold


def test_the_articles_network_has_128_64_and_1_units() -> None:
    shapes = [tuple(each.shape) for each in ArticleModule(10, 0.2).parameters()]
    assert shapes == [(128, 10), (128,), (64, 128), (64,), (1, 64), (1,)]


def by_hand(cells: np.ndarray) -> np.ndarray:
    return 2 * cells[:, 0] + cells[:, 1] * cells[:, 2]


def test_all_walks_give_the_shapley_values_of_a_product() -> None:
    start, row = np.zeros((1, 3)), np.array([[1.0, 2.0, 3.0]])
    orders = np.array(list(permutations(range(3))))
    walks = Walks(np.repeat(start, len(orders), axis=0), orders, np.arange(3))
    base, values = shares(by_hand, row, walks)
    assert base == 0
    np.testing.assert_allclose(values, [[2.0, 3.0, 3.0]])


def test_cells_of_one_column_are_switched_together() -> None:
    owner = np.array([0, 1, 1])
    walks = Walks(np.zeros((2, 3)), np.array([[0, 1], [1, 0]]), owner)
    _, values = shares(by_hand, np.array([[1.0, 2.0, 3.0]]), walks)
    np.testing.assert_allclose(values, [[2.0, 6.0]])


def test_drawn_walks_come_near_the_shapley_values_and_add_up() -> None:
    rng = np.random.default_rng(0)
    cells = rng.normal(size=(500, 3))
    walks = make_walks(cells, np.arange(3), 3, seed=0)
    row = np.array([[1.0, 2.0, 3.0]])
    base, values = shares(by_hand, row, walks)
    assert base + values.sum() == pytest.approx(by_hand(row)[0])
    np.testing.assert_allclose(values, [[2.0, 3.0, 3.0]], atol=1.0)


def test_pieces_by_hand() -> None:
    pieces = Pieces(((0.0, 10.0, 30.0), ()), (0, 2), (True, True))
    found = pieces.encode(np.array([[5.0, 1.0], [20.0, 0.0], [99.0, np.nan], [np.nan, 7.0]]))
    np.testing.assert_allclose(found, [
        [0.5, 0.0, 0, 0, 1, 0], [1.0, 0.5, 0, 1, 0, 0],
        [1.0, 1.0, 0, 0, 0, 1], [0.0, 0.0, 1, 0, 0, 1],
    ])  # fmt: skip
    assert pieces.owner.tolist() == [0, 0, 0, 1, 1, 1]


def test_few_rows_beyond_a_common_value_have_pieces_of_their_own() -> None:
    values = np.concatenate([np.zeros(960), np.arange(1, 41)])[:, None].astype(float)
    edges = learn_pieces(values, np.array([False]), 4).edges[0]
    assert edges[0] == 0 and edges[-1] == 40
    assert len(edges) >= 4


def lessons_with(y: np.ndarray, groups: np.ndarray | None = None) -> TabularLessons:
    rng = np.random.default_rng(0)
    features = pd.DataFrame(rng.normal(size=(len(y), 3)), columns=list("abc"))
    found = TabularLessons(features, y, groups=groups, budget=0.0)
    parts = np.array_split(np.arange(len(y)), 2)
    found.memo["folds", 0] = (Fold(parts[1], parts[0]), Fold(parts[0], parts[1]))
    return found


@pytest.mark.parametrize("method", [ArticleNetwork, DeepNetwork])
def test_outcomes_of_held_out_rows_change_nothing_that_a_network_says_of_them(
    method: type[ArticleNetwork] | type[DeepNetwork],
) -> None:
    rng = np.random.default_rng(1)
    y = (np.arange(160) % 2).astype(float)
    other = y.copy()
    other[:80] = rng.permutation(y[:80])
    first, second = (
        method({}, "cpu", 0).fit(lessons_with(each)).held.scores[:80] for each in (y, other)
    )
    np.testing.assert_array_equal(first, second)


def test_a_tenth_of_what_is_learnt_from_decides_when_to_stop() -> None:
    y = np.repeat([0.0, 1.0], (300, 100))
    groups = np.arange(400) // 2
    rest, stop = rows_to_stop_by(lessons_with(y, groups), np.arange(100, 400), 0)
    assert sorted([*rest, *stop]) == list(range(100, 400))
    assert not set(groups[rest]) & set(groups[stop])
    assert (len(stop), y[stop].sum()) == (30, 10)
