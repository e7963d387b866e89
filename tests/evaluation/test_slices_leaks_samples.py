"""Slices, leaks and hand-labelled samples."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from data.errors import DataError
from pipelines.evaluation.labelled_sample import choose_sample, estimate_accuracy
from pipelines.evaluation.leakage import leak_columns
from pipelines.evaluation.mean_slices import mean_slices
from pipelines.evaluation.permuted_means import mean_apart
from pipelines.evaluation.slices import slices


def test_slices_are_counted_tested_and_sorted_worst_first() -> None:
    column = pd.Series(["web"] * 60 + ["app"] * 40 + [None] * 5)
    right = np.array([True] * 54 + [False] * 6 + [True] * 20 + [False] * 20 + [True] * 5)
    found = slices(column, right)
    assert [each.value for each in found] == ["app", "web", "(missing)"]
    assert [each.n for each in found] == [40, 60, 5]
    assert [each.small for each in found] == [False, False, True]
    assert found[0].accuracy == 0.5 and found[0].low < 0.5 < found[0].high
    expected = stats.chi2_contingency([[20, 20], [59, 6]], correction=False).pvalue
    assert found[0].p == pytest.approx(3 * expected)
    rare = stats.fisher_exact([[5, 0], [74, 26]]).pvalue
    assert found[2].p == pytest.approx(rare)


def test_numbers_dates_and_many_values_are_grouped() -> None:
    right = np.arange(400) % 3 > 0
    numbers = slices(pd.Series(np.arange(400.0)), right)
    assert sorted(each.n for each in numbers) == [100, 100, 100, 100]
    assert "0 to 99.75" in {each.value for each in numbers}
    few = slices(pd.Series(np.arange(400) % 5), right)
    assert {each.value for each in few} == {"0", "1", "2", "3", "4"}
    dates = slices(pd.Series(pd.date_range("2026-01-15", periods=400, freq="D")), right)
    assert {"2026-01", "2027-02"} <= {each.value for each in dates}
    many = slices(pd.Series([f"v{i % 40}" for i in range(400)]), right)
    assert len(many) == 13
    assert next(each.n for each in many if each.value == "(other)") == 280
    flags = slices(pd.Series([True, False] * 200), right)
    assert {each.value for each in flags} == {"True", "False"}


def test_degenerate_columns_are_sliced_all_the_same() -> None:
    assert slices(pd.Series([], dtype=object), np.array([], dtype=bool)) == ()
    (one,) = slices(pd.Series(["a"] * 5), np.array([True] * 5))
    assert (one.value, one.p, one.small) == ("a", 1.0, True)
    (gone,) = slices(pd.Series([np.nan] * 5), np.array([True, False] * 2 + [True]))
    assert gone.value == "(missing)"
    skewed = slices(pd.Series([0.0] * 90 + list(np.arange(20.0))), np.ones(110, dtype=bool))
    assert sum(each.n for each in skewed) == 110
    with pytest.raises(DataError, match="3 rows"):
        slices(pd.Series([1, 2, 3]), np.array([True]))


def test_leaking_columns_are_named_and_honest_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    truth = rng.choice(["bad", "fine", "good"], 600)
    number = np.array([{"bad": 0, "fine": 1, "good": 2}[t] for t in truth])
    frame = pd.DataFrame(
        {
            "label": truth,
            "stars": number + 1,
            "margin": number * 10 + rng.random(600),
            "text": [f"text {i}" for i in range(600)],
            "id": np.arange(600),
            "channel": rng.choice(["web", "app"], 600),
            "hint": np.where(rng.random(600) < 0.8, truth, "good"),
            "empty": [None] * 600,
        }
    )
    assert leak_columns(frame, truth, {"label"}) == ["stars", "margin"]
    assert leak_columns(frame[:10], truth[:10]) == []
    rare = np.where(np.arange(600) < 30, "bad", "good")
    assert leak_columns(pd.DataFrame({"x": rare}), rare) == []


def test_a_sample_is_random_repeatable_and_grows() -> None:
    first = choose_sample(1000, 20, seed=3)
    assert len(set(first)) == 20 and first.max() < 1000
    assert np.array_equal(choose_sample(1000, 50, seed=3)[:20], first)
    assert not np.array_equal(choose_sample(1000, 20, seed=4), first)
    assert len(choose_sample(5, 20)) == 5
    with pytest.raises(DataError):
        choose_sample(0, 5)


def test_the_estimate_narrows_as_the_sample_nears_all_rows() -> None:
    right = np.array([True] * 45 + [False] * 5)
    many, few = estimate_accuracy(right, 100_000), estimate_accuracy(right, 60)
    assert many.score.low is not None and few.score.low is not None
    assert many.score.low < few.score.low < 0.9
    assert "45 of 50" in many.sentence
    whole = estimate_accuracy(right, 50).score
    assert (whole.low, whole.high) == (0.9, 0.9)
    for labels, rows in (([], 10), ([True] * 3, 2)):
        with pytest.raises(DataError):
            estimate_accuracy(np.array(labels, dtype=bool), rows)


def test_the_estimate_covers_the_accuracy_of_all_rows() -> None:
    right = np.arange(300) < 240
    covered = 0
    for seed in range(600):
        score = estimate_accuracy(right[choose_sample(300, 100, seed)], 300).score
        assert score.low is not None and score.high is not None
        covered += score.low <= 0.8 <= score.high
    assert 0.92 < covered / 600 < 0.98


def test_three_slices_of_a_mean_are_corrected_for_three_tests() -> None:
    values = np.array([1.0, 2, 3, 4, 9, 8, 7, 6, 10, 11, 20, 21, 22])
    column = pd.Series(["mail"] * 5 + ["web"] * 5 + ["phone"] * 3)
    found = {each.value: each.p for each in mean_slices(column, values)}
    alone = {name: exact(values[column == name], values[column != name]) for name in found}
    least = min(alone, key=lambda name: alone[name])
    assert found[least] == pytest.approx(3 * alone[least], abs=0.02)


def exact(own: np.ndarray, rest: np.ndarray) -> float:
    """Twice the share of all ways to draw as many values that lie as far out on that side."""
    every = np.concatenate([own, rest])
    means = np.array([np.mean(each) for each in combinations(every, len(own))])
    sides = (means >= own.mean() - 1e-9).mean(), (means <= own.mean() + 1e-9).mean()
    return min(1.0, 2 * float(min(sides)))


def test_parts_with_equal_means_are_not_told_apart_by_how_their_values_spread() -> None:
    """Mostly zeros against many small values: a test of ranks would call them different."""
    few_high = np.r_[np.zeros(150), np.full(50, 0.8)]
    many_low = np.full(200, 0.2)
    values, column = np.r_[few_high, many_low], pd.Series(["light"] * 200 + ["heavy"] * 200)
    assert stats.mannwhitneyu(few_high, many_low).pvalue < 0.001
    assert [each.p for each in mean_slices(column, values)] == [1.0, 1.0]


@pytest.mark.parametrize("size", [7, 300, 2500])
def test_the_test_of_a_mean_is_that_of_scipy(size: int) -> None:
    rng = np.random.default_rng(size)
    values = rng.random(6000) * (rng.random(6000) < 0.3)
    part = np.arange(6000) < size
    values[part] *= 0.6 if size == 7 else 1.15 if size == 300 else 1.05
    other = stats.permutation_test(
        (values[part], values[~part]), lambda a, b, axis: a.mean(axis) - b.mean(axis),
        vectorized=True, n_resamples=3000, batch=200, rng=np.random.default_rng(1),
    ).pvalue
    assert mean_apart(values, part) == pytest.approx(other, abs=0.035)
    assert mean_apart(values, part) == pytest.approx(mean_apart(values, ~part))


def test_a_small_part_of_zeros_proves_nothing_and_nothing_is_less_than_its_draws_allow() -> None:
    rng = np.random.default_rng(0)
    values = np.r_[np.zeros(3), rng.random(500) * (rng.random(500) < 0.4)]
    assert mean_apart(values, np.arange(503) < 3) > 0.3
    assert mean_apart(np.r_[np.ones(40), np.zeros(40)], np.arange(80) < 40) == 2 / 5000
    assert mean_apart(values, np.zeros(503, dtype=bool)) == 1.0
    assert mean_apart(np.ones(9), np.arange(9) < 4) == 1.0
