"""What lists are beside being right, and parts of users and items, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.stats import bootstrap

from pipelines.evaluation.ranking_judgement import judge_rankings
from pipelines.evaluation.ranking_results import Ground, RankingJudgement
from pipelines.evaluation.ranking_slices import by_activity, by_popularity
from pipelines.judging import find_kind
from pipelines.progress import SILENT


def taken(rows: list[list[int]], items: int) -> sparse.csr_matrix:
    table = np.zeros((len(rows), items), dtype=np.float32)
    for row, columns in enumerate(rows):
        table[row, columns] = 1
    return sparse.csr_matrix(table)


def judged(ground: Ground, lists: np.ndarray) -> RankingJudgement:
    return judge_rankings({"one": lists}, ground, baseline="one")


def test_novelty_counts_all_users_of_the_training_and_bias_is_a_ratio_of_means() -> None:
    """Eight users taught, two judge. Item 0 was taken by all, 1 by four, 2 by two, 3 to 7 by one."""
    training = taken([[0, 1, 2], [0, 1, 2], [0, 1, 3], [0, 1, 4], [0, 5], [0, 6], [0, 7], [0]], 8)
    lists = np.array([[0, 0, 0, 0, 0], [2, 2, 2, 2, 2]])
    histories = taken([[1], [0]], 8)
    found = judged(Ground([np.array([0]), np.array([2])], 8, histories, training), lists)
    scores = {each.name: each.value for each in found.scores["one"]}
    # Everybody took item 0: no bits. Two of eight took item 2: two bits.
    assert scores["novelty@5"] == pytest.approx((0 + 2) / 2)
    assert scores["popularity_bias@5"] == pytest.approx((8 + 2) / (4 + 8)), "not (2 + 1/4) / 2"


def test_thirds_of_the_users_hold_a_third_each() -> None:
    """Histories of 1 to 6 items: 1 and 2 are light, 3 and 4 in the middle, 5 and 6 heavy."""
    histories = taken([list(range(size)) for size in range(1, 7)], 12)
    lists = np.array([[11, 6, 7, 8, 9]] * 3 + [[6, 11, 7, 8, 9]] * 3)
    found = judged(Ground([np.array([11])] * 6, 12, histories, histories), lists)
    parts = by_activity(found, "one")
    assert [(part.value, part.n) for part in parts] == [
        ("light (1 to 2 items)", 2), ("middle (3 to 4 items)", 2), ("heavy (5 to 6 items)", 2)
    ]
    second = 1 / np.log2(3)
    assert [part.mean for part in parts] == pytest.approx([1, (1 + second) / 2, second])


def test_the_interval_of_a_share_of_items_is_over_users() -> None:
    """Of each user all four wanted items are found, or none: users vary, so the interval is wide."""
    users, rng = 80, np.random.default_rng(0)
    happy = rng.random(users) < 0.5
    lists = np.where(happy[:, None], np.arange(5), np.arange(5, 10))
    training = taken([list(range(10))] * 5, 10)
    ground = Ground([np.arange(4)] * users, 10, None, training)
    parts = {part.value.split()[0]: part for part in by_popularity(judged(ground, lists), "one")}
    other = bootstrap((happy.astype(float),), np.mean, n_resamples=4000, method="percentile",
                      rng=np.random.default_rng(1)).confidence_interval
    tail = parts["tail"]
    assert tail.n == 2 * users and tail.mean == pytest.approx(happy.mean())
    assert (tail.low, tail.high) == pytest.approx((other.low, other.high), abs=0.02)


def test_each_judged_user_of_a_file_keeps_the_own_group() -> None:
    """The first user has nothing relevant, and rows stand in any order."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"user": np.repeat([f"u{n:02}" for n in range(20)], 6),
                          "item": np.tile(np.arange(6), 20), "score": rng.random(120)})
    frame["taken"] = ((frame["item"] == 2) & (frame["user"] != "u00")).astype(int)
    frame["plan"] = np.where(frame["user"] < "u07", "paid", "free")
    mapping = {"user": ["user"], "item": ["item"], "truth": ["taken"], "prediction": ["score"],
               "group": ["plan"]}
    shuffled = frame.sample(frac=1, random_state=2)
    found = find_kind("ranking").evaluate(shuffled, mapping, 0, SILENT).detail
    assert found.users == 19
    assert found.ground.groups.tolist() == ["paid"] * 6 + ["free"] * 13
