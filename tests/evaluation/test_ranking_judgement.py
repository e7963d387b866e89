"""Recommenders judged: intervals, tests, parts of users and items, warnings, verdicts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.stats import bootstrap, permutation_test
from statsmodels.stats.proportion import proportion_confint

from data.errors import DataError
from pipelines.evaluation.ranking_judgement import judge_rankings
from pipelines.evaluation.ranking_results import Ground, RankingJudgement
from pipelines.evaluation.ranking_slices import by_activity, by_group, by_popularity, slices_of
from pipelines.evaluation.ranking_verdict import ranking_verdict

USERS, ITEMS = 240, 50


def ground(users: int = USERS, seed: int = 0, groups: bool = True) -> Ground:
    """Popular items are taken more often; each user has something to be found."""
    rng = np.random.default_rng(seed)
    odds = 1 / np.arange(1, ITEMS + 1)
    odds[-5:] = 0
    taken = rng.random((users, ITEMS)) < 3 * odds / odds.sum() + 0.02 * (odds > 0)
    taken[np.arange(users), rng.integers(0, 5, users)] = True
    held = [
        rng.choice(np.flatnonzero(~row), rng.integers(1, 4), replace=False) for row in taken
    ]
    histories = sparse.csr_matrix(taken.astype(np.float32))
    column = pd.Series(np.where(np.arange(users) % 3 == 0, "paid", "free")) if groups else None
    return Ground(held, ITEMS, histories, histories, column)


def lists_of(found: Ground, skill: float, seed: int, places: int = 20) -> np.ndarray:
    """Lists in which relevant items stand higher the greater the skill."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(len(found.held), ITEMS))
    for row, held in enumerate(found.held):
        scores[row, held] += skill
    return np.argsort(-scores, axis=1)[:, :places].astype(np.int32)


def judged(skills: Mapping[str, float], users: int = USERS, places: int = 20) -> RankingJudgement:
    found = ground(users)
    lists = {
        name: lists_of(found, skill, seed, places) for seed, (name, skill) in
        enumerate(skills.items())
    }
    return judge_rankings(lists, found, baseline="popular")


FOUND = judged({"popular": 0.2, "good": 1.5, "twin": 1.5})


def value(name: str, metric: str, judgement: RankingJudgement = FOUND) -> float:
    score = judgement.score(name, metric)
    assert score is not None
    return score.value


def test_scores_have_the_names_of_the_contract_and_the_first_place() -> None:
    names = [score.name for score in FOUND.scores["good"]]
    assert names[:9] == [
        "ndcg@10", "recall@10", "precision@10", "map@10", "mrr@10", "hit_rate@10", "coverage@10",
        "diversity@10", "novelty@10",
    ]
    assert {"ndcg@5", "ndcg@20", "hit_rate@20", "popularity_bias@10"} <= set(names)


def test_the_mean_has_the_interval_of_another_bootstrap() -> None:
    score = FOUND.score("good", "ndcg@10")
    assert score is not None and score.low is not None and score.high is not None
    values = FOUND.values["good"]["ndcg@10"]
    other = bootstrap((values,), np.mean, n_resamples=5000, method="percentile",
                      rng=np.random.default_rng(1)).confidence_interval
    assert score.value == pytest.approx(values.mean()) and score.n == USERS
    assert (score.low, score.high) == pytest.approx((other.low, other.high), abs=0.01)
    assert "bootstrap" in score.signature and score.unit == "users"


def test_the_hit_rate_has_wilsons_interval() -> None:
    score = FOUND.score("good", "hit_rate@10")
    assert score is not None
    hits = int(FOUND.values["good"]["hit_rate@10"].sum())
    assert (score.low, score.high) == pytest.approx(proportion_confint(hits, USERS, method="wilson"))


def test_coverage_belongs_to_all_lists_and_has_no_interval() -> None:
    score = FOUND.score("good", "coverage@10")
    assert score is not None and score.low is None and score.n == ITEMS
    assert score.value == len(np.unique(FOUND.lists["good"][:, :10])) / ITEMS


def test_models_are_tested_on_the_same_users_as_another_paired_test_does() -> None:
    weak = judged({"popular": 0.8, "other": 1.0})
    found = weak.comparison("ndcg@10", "other", "popular")
    assert found is not None and "holm:1" in found.test
    one, two = (weak.values[name]["ndcg@10"] for name in ("other", "popular"))
    other = permutation_test(
        (one, two), lambda a, b, axis: (a - b).mean(axis=axis), permutation_type="samples",
        vectorized=True, n_resamples=4000, rng=np.random.default_rng(0),
    )
    assert found.p == pytest.approx(other.pvalue, abs=0.03)
    assert found.delta == pytest.approx((one - two).mean())
    clear = FOUND.comparison("ndcg@10", "good", "popular")
    assert clear is not None and clear.delta > 0.1 and clear.p < 0.01


def test_only_the_main_places_are_tested() -> None:
    assert {each.metric for each in FOUND.comparisons} == {
        "ndcg@10", "recall@10", "precision@10", "map@10", "mrr@10", "hit_rate@10", "diversity@10",
        "novelty@10",
    }


def test_popularity_bias_is_one_for_lists_as_popular_as_histories() -> None:
    found = ground()
    assert found.histories is not None
    same = np.full((USERS, 20), -1)
    for row in range(USERS):
        taken = found.histories[row].indices[:20]
        same[row, : len(taken)] = taken
    short = Ground(found.held, ITEMS, sparse.csr_matrix(
        (np.ones((same[:, :10] >= 0).sum()), (np.nonzero(same[:, :10] >= 0)[0],
                                              same[:, :10][same[:, :10] >= 0])),
        shape=(USERS, ITEMS)), found.training)
    judgement = judge_rankings({"same": same}, short, baseline="same")
    assert value("same", "popularity_bias@10", judgement) == pytest.approx(1)


def test_the_auc_counts_the_candidates_outside_the_history() -> None:
    found = ground(users=4, groups=False)
    assert found.histories is not None
    ranks = [np.arange(len(held)) for held in found.held]
    worst = [
        ITEMS - found.histories[row].nnz - 1 - np.arange(len(held))
        for row, held in enumerate(found.held)
    ]
    judgement = judge_rankings(
        {"best": lists_of(found, 9, 0), "worst": lists_of(found, 0, 1)}, found, baseline="worst",
        ranks={"best": ranks, "worst": worst},
    )
    assert (value("best", "auc", judgement), value("worst", "auc", judgement)) == (1, 0)


def test_light_and_heavy_users_are_judged_apart() -> None:
    parts = by_activity(FOUND, "good")
    assert [part.value.split()[0] for part in parts] == ["light", "middle", "heavy"]
    assert sum(part.n for part in parts) == USERS
    histories = FOUND.ground.histories
    assert histories is not None
    sizes = np.diff(histories.indptr)
    most = int(parts[0].value.split(" to ")[1].split()[0])
    values = FOUND.values["good"]["ndcg@10"]
    assert parts[0].mean == pytest.approx(values[sizes <= most].mean())
    assert all(part.low is not None and part.low <= part.mean <= (part.high or 0) for part in parts)


def test_head_and_tail_items_are_judged_apart() -> None:
    parts = {part.value.split()[0]: part for part in by_popularity(FOUND, "good")}
    assert set(parts) == {"head", "tail", "nobody"}
    popularity = FOUND.ground.popularity
    assert popularity is not None
    head = set(np.argsort(-popularity, kind="stable")[: round(0.2 * (popularity > 0).sum())])
    hits = [
        int(item) in FOUND.lists["good"][row, :10]
        for row, held in enumerate(FOUND.ground.held) for item in held if int(item) in head
    ]
    assert {part.metric for part in parts.values()} == {"found_share@10"}, "no mean over users"
    assert parts["head"].n == len(hits) and parts["head"].mean == pytest.approx(np.mean(hits))
    assert sum(part.n for part in parts.values()) == sum(map(len, FOUND.ground.held))


def test_groups_are_judged_apart() -> None:
    parts = by_group(FOUND, "good")
    assert {part.value: part.n for part in parts} == {"paid": 80, "free": 160}
    assert {part.by for part in slices_of(FOUND, "good")} == {"activity", "popularity", "group"}


def test_what_is_not_known_is_not_judged() -> None:
    found = Ground([np.array([1])] * 3, ITEMS)
    judgement = judge_rankings({"one": np.tile(np.arange(5), (3, 1))}, found, baseline="one")
    names = {score.name for score in judgement.scores["one"]}
    assert "ndcg@5" in names and not any(name.startswith(("novelty", "auc")) for name in names)
    assert judgement.primary == "ndcg@5" and slices_of(judgement, "one") == ()


def test_ties_at_the_top_and_few_users_are_warned_of() -> None:
    assert any("cannot tell it apart" in text and "twin" in text for text in FOUND.warnings)
    few = judged({"popular": 0.2, "good": 3}, users=40)
    assert any(text.startswith("40 judged users are few") for text in few.warnings)
    assert not any("are few" in text for text in FOUND.warnings)


def test_items_nobody_could_know_and_short_or_equal_lists_are_warned_of() -> None:
    found = ground()
    unseen = Ground([np.array([ITEMS - 1]) for _ in found.held], ITEMS, found.histories,
                    found.training)
    short = lists_of(found, 1, 0)
    short[:, 7:] = -1
    judgement = judge_rankings({"short": short, "copy": short}, unseen, baseline="copy")
    text = " ".join(judgement.warnings)
    assert "100 % of what had to be found are items that nobody took before" in text
    assert "fills fewer than 10 places for 240 of 240" in text
    assert "give every user the same first 10 items" in text


def test_the_verdict_says_what_is_shown() -> None:
    sentence = ranking_verdict(FOUND, "good")
    assert sentence.startswith("Among 10 items good shows ")
    assert f"of {USERS} users something of what was held back (popular: " in sentence
    assert " of it; its NDCG@10" in sentence, "recall is a mean over users"
    assert "times that of recommending what is most popular; the difference is not chance" in sentence
    assert "Between it and twin these users show no difference" in sentence
    assert "twin is better" not in sentence
    assert "do not use it" in ranking_verdict(judged({"popular": 2, "bad": 0}), "bad")
    assert "no gain is shown" in ranking_verdict(judged({"popular": 1, "same": 1}), "same")
    assert "too few users" in ranking_verdict(judged({"popular": 0, "good": 2}, users=12), "good")


def test_a_verdict_on_a_model_that_is_not_ahead_first_says_who_is() -> None:
    behind = judged({"popular": 0.2, "good": 1.5, "poor": 0.5})
    sentence = ranking_verdict(behind, "poor", titles={"good": "Best"})
    assert sentence.startswith("Best scores highest, NDCG@10 0.")
    assert "above poor, which is not chance" in sentence.split(". ")[0]
    level = ranking_verdict(FOUND, min(("good", "twin"), key=lambda name: FOUND.order.index(name)))
    assert level.startswith("Among 10 items")
    last = ranking_verdict(FOUND, max(("good", "twin"), key=lambda name: FOUND.order.index(name)))
    assert "scores highest" in last and "but cannot be told from" in last
    assert "Between it and" not in last


def test_the_same_seed_gives_the_same_numbers() -> None:
    again = judged({"popular": 0.2, "good": 1.5, "twin": 1.5})
    assert again.scores == FOUND.scores and again.comparisons == FOUND.comparisons


@pytest.mark.parametrize(
    ("rows", "places", "held", "words"),
    [(0, 10, 0, "No user"), (2, 10, 3, "3 judged users, but “a” has 2"), (3, 4, 3, "4 places")],
)
def test_lists_that_do_not_fit_are_refused(rows: int, places: int, held: int, words: str) -> None:
    with pytest.raises(DataError, match=words):
        judge_rankings({"a": np.zeros((rows, places), dtype=int)},
                       Ground([np.array([0])] * held, 5), baseline="a")
