"""The population stability index by hand, and alarms that chance does not raise."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from pipelines.tabular.stability import drift, population_stability, score_drift


def test_the_index_of_a_hand_worked_example() -> None:
    # 50/30/20 % against 40/30/30 %: (-.1) ln .8 + 0 + .1 ln 1.5
    expected = -0.1 * math.log(0.8) + 0.1 * math.log(1.5)
    counts = np.array([50.0, 30, 20]), np.array([80.0, 60, 60])
    assert population_stability(*counts) == pytest.approx(expected)
    assert population_stability(*counts[::-1]) == pytest.approx(expected)


def test_a_category_that_moves_is_named_with_its_shares() -> None:
    old = pd.DataFrame({"home": pd.Series(["rent"] * 500 + ["own"] * 500, dtype="str")})
    new = pd.DataFrame({"home": pd.Series(["rent"] * 800 + ["own"] * 200, dtype="str")})
    (found,) = drift(old, new)
    expected = 0.3 * math.log(0.8 / 0.5) - 0.3 * math.log(0.2 / 0.5)
    assert found.index == pytest.approx(expected)
    assert found.level == "shifted"
    assert "“own” is 20% here and 50% in training" in found.why


def test_thresholds_are_those_of_practice() -> None:
    def moved(share: float) -> str:
        old = pd.DataFrame({"x": pd.Series(["a"] * 5_000 + ["b"] * 5_000, dtype="str")})
        count = int(10_000 * share)
        new = pd.DataFrame({"x": pd.Series(["a"] * count + ["b"] * (10_000 - count), dtype="str")})
        return drift(old, new)[0].level

    assert [moved(share) for share in (0.5, 0.6, 0.7, 0.8)] == [
        "stable", "stable", "shifting", "shifted",
    ]  # fmt: skip


def test_numbers_are_cut_at_the_tenths_of_training() -> None:
    old = np.arange(1, 1001) / 1000
    found = score_drift(old, old**2)
    assert found.reference == pytest.approx([0.1] * 10, abs=0.002)
    cuts = np.sqrt(np.arange(0, 11) / 10)
    shares = np.diff(cuts)
    assert found.new == pytest.approx(shares, abs=0.002)
    expected = float(((shares - 0.1) * np.log(shares / 0.1)).sum())
    assert found.index == pytest.approx(expected, abs=0.01)


def test_small_files_of_the_same_kind_raise_no_alarm() -> None:
    rng = np.random.default_rng(0)
    alarms = [
        score_drift(rng.normal(size=300), rng.normal(size=60)).level in ("shifting", "shifted")
        for _ in range(200)
    ]
    # One in a hundred by construction.
    assert np.mean(alarms) < 0.04


def test_what_chance_may_explain_is_neither_moved_nor_as_before() -> None:
    old = np.repeat(np.arange(10.0), 500)
    counts = [2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    found = score_drift(old, np.repeat(np.arange(10.0), counts))
    # 2 (.05 ln 2 + .025 ln (4/3) + .025 ln 1.25 + .05 ln 1.5), and chi-squared of 9 at 99 %.
    assert found.index == pytest.approx(0.1355, abs=1e-3)
    assert found.noise == pytest.approx(21.666 * (1 / 40 + 1 / 5_000), rel=1e-3)
    assert found.level == "cannot say"
    assert "as in training" not in found.why and "40 rows" in found.why
    surer = score_drift(old, np.repeat(np.arange(10.0), np.array(counts) * 20))
    assert surer.level == "shifting"


def test_missing_and_never_seen_values_are_bins_of_their_own() -> None:
    old = pd.DataFrame({"age": np.arange(100.0) % 99, "home": pd.Series(["a", "b"] * 50, dtype="str")})
    new = pd.DataFrame({"age": np.where(np.arange(100) < 50, np.nan, np.arange(100)),
                        "home": pd.Series(["c"] * 100, dtype="str")})  # fmt: skip
    found = {each.column: each for each in drift(old, new)}
    assert found["age"].bins[-1] == "missing" and found["age"].new[-1] == 0.5
    assert "not seen in training is 100% here" in found["home"].why


def test_a_column_that_is_gone_is_all_missing() -> None:
    old = pd.DataFrame({"age": np.arange(100.0) % 37})
    (found,) = drift(old, pd.DataFrame(index=range(100)))
    assert found.level == "shifted" and found.new[-1] == 1.0


def test_few_rows_say_nothing() -> None:
    old = pd.DataFrame({"age": np.arange(100.0) % 37})
    (found,) = drift(old, old.iloc[:12])
    assert found.level == "cannot say"
    assert "12 rows are too few" in found.why


def test_the_largest_drift_comes_first_and_ids_have_none() -> None:
    rng = np.random.default_rng(0)
    old = pd.DataFrame({"row": range(500), "a": rng.normal(size=500), "b": rng.normal(size=500)})
    new = old.assign(b=old["b"] + 2, row=range(900, 1400))
    assert [each.column for each in drift(old, new)] == ["b", "a"]
