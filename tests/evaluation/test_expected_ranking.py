"""Equal scores and items that a system did not list: values over all orders that are left open."""

from __future__ import annotations

from itertools import permutations
from math import comb

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from pipelines.evaluation.expected_ranking import Expected, expected
from pipelines.evaluation.ranking_metrics import at, auc, coverage
from pipelines.judging import Judged, find_kind

KIND = find_kind("ranking")
MAP = {"user": ["user"], "item": ["item"], "truth": ["relevant"], "prediction": ["score"]}


def of_one(scores: np.ndarray, relevant: np.ndarray) -> Expected:
    rows = len(scores)
    return expected(
        np.zeros(rows, dtype=int), np.arange(rows), relevant, scores, items=rows, places=(2, 4)
    )


@pytest.mark.parametrize("seed", range(12))
def test_values_are_the_mean_over_every_order_of_equal_scores(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(2, 7))
    relevant = rng.random(rows) < 0.4
    relevant[rng.integers(rows)] = True
    scores = rng.integers(0, 3, rows).astype(float)
    scores[rng.random(rows) < 0.2] = -np.inf
    found: list[dict[str, float]] = []
    for chance in permutations(range(rows)):
        order = sorted(range(rows), key=lambda row: (-scores[row], chance[row]))
        hits = np.zeros((1, max(rows, 4)), dtype=bool)
        hits[0, :rows] = relevant[order]
        own = {name: value for k in (2, 4)
               for name, value in at(hits, np.array([relevant.sum()]), k).items()}
        own["auc"] = auc([np.flatnonzero(relevant[order])], np.array([rows]))
        found.append({name: float(value[0]) for name, value in own.items()})
    mine = of_one(scores, relevant).values
    for name in found[0]:
        mean = np.mean([each[name] for each in found])
        assert mine[name][0] == pytest.approx(mean, nan_ok=True), name


def test_any_order_has_the_values_of_the_hypergeometric_distribution() -> None:
    relevant = np.zeros(20, dtype=bool)
    relevant[:3] = True
    found = of_one(np.zeros(20), relevant)
    assert found.any_order
    assert found.values["recall@4"][0] == pytest.approx(4 / 20)
    assert found.values["hit_rate@4"][0] == pytest.approx(1 - comb(17, 4) / comb(20, 4))
    assert found.values["auc"][0] == 0.5
    assert found.coverage[4] == pytest.approx(4 / 20)


def test_coverage_counts_what_is_listed_alone_and_all_lists_together() -> None:
    user, item = np.repeat([0, 1], 4), np.tile(np.arange(4), 2)
    scores = np.array([3.0, 2, -np.inf, -np.inf, 3.0, -np.inf, -np.inf, 2])
    relevant = np.tile([True, False, False, False], 2)
    found = expected(user, item, relevant, scores, items=5, places=(3,))
    lists = np.array([[0, 1, -1], [0, 3, -1]])
    assert found.coverage[3] == coverage(lists, 5, 3) == 3 / 5
    ties = expected(user, item, relevant, np.zeros(8), items=4, places=(2,))
    # Each of four items is missed by both users with a chance of a half each.
    assert ties.coverage[2] == pytest.approx(1 - 1 / 4)


def pairs(users: int = 80, items: int = 20) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"user": np.repeat([f"u{n}" for n in range(users)], items),
                          "item": np.tile([f"i{n}" for n in range(items)], users)})
    chosen = np.concatenate([rng.permutation(items) < 2 for _ in range(users)])
    frame["relevant"] = chosen.astype(int)
    frame["score"] = rng.normal(size=len(frame)) + 1.5 * frame["relevant"]
    return frame


def judged(frame: pd.DataFrame, *systems: str, seed: int = 0) -> Judged:
    return KIND.evaluate(frame, {**MAP, "prediction": list(systems)}, seed)  # type: ignore[call-arg]


def test_the_baseline_of_a_file_is_any_order_and_not_one_draw_of_it() -> None:
    frame = pairs()
    found = {score.name: score for score in judged(frame, "score").scores["random-order"]}
    assert found["recall@10"].value == pytest.approx(0.5)
    assert found["auc"].value == pytest.approx(0.5)
    assert found["hit_rate@10"].value == pytest.approx(1 - comb(18, 10) / comb(20, 10))
    other = {score.name: score for score in judged(frame, "score", seed=9).scores["random-order"]}
    assert [other[name].value for name in found] == [score.value for score in found.values()]
    # All users have as many candidates: the baseline does not vary, and the gain over it does.
    gain = judged(frame, "score").detail.comparison("ndcg@10", "score", "random-order")
    assert found["ndcg@10"].low is None and gain.low is not None and gain.low > 0


def test_items_that_a_system_did_not_list_stand_behind_those_it_did() -> None:
    frame = pairs()
    place = frame.groupby("user")["score"].rank(ascending=False)
    frame["rank_top"] = place.where(place <= 5)
    frame["all"] = frame["score"]
    found = judged(frame, "rank_top", "all")
    top, every = (
        {score.name: score.value for score in found.scores[name]} for name in ("rank_top", "all")
    )
    assert top["ndcg@5"] == pytest.approx(every["ndcg@5"])
    assert top["recall@10"] < every["recall@10"] and top["auc"] < every["auc"]
    assert top["coverage@10"] <= 1
    assert any("“rank_top” does not list 1,200 of 1,600 pairs" in note for note in found.warnings)
    # By hand: five listed, and five of the other fifteen in any order.
    listed = frame[place <= 5].groupby("user")["relevant"].sum()
    chance = listed / 2 + (2 - listed) / 2 * 5 / 15
    assert top["recall@10"] == pytest.approx(chance.mean())


def test_a_dash_says_that_an_item_is_not_listed_and_a_word_is_refused() -> None:
    frame = pairs()
    text = frame["score"].round(3).astype(str).where(frame["score"] > 0, "–")
    blank = frame["score"].round(3).where(frame["score"] > 0)
    one, other = (judged(frame.assign(score=each), "score") for each in (text, blank))
    assert one.scores["score"] == other.scores["score"]
    with pytest.raises(DataError, match="says “high” where a number belongs"):
        judged(frame.assign(score=text.replace("–", "high")), "score")
