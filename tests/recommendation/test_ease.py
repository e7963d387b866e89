"""EASE against its formula written out, by users and by items."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from data.errors import DataError
from pipelines.recommendation.methods import ease
from pipelines.recommendation.methods.ease import Ease, evened
from pipelines.recommendation.methods.words import items_by_word
from tests.small_shop import ITEMS, history, lessons, shop


def written_out(matrix: csr_matrix, penalty: float) -> np.ndarray:
    """The weights by equation 8 of the paper, in float64."""
    taken = (matrix.toarray() > 0).astype(np.float64)
    inverse = np.linalg.inv(taken.T @ taken + penalty * np.eye(taken.shape[1]))
    weights = np.eye(taken.shape[1]) - inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


@pytest.fixture(params=["by users", "by items"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(ease, "few_users", lambda *_: request.param == "by users")
    return request.param


def test_scores_are_those_of_the_formula(way: str) -> None:
    matrix = shop().matrix()
    expected = (matrix.toarray() > 0) @ written_out(matrix, 30.0)
    scores = Ease({"penalty": 30.0}).fit(lessons()).scores(matrix)
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-5)


def test_a_new_history_is_scored_without_fitting(way: str) -> None:
    expected = written_out(shop().matrix(), 30.0)[[2, 20]].sum(axis=0)
    scores = Ease({"penalty": 30.0}).fit(lessons()).scores(history(2, 20))[0]
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-5)


def test_dense_blocks_and_sparse_products_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease, "few_users", lambda *_: False)
    sparse = Ease().fit(lessons()).scores(shop().matrix())
    monkeypatch.setattr(ease, "SPARSE_RATE", 1e-9)
    monkeypatch.setattr(ease, "USERS_PER_BLOCK", 7)
    np.testing.assert_allclose(
        Ease().fit(lessons()).scores(shop().matrix()), sparse, rtol=1e-5, atol=1e-6
    )


def test_reasons_add_up_to_the_score(way: str) -> None:
    fitted = Ease({"penalty": 30.0, "text": 2.0}).fit(lessons())
    for item in (4, 14, 1):
        reasons = fitted.reasons(history(1, 2, 15), item, most=9)
        total = sum(share for _, share in reasons)
        assert total == pytest.approx(fitted.scores(history(1, 2, 15))[0, item], abs=1e-5)


def test_similar_items_have_the_largest_weights(way: str) -> None:
    weights = written_out(shop().matrix(), 30.0)
    items, scores = Ease({"penalty": 30.0}).fit(lessons()).similar(3, 2)
    assert items.tolist() == np.argsort(-weights[:, 3])[:2].tolist()
    np.testing.assert_allclose(scores, np.sort(weights[:, 3])[::-1][:2], rtol=1e-4)


def test_words_count_as_people_who_took_all_items_with_them(way: str) -> None:
    given = lessons()
    words = items_by_word(given.catalogue.texts, 100).toarray()
    taken = np.vstack([shop().matrix().toarray() > 0, np.sqrt(2.0) * words])
    inverse = np.linalg.inv(taken.T @ taken + 30.0 * np.eye(ITEMS))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    scores = Ease({"penalty": 30.0, "text": 2.0}).fit(given).scores(history(2, 20))[0]
    np.testing.assert_allclose(scores, weights[[2, 20]].sum(axis=0), rtol=1e-4, atol=1e-5)


def test_an_item_that_nobody_took_is_placed_by_its_words() -> None:
    plain = Ease().fit(lessons()).scores(history(12, 13))[0]
    reading = Ease({"text": 2.0}).fit(lessons()).scores(history(12, 13))[0]
    assert plain[ITEMS - 1] == pytest.approx(0.0, abs=1e-7)
    assert reading[ITEMS - 1] > 0.01


def test_words_shared_by_few_or_by_most_items_are_left_out() -> None:
    texts = ["my red shoe", "my red hat", "My Red bag", "my blue bag", "my blue hat", "bag", ""]
    rows = items_by_word(np.asarray(texts), 10).toarray()
    assert rows.tolist() == [[0, 0, 1, 1, 0, 1, 0], [1, 1, 1, 0, 0, 0, 0]]
    assert items_by_word(np.asarray(texts), 1).toarray().tolist() == rows[:1].tolist()


def test_too_many_items_are_refused_with_what_to_use_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Ease.refusal(50_000, 15_000, 10**6) is None
    assert Ease.refusal(500, 100_000, 10**6) is None
    refusal = Ease.refusal(50_000, 15_001, 10**6)
    assert refusal is not None and "15,001 items" in refusal and "item neighbours" in refusal
    monkeypatch.setattr(ease, "MOST_ITEMS", 10)
    monkeypatch.setattr(ease, "MOST_USERS_DUAL", 10)
    with pytest.raises(DataError, match="There are 24 items"):
        Ease().fit(lessons())


def test_words_never_make_the_matrix_of_users_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease, "MOST_ITEMS", 10)
    monkeypatch.setattr(ease, "MOST_USERS_DUAL", 61)
    monkeypatch.setattr(ease, "few_users", lambda users, items: users <= 61)
    assert Ease({"text": 1.0}).fit(lessons()).arrays()["known_starts"].shape == (62,)


def test_with_even_every_person_counts_alike_and_all_together_as_before() -> None:
    taken = csr_matrix(np.array([[1, 0, 0, 0], [1, 1, 1, 1]], dtype=np.float32))
    # 1 and 4 items: by the power of a half the squares are 1 to 1/2 each, so 1 and 2 together; of
    # five squares in all that makes 5/3 for the one and 4 times 5/6 for the other.
    half = evened(taken, 0.5)
    assert (half.data**2).tolist() == pytest.approx([5 / 3, *[5 / 6] * 4])
    whole = np.asarray(evened(taken, 1.0).power(2).sum(axis=1)).ravel()
    assert whole.tolist() == pytest.approx([2.5, 2.5])
    assert evened(taken, 0.0) is taken
