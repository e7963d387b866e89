"""What is found at a capacity: worked by hand, over all orders of equal scores, and resampled."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from data.errors import OptionError
from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.capacity import (
    AT_CAPACITY,
    CapacityStatistics,
    capacity_curve,
    capacity_point,
    expected_hits,
    levels,
    reviewed,
)
from pipelines.evaluation.decisions import Decision
from pipelines.evaluation.grouped_rows import MOST_GROUPS, RowGroups
from pipelines.evaluation.risk_judgement import RiskJudgement, judge_risk
from pipelines.evaluation.risk_verdict import risk_verdict
from tests.evaluation.test_risk_metrics import made_up

PRECISION, RECALL = AT_CAPACITY


def judged(n: int = 1000, share: float = 0.1, rate: float = 0.1) -> RiskJudgement:
    truth, chance, noisy = made_up(n, rate)
    return judge_risk(
        truth, {"base": np.full(n, truth.mean()), "good": chance, "noisy": noisy}, baseline="base",
        decision=Decision("capacity", share), positive="fraud", resamples=300,
    )


def test_the_first_rows_are_counted_as_by_hand() -> None:
    # By falling score: fraud, none, fraud, none, none, fraud, none, none, none, none.
    truth = np.array([1, 0, 1, 0, 0, 1, 0, 0, 0, 0], dtype=bool)
    chance = np.linspace(0.9, 0.1, 10)
    found = capacity_point(truth, chance, 0.3, resamples=50)
    assert (found.looked_at, found.hits, found.least) == (3, 2.0, pytest.approx(chance[2]))
    assert found.precision == pytest.approx(2 / 3) and found.recall == pytest.approx(2 / 3)
    assert found.lift == pytest.approx((2 / 3) / 0.3)
    assert found.precision_low <= found.precision <= found.precision_high


def test_equal_scores_at_the_border_count_as_their_share_by_hand() -> None:
    # One row above, then four equal ones with two of the class, of which two more are looked at.
    truth = np.array([1, 1, 1, 0, 0, 0, 1, 0], dtype=bool)
    chance = np.array([0.9, 0.5, 0.5, 0.5, 0.5, 0.2, 0.1, 0.1])
    assert expected_hits(truth, chance, np.array([3])).tolist() == [1 + 2 * 2 / 4]


@pytest.mark.parametrize("looked_at", range(1, 8))
def test_the_mean_over_all_orders_of_equal_scores_is_met(looked_at: int) -> None:
    truth = np.array([1, 0, 1, 1, 0, 0, 1], dtype=bool)
    chance = np.array([0.4, 0.4, 0.4, 0.7, 0.7, 0.2, 0.2])
    hits = [
        truth[sorted(order, key=lambda row: -chance[row])[:looked_at]].sum()
        for order in permutations(range(7))
    ]
    found = expected_hits(truth, chance, np.array([looked_at]))
    assert found[0] == pytest.approx(np.mean(hits))


def test_the_baseline_finds_the_share_of_all_rows() -> None:
    truth, _, _ = made_up(500, 0.2)
    found = capacity_point(truth, np.full(500, 0.2), 0.05, resamples=20)
    assert found.precision == pytest.approx(truth.mean()) and found.lift == pytest.approx(1.0)
    assert found.recall == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("capacity", "rows", "looked_at"),
    [(0.05, 100, 5), (0.05, 50, 3), (0.001, 30, 1), (1.0, 30, 30), (0.024, 100, 2)],
)
def test_a_capacity_is_a_whole_number_of_rows(capacity: float, rows: int, looked_at: int) -> None:
    assert reviewed(capacity, rows) == looked_at


@pytest.mark.parametrize("capacity", [0.0, -0.1, 1.2, float("nan")])
def test_a_capacity_that_is_no_share_is_refused(capacity: float) -> None:
    with pytest.raises(OptionError, match="share of the rows"):
        reviewed(capacity, 10)


@pytest.mark.parametrize("digits", [None, 1, 2])
@pytest.mark.parametrize("capacity", [0.02, 0.3])
def test_resamples_are_those_of_rows_drawn_one_by_one(capacity: float, digits: int | None) -> None:
    truth, chance, _ = made_up(700, 0.1, digits=digits)
    groups = RowGroups.of(700)
    statistics = CapacityStatistics(truth, chance, capacity, groups)
    counts = next(Resamples(700, 40, 3).blocks())
    drawn = statistics.draws(counts)
    for column, precision, recall in zip(
        counts.T, drawn[PRECISION], drawn[RECALL], strict=True
    ):
        rows = np.repeat(np.arange(700), column.astype(int))
        hits = expected_hits(truth[rows], chance[rows], np.array([statistics.looked_at]))[0]
        # Many different scores near the border share bins.
        near = 0.02 if digits is None else 1e-9
        assert precision == pytest.approx(hits / statistics.looked_at, abs=near)
        assert recall == pytest.approx(hits / truth[rows].sum(), abs=near)


def test_the_spread_of_many_rows_in_groups_is_that_of_new_samples() -> None:
    def point(seed: int) -> float:
        truth, chance, _ = made_up(2 * MOST_GROUPS, 0.05, seed)
        return float(expected_hits(truth, chance, np.array([300]))[0]) / 300

    truth, chance, _ = made_up(2 * MOST_GROUPS, 0.05, 99)
    groups = RowGroups.of(len(truth))
    assert groups.number < len(truth)
    statistics = CapacityStatistics(truth, chance, 0.03, groups)
    drawn = np.concatenate([
        statistics.draws(counts)[PRECISION] for counts in Resamples(groups.number, 300, 1).blocks()
    ])
    again = np.std([point(seed) for seed in range(60)])
    assert drawn.std() == pytest.approx(again, rel=0.35)
    assert drawn.mean() == pytest.approx(statistics.values()[PRECISION], abs=0.02)


def test_models_are_scored_and_tested_against_the_baseline_at_the_capacity() -> None:
    found = judged()
    score = found.score("good", PRECISION)
    assert score is not None and score.low is not None and score.high is not None
    order = np.argsort(-found.systems["good"], kind="stable")[:100]
    assert score.value == pytest.approx(found.truth[order].mean())
    assert score.low < score.value < score.high
    assert "capacity:0.1|looked-at:100" in score.signature
    recall = found.score("good", RECALL)
    assert recall is not None
    assert recall.value == pytest.approx(found.truth[order].sum() / found.truth.sum())
    test = found.comparison(PRECISION, "good", "base")
    assert test is not None and test.p < 0.001
    assert test.delta == pytest.approx(score.value - found.truth.mean())
    point = capacity_point(found.truth, found.systems["good"], 0.1, resamples=300)
    assert (point.precision_low, point.precision_high) == pytest.approx((score.low, score.high))


def test_only_a_capacity_adds_its_scores() -> None:
    truth, chance, _ = made_up(200)
    plain = judge_risk(truth, {"a": chance}, baseline="a", resamples=10)
    assert not {PRECISION, RECALL, "sensitivity"} & {score.name for score in plain.scores["a"]}


def test_the_verdict_begins_with_what_looking_finds() -> None:
    words = risk_verdict(judged(), "good", titles={"good": "Good"})
    assert words.startswith("If 100 of 1,000 rows can be looked at (10 %), Good picks ")
    assert "that are “fraud”" in words and "times as many as picking at random" in words
    assert "beats picking at random is not chance (p < 0.001)" in words
    assert "ranks a “fraud” above another row" in words
    noise = np.random.default_rng(0).permutation(judged().systems["good"])
    truth = judged().truth
    nothing = judge_risk(
        truth, {"base": np.full(1000, 0.1), "noise": noise}, baseline="base", resamples=200,
        decision=Decision("capacity", 0.1),
    )
    assert "beats picking at random is not shown" in risk_verdict(nothing, "noise")


def test_the_curve_and_the_levels_agree_with_the_points() -> None:
    truth, chance, _ = made_up(400, 0.15)
    curve = capacity_curve(truth, chance, 0.5)
    assert (curve.looked_at[0], curve.looked_at[-1]) == (1, 200)
    for number, precision, recall in zip(
        curve.looked_at, curve.precision, curve.recall, strict=True
    ):
        hits = truth[np.argsort(-chance)[:number]].sum()
        assert (precision, recall) == pytest.approx((hits / number, hits / truth.sum()))
    assert (curve.low <= curve.precision).all() and (curve.precision <= curve.high).all()
    found = levels(truth, chance, 0.15)
    assert [each.capacity for each in found] == sorted({*(each.capacity for each in found)})
    assert 0.15 in [each.capacity for each in found]


def test_rows_of_one_kind_have_no_recall() -> None:
    found = judge_risk(
        np.zeros(50, dtype=bool), {"a": np.linspace(0, 1, 50)}, baseline="a", resamples=20,
        decision=Decision("capacity", 0.1),
    )
    assert found.score("a", RECALL) is None and found.score("a", PRECISION) is None
