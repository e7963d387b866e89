"""Lists and ranks against sorting written out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pipelines.progress import Progress
from pipelines.recommendation import ranking
from pipelines.recommendation.ranking import best_of, ranks_of, top
from pipelines.recommendation.recommender import Lessons, Recommender
from tests.small_shop import lessons, shop


class Coarse(Recommender):
    """Scores of few values, so that many are equal; the last item is always worst."""

    name = "coarse"

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        self._table = np.random.default_rng(0).integers(0, 4, (matrix.shape[1],) * 2)

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        return (weighed @ self._table % 4).astype(np.float32)

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"table": self._table}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._table = arrays["table"]


@pytest.fixture(scope="module")
def coarse() -> Recommender:
    return Coarse().fit(lessons())


def sorted_out(coarse: Recommender) -> list[list[int]]:
    """For each user the unseen items by score, then position."""
    matrix = shop().matrix()
    scores, seen = coarse.scores(matrix), matrix.toarray() > 0
    return [
        [int(item) for item in np.argsort(-row, kind="stable") if not taken[item]]
        for row, taken in zip(scores, seen, strict=True)
    ]


@pytest.mark.parametrize("number", [1, 5, 24, 30])
def test_lists_are_the_unseen_items_by_score_and_then_position(
    coarse: Recommender, number: int
) -> None:
    items, scores = top(coarse, shop().matrix(), number)
    for row, expected in enumerate(sorted_out(coarse)):
        wanted = expected[:number]
        assert items[row].tolist() == wanted + [-1] * (number - len(wanted))
        assert (scores[row][: len(wanted)] == coarse.scores(shop().matrix()[row])[0][wanted]).all()
        assert (scores[row][len(wanted):] == -np.inf).all()


def test_lists_do_not_depend_on_the_batch(
    coarse: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    items, _ = top(coarse, shop().matrix(), 7)
    np.testing.assert_array_equal(top(coarse, shop().matrix(), 7, batch=7)[0], items)
    monkeypatch.setattr(ranking, "MOST_SCORES", 10)
    np.testing.assert_array_equal(top(coarse, shop().matrix(), 7)[0], items)


def test_what_is_seen_may_be_more_than_the_history(coarse: Recommender) -> None:
    matrix = shop().matrix()
    seen = matrix.toarray()
    seen[:, :6] = 1.0
    items, _ = top(coarse, matrix, 10, seen=csr_matrix(seen))
    assert not np.isin(items, np.arange(6)).any()
    assert items.max() >= 6


def test_ranks_are_places_among_the_unseen(coarse: Recommender) -> None:
    expected = sorted_out(coarse)
    held = [np.asarray(order[::3]) for order in expected]
    held[5] = np.zeros(0, dtype=np.int64)
    found = ranks_of(coarse, shop().matrix(), held)
    for row, ranks in enumerate(found):
        assert ranks.tolist() == [expected[row].index(item) for item in held[row]]


def test_the_best_of_equal_scores_are_the_first() -> None:
    scores = np.asarray([[1, 2, 2, 1, 1, 2], [0, 0, 0, 0, 0, 0], [5, 4, 3, 2, 1, 0]], np.float32)
    assert best_of(scores, 4).tolist() == [[1, 2, 5, 0], [0, 1, 2, 3], [0, 1, 2, 3]]


def test_nobody_gets_no_lists(coarse: Recommender) -> None:
    items, scores = top(coarse, csr_matrix((0, 24), dtype=np.float32), 5)
    assert items.shape == scores.shape == (0, 5)
