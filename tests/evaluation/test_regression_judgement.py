"""Amounts against what came: scikit-learn, scipy's bootstrap, coverage, residuals and verdicts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from data.errors import DataError
from pipelines.evaluation.regression_judgement import judge_regression
from pipelines.evaluation.regression_metrics import coverage, residuals
from pipelines.evaluation.regression_verdict import amount, regression_verdict


def losses(n: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Amounts, a good prediction and a poorer one."""
    rng = np.random.default_rng(seed)
    base = rng.gamma(2, 500, n)
    return base + rng.normal(0, 200, n), base, base + rng.normal(0, 300, n)


def test_values_are_those_of_scikit_learn() -> None:
    truth, good, poor = losses()
    found = judge_regression(
        truth, {"base": np.full(400, truth.mean()), "good": good, "poor": poor}, baseline="base"
    )
    for name, values in (("good", good), ("poor", poor)):
        assert {score.name: score.value for score in found.scores[name]} == pytest.approx({
            "rmse": root_mean_squared_error(truth, values),
            "mae": mean_absolute_error(truth, values), "r2": r2_score(truth, values),
        })
    assert found.order == ("good", "poor", "base")


def test_intervals_are_those_of_another_bootstrap() -> None:
    truth, good, _ = losses()
    found = judge_regression(truth, {"good": good}, baseline="good")
    for metric, of in (
        ("rmse", root_mean_squared_error), ("mae", mean_absolute_error), ("r2", r2_score)
    ):
        score = found.score("good", metric)
        assert score is not None and score.low is not None and score.high is not None
        other = stats.bootstrap(
            (truth, good), of, paired=True, vectorized=False, n_resamples=800,
            method="percentile", rng=np.random.default_rng(1),
        ).confidence_interval
        wide = other.high - other.low
        assert (score.low, score.high) == pytest.approx((other.low, other.high), abs=0.15 * wide)


def test_random_groups_of_rows_give_the_interval_of_rows() -> None:
    truth, good, _ = losses(20_000)
    found = judge_regression(truth, {"good": good}, baseline="good")
    score = found.score("good", "mae")
    off = np.abs(good - truth)
    half = 1.96 * off.std() / len(off) ** 0.5
    assert score is not None and "row-groups:5000" in score.signature
    assert score.low == pytest.approx(off.mean() - half, abs=0.1 * half)
    assert score.high == pytest.approx(off.mean() + half, abs=0.1 * half)


def test_paired_differences_are_narrower_than_the_scores_are() -> None:
    truth, good, poor = losses(1000)
    found = judge_regression(
        truth, {"base": np.full(1000, truth.mean()), "good": good, "poor": poor}, baseline="base"
    )
    test = found.comparison("mae", "good", "poor")
    assert test is not None and test.low is not None and test.high is not None
    each = np.abs(good - truth) - np.abs(poor - truth)
    half = 1.96 * each.std() / 1000**0.5
    assert test.delta == pytest.approx(each.mean())
    assert (test.low, test.high) == pytest.approx(
        (each.mean() - half, each.mean() + half), abs=0.1 * half
    )
    assert test.p < 0.01 and "holm:3" in test.test


def test_large_amounts_keep_their_digits() -> None:
    truth, good, _ = losses()
    far = judge_regression(truth + 1e9, {"good": good + 1e9}, baseline="good")
    near = judge_regression(truth, {"good": good}, baseline="good")
    for one, other in zip(far.scores["good"], near.scores["good"], strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-5)


def test_coverage_counts_both_ends_and_has_wilsons_interval() -> None:
    found = coverage(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0, 0, 5]), np.array([2.0, 2, 2, 6]))
    assert found.share == 0.5 and found.width == pytest.approx((1 + 2 + 2 + 1) / 4)
    wanted = stats.binomtest(2, 4).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))


def test_intervals_that_are_too_narrow_are_told() -> None:
    truth, good, _ = losses()
    narrow = {"good": (good - 100, good + 100)}
    found = judge_regression(
        truth, {"base": np.full(400, truth.mean()), "good": good}, baseline="base", intervals=narrow
    )
    score = found.score("good", "interval_coverage")
    assert score is not None and score.value < 0.5 and "meant:0.9" in score.signature
    assert "too narrow" in found.warnings[0]
    assert "promise 90 % and hold" in regression_verdict(found, "good")
    right = {"good": (good - 329, good + 329)}
    fine = judge_regression(
        truth, {"base": np.full(400, truth.mean()), "good": good}, baseline="base", intervals=right
    )
    assert fine.warnings == () and "as they promise" in regression_verdict(fine, "good")


def test_residuals_are_those_of_scipy_by_tenths_of_the_prediction() -> None:
    truth, good, _ = losses(1000)
    found = residuals(truth, good)
    off = good - truth
    assert found.skew == pytest.approx(stats.skew(off))
    assert found.excess_kurtosis == pytest.approx(stats.kurtosis(off))
    assert found.median == pytest.approx(np.median(np.abs(off)))
    assert [part.n for part in found.parts] == [100] * 10
    low = np.argsort(good)[:100]
    assert found.parts[0].error == pytest.approx(off[low].mean())
    assert not found.heavy_tails
    assert all(part.low is not None and part.low < part.error for part in found.parts)
    wild = good.copy()
    wild[:10] += 5000
    told = residuals(truth, wild)
    assert told.heavy_tails and told.largest_share > 0.8 and told.skew > 1


def test_equal_predictions_stay_together() -> None:
    truth, _, _ = losses(50)
    found = residuals(truth, np.full(50, 3.0))
    assert [part.n for part in found.parts] == [50]
    assert np.isnan(residuals(np.ones(5), np.ones(5)).skew)


def test_the_verdict_says_what_is_proven() -> None:
    truth, good, poor = losses()
    base = np.full(400, truth.mean())
    found = judge_regression(
        truth, {"base": base, "good": good, "poor": poor, "twin": good + 0.5}, baseline="base"
    )
    words = regression_verdict(found, "good", titles={"twin": "The twin"})
    assert words.startswith("On 400 rows good is off by 1")
    assert "% below that of always saying the mean, which is not chance (p = 0.00" in words
    assert "cannot tell it from The twin" in words
    assert "good is nearer" in regression_verdict(found, "poor") or "twin is nearer" in (
        regression_verdict(found, "poor")
    )
    lost = judge_regression(truth, {"base": base, "bad": good * 0 - 900}, baseline="base")
    assert "do not use it" in regression_verdict(lost, "bad")
    few = judge_regression(truth[:10], {"base": base[:10], "good": good[:10]}, baseline="base")
    assert "too few rows to tell" in regression_verdict(few, "good")


def test_what_is_no_amount_is_refused() -> None:
    with pytest.raises(DataError, match="no true amount"):
        judge_regression([], {"a": []}, baseline="a")
    with pytest.raises(DataError, match="2 true amounts, but the amounts of “a” are 1"):
        judge_regression([1.0, 2.0], {"a": [1.0]}, baseline="a")
    with pytest.raises(DataError, match="without a number"):
        judge_regression([1.0, 2.0], {"a": [1.0, np.nan]}, baseline="a")
    with pytest.raises(DataError, match="above the upper one in 1 rows"):
        judge_regression(
            [1.0, 2.0], {"a": [1.0, 2.0]}, baseline="a",
            intervals={"a": (np.array([3.0, 1.0]), np.array([2.0, 2.0]))},
        )


def test_amounts_that_never_vary_have_no_r2() -> None:
    found = judge_regression([5.0] * 30, {"a": np.linspace(4, 6, 30)}, baseline="a")
    assert found.score("a", "r2") is None
    assert any("never looks is right" in each for each in found.warnings)


@pytest.mark.parametrize(
    ("value", "words"),
    [(12345.6, "12,346"), (-123.45, "-123.5"), (12.345, "12.35"), (0.04567, "0.046"), (0.1, "0.100"),
     (1e-5, "0.000010"), (0.0, "0")],
)
def test_amounts_are_written_with_the_digits_that_say_something(value: float, words: str) -> None:
    assert amount(value) == words
