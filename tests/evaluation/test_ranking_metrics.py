"""Metrics of lists: hand-worked, and against trec_eval and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import pytrec_eval
from scipy import sparse
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity

from pipelines.evaluation import ranking_metrics
from pipelines.evaluation.ranking_metrics import (
    Cosines,
    Held,
    at,
    auc,
    coverage,
    diversity,
    mean_popularity,
    novelty,
)

ITEMS = 60
NAMES = {"ndcg": "ndcg_cut", "recall": "recall", "precision": "P", "map": "map_cut",
         "hit_rate": "success"}


def random_lists(users: int, places: int, seed: int = 0) -> tuple[np.ndarray, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    lists = np.stack([rng.permutation(ITEMS)[:places] for _ in range(users)]).astype(np.int32)
    # Some lists are short.
    for row in range(0, users, 5):
        lists[row, rng.integers(0, places) :] = -1
    held = [rng.choice(ITEMS, rng.integers(1, 30), replace=False) for _ in range(users)]
    return lists, held


@pytest.mark.parametrize("k", [1, 5, 10, 20])
def test_metrics_are_those_of_trec_eval(k: int) -> None:
    lists, held = random_lists(80, 20)
    index = Held.of(held, ITEMS)
    ours = at(index.hits(lists), index.counts, k)
    asked = {str(row): {str(item): 1 for item in each} for row, each in enumerate(held)}
    given = {
        str(row): {str(item): float(100 - place) for place, item in enumerate(each) if item >= 0}
        for row, each in enumerate(lists)
    }
    judge = pytrec_eval.RelevanceEvaluator(asked, {f"{name}.{k}" for name in NAMES.values()})
    theirs = judge.evaluate(given)
    for name, their in NAMES.items():
        expected = [theirs.get(str(row), {}).get(f"{their}_{k}", 0.0) for row in range(len(lists))]
        assert ours[f"{name}@{k}"] == pytest.approx(np.array(expected)), name


def test_the_reciprocal_rank_is_that_of_trec_eval_cut_at_k() -> None:
    lists, held = random_lists(60, 10, seed=3)
    index = Held.of(held, ITEMS)
    ours = at(index.hits(lists), index.counts, 10)["mrr@10"]
    judge = pytrec_eval.RelevanceEvaluator(
        {str(row): {str(item): 1 for item in each} for row, each in enumerate(held)}, {"recip_rank"}
    )
    given = {
        str(row): {str(item): float(100 - place) for place, item in enumerate(each) if item >= 0}
        for row, each in enumerate(lists)
    }
    theirs = judge.evaluate(given)
    expected = [theirs.get(str(row), {}).get("recip_rank", 0.0) for row in range(60)]
    assert ours == pytest.approx(np.array(expected))


def test_metrics_are_those_worked_by_hand() -> None:
    # Relevant are 1, 2, 7; hits stand at the second and the fourth of five places.
    index = Held.of([np.array([7, 1, 2])], ITEMS)
    found = at(index.hits(np.array([[5, 1, 6, 2, 9]])), index.counts, 5)
    second, fourth = 1 / np.log2(3), 1 / np.log2(5)
    best = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert {name: float(each[0]) for name, each in found.items()} == pytest.approx({
        "ndcg@5": (second + fourth) / best, "recall@5": 2 / 3, "precision@5": 2 / 5,
        "map@5": (1 / 2 + 2 / 4) / 3, "mrr@5": 1 / 2, "hit_rate@5": 1,
    })


def test_an_empty_place_is_never_a_hit_and_a_relevant_item_counts_once() -> None:
    index = Held.of([np.array([0, 0]), np.array([59])], ITEMS)
    assert index.counts.tolist() == [1, 1]
    assert index.hits(np.array([[-1, 0], [-1, -1]])).tolist() == [[False, True], [False, False]]
    assert index.found(np.array([[-1, 0], [-1, -1]])).tolist() == [True, False]


def test_auc_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    ranks, sizes, expected = [], [], []
    for _ in range(30):
        size = int(rng.integers(5, 40))
        relevant = rng.permutation(size) < rng.integers(1, size)
        scores = rng.permutation(size)
        order = np.argsort(-scores)
        ranks.append(np.flatnonzero(relevant[order])[::-1])
        sizes.append(size)
        expected.append(roc_auc_score(relevant, scores))
    assert auc(ranks, np.array(sizes)) == pytest.approx(np.array(expected))
    assert np.isnan(auc([np.array([0, 1])], np.array([2]))[0])


def test_coverage_novelty_and_popularity_are_those_worked_by_hand() -> None:
    lists = np.array([[0, 1, 3], [1, -1, 3]])
    popularity = np.array([8, 2, 1, 0])
    assert coverage(lists, 4, 2) == 0.5
    # Of 8 users 8, 2 and nobody took items 0, 1 and 3: 0, 2 and (as if one) 3 bits.
    assert novelty(lists, popularity, 8, 3) == pytest.approx([5 / 3, 2.5])
    assert mean_popularity(lists, popularity, 2) == pytest.approx([5, 2])
    assert np.isnan(mean_popularity(np.array([[-1, -1]]), popularity, 2)[0])


def test_diversity_is_that_of_scikit_learns_cosines() -> None:
    rng = np.random.default_rng(2)
    training = sparse.random(90, ITEMS, 0.2, format="csr", rng=rng)
    lists, _ = random_lists(40, 10, seed=4)
    cosines = Cosines.by_users(training, [lists[:20], lists[20:]], 10)
    assert cosines.basis == "users"
    likeness = cosine_similarity((training.toarray() > 0).T.astype(float))
    expected = []
    for each in lists:
        shown = each[each >= 0]
        pairs = [likeness[a, b] for p, a in enumerate(shown) for b in shown[p + 1 :]]
        expected.append(1 - np.mean(pairs) if pairs else np.nan)
    assert diversity(lists, cosines, 10) == pytest.approx(np.array(expected), nan_ok=True)


def test_cosines_of_too_many_users_rest_on_some_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    training = sparse.random(400, ITEMS, 0.3, format="csr", rng=np.random.default_rng(0))
    lists, _ = random_lists(50, 10)
    whole = diversity(lists, Cosines.by_users(training, [lists], 10), 10)
    monkeypatch.setattr(ranking_metrics, "CO_OCCURRENCES", 60_000)
    some = Cosines.by_users(training, [lists], 10, seed=5)
    assert "seed:5" in some.basis
    assert np.nanmean(diversity(lists, some, 10)) == pytest.approx(np.nanmean(whole), abs=0.02)


def test_what_cannot_be_judged_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one relevant"):
        Held.of([np.array([], dtype=int)], 5)
    with pytest.raises(ValueError, match="outside"):
        Held.of([np.array([5])], 5)
    with pytest.raises(ValueError, match="cannot be judged at 5"):
        at(np.zeros((2, 3), dtype=bool), np.ones(2, dtype=int), 5)
    with pytest.raises(ValueError, match="1 lists for 2 users"):
        Held.of([np.array([0]), np.array([1])], 5).hits(np.zeros((1, 3), dtype=int))
