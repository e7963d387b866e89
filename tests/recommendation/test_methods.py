"""What holds for every method of recommendation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix, vstack

from data.errors import DataError, OptionError
from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.methods import content, ease, two_tower
from pipelines.recommendation.methods.blend import PARTS, Blend
from pipelines.recommendation.ranking import top
from pipelines.recommendation.recommender import Lessons, Recommender
from tests.small_shop import ITEMS, USERS, history, lessons, word_vectors

METHODS: dict[str, type[Recommender]] = {**PARTS, "blend": Blend}
LEARNS = [name for name in METHODS if name not in ("popular", "content")]


@pytest.fixture(scope="module", autouse=True)
def quick() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "text_vectors", word_vectors)
        patch.setattr(two_tower, "text_vectors", word_vectors)
        patch.setattr(two_tower, "FEWEST_STEPS", 60)
        yield


@pytest.fixture(scope="module")
def fitted(quick: object) -> dict[str, Recommender]:
    return {name: method({}, "auto", 0).fit(lessons()) for name, method in METHODS.items()}


@pytest.fixture(params=METHODS)
def method(request: pytest.FixtureRequest, fitted: dict[str, Recommender]) -> Recommender:
    return fitted[request.param]


def everyone() -> csr_matrix:
    """All histories of the shop, one that is empty and one of a single item."""
    return vstack([lessons().interactions.matrix(), history(), history(3)], format="csr")


def test_scores_are_float32_for_each_history_and_item_and_finite(method: Recommender) -> None:
    scores = method.scores(everyone())
    assert scores.shape == (USERS + 2, ITEMS)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_one_alone_scores_as_in_a_batch(method: Recommender) -> None:
    histories = everyone()
    together = method.scores(histories)
    for row in (0, 7, USERS, USERS + 1):
        np.testing.assert_allclose(
            method.scores(histories[row])[0], together[row], rtol=1e-5, atol=1e-5
        )


def test_an_empty_history_is_scored_by_popularity(method: Recommender) -> None:
    taken = np.bincount(lessons().interactions.item, minlength=ITEMS)
    np.testing.assert_array_equal(method.scores(history())[0], taken)


def alone() -> Lessons:
    """The shop backwards, the popular items last, and one who alone took two further items."""
    given = lessons().interactions
    size = ITEMS + 2
    names = np.asarray([f"i{place}" for place in range(size)], dtype=object)
    return Lessons(Interactions(
        np.append(given.users, "loner"), names,
        np.append(given.user, [USERS, USERS]).astype(np.int32),
        np.append(size - 1 - given.item, [0, 1]).astype(np.int32),
        np.ones(len(given) + 2, dtype=np.float32),
    ), Catalogue(names, np.full(size, "", dtype=object)))


@pytest.mark.parametrize("name", ["ease", "neighbours", "als", "blend"])
@pytest.mark.parametrize("by_users", [False, True])
def test_a_history_that_says_nothing_of_other_items_gets_the_popular_ones(
    name: str, by_users: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ease, "few_users", lambda *_: by_users)
    given = alone()
    found = METHODS[name]().fit(given)
    histories = given.interactions.matrix()[[USERS, 0]]
    scores, heard = found.heard(histories)
    assert heard.tolist() == [False, True]
    taken = np.bincount(given.interactions.item)
    np.testing.assert_array_equal(scores[0], taken)
    best = np.argsort(-taken, kind="stable")
    assert top(found, histories, 5)[0][0].tolist() == best[:5].tolist()


def test_the_same_seed_learns_the_same(method: Recommender) -> None:
    again = type(method)({}, "auto", 0).fit(lessons())
    np.testing.assert_array_equal(again.scores(everyone()), method.scores(everyone()))


def test_a_bundle_gives_the_same_scores_and_reasons(method: Recommender, tmp_path: Path) -> None:
    save_file(method.arrays(), tmp_path / "learnt.safetensors")
    copy = type(method)(method.settings, method.device, method.seed)
    copy.restore(load_file(tmp_path / "learnt.safetensors"))
    np.testing.assert_array_equal(copy.scores(everyone()), method.scores(everyone()))
    assert copy.reasons(history(1, 2, 15), 4) == method.reasons(history(1, 2, 15), 4)
    np.testing.assert_array_equal(copy.similar(2, 5)[0], method.similar(2, 5)[0])


def test_scoring_changes_neither_the_history_nor_the_method(method: Recommender) -> None:
    histories = everyone()
    before = histories.toarray()
    first = method.scores(histories)
    method.reasons(history(1, 2), 5)
    np.testing.assert_array_equal(histories.toarray(), before)
    np.testing.assert_array_equal(method.scores(histories), first)


def test_lists_leave_out_what_was_taken(method: Recommender) -> None:
    items, _ = top(method, everyone(), ITEMS)
    for row, taken in enumerate(everyone()):
        listed = items[row][items[row] >= 0]
        assert sorted([*listed, *taken.indices]) == list(range(ITEMS))


@pytest.mark.parametrize("name", LEARNS)
def test_who_takes_of_one_half_is_offered_that_half(
    name: str, fitted: dict[str, Recommender]
) -> None:
    items, _ = top(fitted[name], vstack([history(0, 1, 4), history(12, 13, 16)], format="csr"), 5)
    assert (items[0] < ITEMS // 2).sum() >= 4
    assert (items[1] >= ITEMS // 2).sum() >= 4


@pytest.mark.parametrize("name", [*LEARNS, "content"])
def test_similar_items_are_of_the_same_half(name: str, fitted: dict[str, Recommender]) -> None:
    items, scores = fitted[name].similar(2, 4)
    assert len(items) == len(scores) == 4
    assert 2 not in items
    assert (items < ITEMS // 2).sum() >= 3
    assert (np.diff(scores) <= 0).all()


@pytest.mark.parametrize("name", [*LEARNS, "content"])
def test_reasons_are_items_of_the_history_largest_first(
    name: str, fitted: dict[str, Recommender]
) -> None:
    reasons = fitted[name].reasons(history(0, 1, 14), 4, most=2)
    assert {item for item, _ in reasons} == {0, 1}
    assert reasons[0][1] >= reasons[1][1]
    assert fitted[name].reasons(history(), 4) == []


def test_popularity_gives_no_reasons_and_nothing_similar(fitted: dict[str, Recommender]) -> None:
    assert fitted["popular"].reasons(history(0, 1), 4) == []
    assert len(fitted["popular"].similar(2, 4)[0]) == 0


@pytest.mark.parametrize("name", METHODS)
def test_the_first_of_the_grid_are_the_usual_settings(name: str) -> None:
    grid = METHODS[name].grid()
    assert METHODS[name](grid[0]).settings == METHODS[name]({}).settings
    assert all(METHODS[name](each) for each in grid)


@pytest.mark.parametrize("name", METHODS)
def test_an_unknown_setting_is_refused(name: str) -> None:
    with pytest.raises(OptionError, match="no setting “colour”"):
        METHODS[name]({"colour": 1})


@pytest.mark.parametrize("name", METHODS)
def test_no_interactions_are_refused(name: str) -> None:
    given = lessons()
    nothing = Lessons(given.interactions.take(np.zeros(0, dtype=np.int64)), given.catalogue)
    with pytest.raises(DataError, match="no interactions"):
        METHODS[name]().fit(nothing)


@pytest.mark.parametrize("name", METHODS)
def test_the_smallest_data_gives_finite_scores(name: str) -> None:
    one = np.zeros(1, dtype=np.int32)
    for items in (1, 2, 3):
        names = np.asarray([f"i{each}" for each in range(items)], dtype=object)
        entry = Interactions(names[:1], names, one, one, np.ones(1, dtype=np.float32), None)
        given = lessons().catalogue
        known = type(given)(names, np.asarray(["garden spade"] * items, dtype=object))
        scores = METHODS[name]().fit(Lessons(entry, known)).scores(entry.matrix())
        assert scores.shape == (1, items)
        assert np.isfinite(scores).all()


@pytest.mark.parametrize(("weighting", "expected"), [
    ("binary", [1.0, 1.0]), ("log", [1.0, 2.0]), ("raw", [1.0, 3.0]),
])
def test_weights_count_as_the_setting_says(weighting: str, expected: list[float]) -> None:
    weights = csr_matrix(np.asarray([[1.0, 0.0, 3.0]]))
    weighed = PARTS["popular"]({"weighting": weighting}).weighed(weights)
    np.testing.assert_allclose(weighed.data, expected)


def test_a_history_with_a_negative_weight_is_refused(fitted: dict[str, Recommender]) -> None:
    with pytest.raises(DataError, match="not above 0"):
        fitted["ease"].scores(-history(1))
