"""Metrics that are functions of sums over rows: intervals, paired tests, what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.sums import Measure, judge_sums, mean_measure, ratio

RNG = np.random.default_rng(3)
ROWS = 200


def test_mean_has_the_value_and_about_the_interval_that_scipy_gives() -> None:
    values = RNG.gamma(2.0, size=ROWS)
    scores, _ = judge_sums({"a": [mean_measure("gamma", values)]}, resamples=4000)
    score = scores["a"][0]
    peer = stats.bootstrap(
        (values,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert score.value == pytest.approx(values.mean())
    assert score.low == pytest.approx(peer.low, abs=0.02)
    assert score.high == pytest.approx(peer.high, abs=0.02)
    assert score.n == ROWS


def test_rows_that_do_not_count_change_nothing() -> None:
    values = RNG.random(ROWS)
    counted = RNG.random(ROWS) < 0.5
    spoilt = np.where(counted, values, np.nan)
    scores, _ = judge_sums({"a": [mean_measure("m", spoilt, counted)]})
    assert scores["a"][0].value == pytest.approx(values[counted].mean())
    assert scores["a"][0].n == int(counted.sum())


def test_metric_without_a_counted_row_is_left_out() -> None:
    nothing = mean_measure("m", np.ones(5), np.zeros(5, dtype=bool))
    scores, comparisons = judge_sums({"a": [nothing], "b": [nothing]})
    assert scores == {"a": (), "b": ()}
    assert comparisons == ()


def test_share_gets_the_interval_of_wilson_and_the_test_of_mcnemar() -> None:
    first = np.array([1.0] * 70 + [0.0] * 30)
    second = np.array([1.0] * 58 + [0.0] * 42)
    scores, (found,) = judge_sums({
        "a": [mean_measure("em", first, share=True)], "b": [mean_measure("em", second, share=True)],
    })
    assert (scores["a"][0].low, scores["a"][0].high) == pytest.approx(wilson(70, 100))
    assert found.delta == pytest.approx(0.12)
    assert found.p == pytest.approx(stats.binomtest(0, 12).pvalue)
    assert found.test.startswith("mcnemar-exact")


def test_ratio_of_sums_is_not_the_mean_of_ratios() -> None:
    rows = np.array([[1.0, 1.0], [0.0, 9.0]])
    scores, _ = judge_sums({"a": [Measure("m", rows, ratio)]})
    assert scores["a"][0].value == pytest.approx(0.1)


def test_paired_p_agrees_with_a_paired_t_test_on_many_rows() -> None:
    base = RNG.normal(size=400)
    other = base + RNG.normal(0.1, 1.0, size=400)
    _, (found,) = judge_sums(
        {"new": [mean_measure("m", other)], "old": [mean_measure("m", base)]},
        baseline="old", resamples=8000,
    )
    assert (found.model, found.against) == ("new", "old")
    assert found.p == pytest.approx(stats.ttest_rel(other, base).pvalue, abs=0.02)
    assert found.low is not None and found.high is not None
    assert found.low < found.delta < found.high


def test_p_values_are_corrected_over_the_pairs_of_a_metric_alone() -> None:
    values = [RNG.random(ROWS) for _ in range(3)]
    systems = {
        name: [mean_measure("m", each), mean_measure("k", each)]
        for name, each in zip("abc", values, strict=True)
    }
    _, comparisons = judge_sums(systems, baseline="a")
    assert [each.metric for each in comparisons] == ["m"] * 3 + ["k"] * 3
    assert all(each.test == "paired-bootstrap-centred|n:2000|seed:0|holm:3" for each in comparisons)
    assert {each.model for each in comparisons if each.against == "a"} == {"b", "c"}


def test_same_outputs_are_never_told_apart() -> None:
    same = mean_measure("m", RNG.random(ROWS))
    _, (found,) = judge_sums({"a": [same], "b": [same]})
    assert (found.delta, found.p) == (0, 1)


def test_rows_all_alike_get_no_interval() -> None:
    scores, _ = judge_sums({"a": [mean_measure("m", np.full(50, 0.3))]})
    score = scores["a"][0]
    assert (score.low, score.high) == (None, None)
    assert "no-interval" in score.signature


def test_seed_decides_everything() -> None:
    measure = {"a": [mean_measure("m", RNG.random(30))]}
    first, again, other = (judge_sums(measure, seed=seed)[0]["a"][0] for seed in (0, 0, 1))
    assert first == again
    assert first.low != other.low
    assert "seed:1" in other.signature


def test_interval_holds_the_true_mean_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    held = 0
    for seed in range(120):
        scores, _ = judge_sums(
            {"a": [mean_measure("m", rng.exponential(size=80))]}, resamples=400, seed=seed
        )
        low, high = scores["a"][0].low, scores["a"][0].high
        assert low is not None and high is not None
        held += low <= 1.0 <= high
    assert 0.86 <= held / 120 <= 0.99


def test_different_numbers_of_rows_are_a_bug() -> None:
    with pytest.raises(ValueError, match="different numbers of rows"):
        judge_sums({"a": [mean_measure("m", np.ones(3))], "b": [mean_measure("m", np.ones(4))]})


def test_progress_counts_every_resample() -> None:
    seen: list[tuple[int, int]] = []
    judge_sums(
        {"a": [mean_measure("m", RNG.random(20_000))]}, resamples=120,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (120, 120)
    assert len(seen) > 1


def test_interval_is_widened_to_hold_the_value() -> None:
    # The number of different kinds of row: a resample misses about a third of them.
    kinds = np.eye(60)

    def different(sums: np.ndarray) -> np.ndarray:
        return (sums > 0).sum(axis=-1).astype(float)

    def missing(sums: np.ndarray) -> np.ndarray:
        return 60 - different(sums)

    scores, _ = judge_sums(
        {"a": [Measure("kinds", kinds, different), Measure("missing", kinds, missing)]}
    )
    found, lost = scores["a"]
    assert found.value == found.high == 60
    assert lost.value == lost.low == 0
    # (1 - 1/60) ** 60 of 60 are missed on average: 21.9.
    assert found.low is not None and 30 < found.low < 38
    assert lost.high is not None and 22 < lost.high < 30


def test_a_score_without_an_interval_gives_a_difference_without_one() -> None:
    alike, varied = np.full(50, 0.3), RNG.random(50)
    _, (found,) = judge_sums({"a": [mean_measure("m", varied)], "b": [mean_measure("m", alike)]})
    assert found.delta == pytest.approx(varied.mean() - 0.3)
    assert (found.low, found.high) == (None, None)


def test_a_difference_that_no_draw_changes_has_no_interval() -> None:
    values = RNG.random(50)
    both = {"a": [mean_measure("m", values + 0.25)], "b": [mean_measure("m", values)]}
    scores, (found,) = judge_sums(both)
    assert scores["a"][0].low is not None and scores["b"][0].low is not None
    assert found.delta == pytest.approx(0.25)
    assert (found.low, found.high) == (None, None)
    right = np.ones(50)
    shares = {name: [mean_measure("m", right, share=True)] for name in "ab"}
    _, (found,) = judge_sums(shares)
    assert (found.delta, found.low, found.high, found.p) == (0, None, None, 1)


def test_differences_that_vary_keep_their_interval() -> None:
    first, second = RNG.random(50), RNG.random(50)
    _, (found,) = judge_sums({"a": [mean_measure("m", first)], "b": [mean_measure("m", second)]})
    assert found.low is not None and found.high is not None
    assert found.low < found.delta < found.high


def test_what_all_systems_share_is_scored_and_not_compared() -> None:
    values = RNG.random(50)
    measures = [mean_measure("shared", values, compared=False), mean_measure("own", values)]
    scores, comparisons = judge_sums({"a": measures, "b": measures, "c": measures})
    assert [score.name for score in scores["a"]] == ["shared", "own"]
    assert {each.metric for each in comparisons} == {"own"}


def test_a_share_has_the_interval_of_the_rows_that_count() -> None:
    right = np.array([1.0, 1.0, 0.0, 1.0, 1.0])
    counted = np.array([True, False, True, True, False])
    scores, _ = judge_sums({"a": [mean_measure("share", right, counted, share=True)]})
    assert scores["a"][0].value == pytest.approx(2 / 3) and scores["a"][0].n == 3
    assert (scores["a"][0].low, scores["a"][0].high) == pytest.approx(wilson(2, 3))
