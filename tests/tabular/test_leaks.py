"""Columns that give the target away are found, and honest ones are left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines.tabular.leaks import find_leaks

ROWS = 2_000


@pytest.fixture
def honest() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    age, use = rng.integers(18, 80, ROWS), rng.random(ROWS)
    y = (rng.random(ROWS) < 1 / (1 + np.exp(3 - 4 * use))).astype(float)
    home = pd.Series(rng.choice(["rent", "own"], ROWS), dtype="str")
    return pd.DataFrame({"age": age, "use": use, "home": home}), y


def test_honest_features_are_no_leaks(honest: tuple[pd.DataFrame, np.ndarray]) -> None:
    assert find_leaks(*honest) == ()


def test_a_target_leaked_twice_is_found_twice(honest: tuple[pd.DataFrame, np.ndarray]) -> None:
    features, y = honest
    features["status"] = pd.Series(np.where(y == 1, "in collection", "active"), dtype="str")
    features["balance"] = np.where(y == 1, 5.0, 1.0) + features["use"] * 0.1
    found = {each.column: each for each in find_leaks(features, y)}
    assert set(found) == {"status", "balance"}
    assert all(each.kind == "the target" and each.score > 0.999 for each in found.values())


def test_a_feature_that_predicts_too_well_is_found(
    honest: tuple[pd.DataFrame, np.ndarray],
) -> None:
    features, y = honest
    noisy = np.where(np.random.default_rng(1).random(ROWS) < 0.005, 1 - y, y)
    (leak,) = find_leaks(features.assign(recent=noisy), y)
    assert (leak.column, leak.kind) == ("recent", "alone")
    assert 0.98 < leak.score < 0.9999


def test_a_strong_honest_feature_is_kept() -> None:
    rng = np.random.default_rng(2)
    score = rng.normal(size=ROWS)
    y = (score + rng.normal(0, 0.5, ROWS) > 1).astype(float)
    assert find_leaks(pd.DataFrame({"score": score}), y) == ()


def test_a_column_filled_only_after_default_is_found(
    honest: tuple[pd.DataFrame, np.ndarray],
) -> None:
    features, y = honest
    rng = np.random.default_rng(3)
    after = (y == 1) & (rng.random(ROWS) < 0.3)
    features["recovered"] = np.where(after, rng.integers(1, 900, ROWS), 0)
    features["lawyer"] = pd.Series(np.where(after, "K. & Co.", None), dtype="str")
    found = {each.column: each.kind for each in find_leaks(features, y)}
    assert found == {"recovered": "one outcome", "lawyer": "one outcome"}


def test_a_column_filled_only_for_those_who_paid_is_found(
    honest: tuple[pd.DataFrame, np.ndarray],
) -> None:
    features, y = honest
    rng = np.random.default_rng(3)
    # Ten times as many of the frequent outcome: what is nearly always so by itself is no leak.
    frequent = np.where(rng.random(ROWS) < 0.1, y, 0.0)
    after = (frequent == 0) & (rng.random(ROWS) < 0.5)
    features["settled"] = np.where(after, rng.integers(1, 900, ROWS), np.nan)
    features["letter"] = pd.Series(np.where(rng.random(ROWS) < 0.3, "sent", None), dtype="str")
    few = (frequent == 0) & (rng.random(ROWS) < 0.02)
    features["few"] = np.where(few, 1.0, np.nan)
    found = {each.column: each.kind for each in find_leaks(features, frequent)}
    assert found == {"settled": "one outcome"}


def test_rare_values_with_one_outcome_by_chance_are_no_leak(
    honest: tuple[pd.DataFrame, np.ndarray],
) -> None:
    features, y = honest
    features["rare"] = 0.0
    features.loc[np.flatnonzero(y == 1)[:5], "rare"] = 1.0
    assert find_leaks(features, y) == ()


def test_ids_are_named(honest: tuple[pd.DataFrame, np.ndarray]) -> None:
    features, y = honest
    features["loan"] = pd.Series([f"L{17 * row}" for row in range(ROWS)], dtype="str")
    features["row"] = np.arange(ROWS)
    assert {each.column: each.kind for each in find_leaks(features, y)} == {
        "loan": "id", "row": "id",
    }  # fmt: skip


def test_an_amount_computed_from_a_feature_is_found() -> None:
    rng = np.random.default_rng(4)
    rate = rng.beta(0.5, 0.5, ROWS)
    features = pd.DataFrame({
        "recovered": 1 - rate, "log": np.log1p(rate) * 7, "close": rate + rng.normal(0, 0.01, ROWS),
        "other": rng.random(ROWS),
    })  # fmt: skip
    found = {each.column: each.kind for each in find_leaks(features, rate)}
    assert found == {"recovered": "the target", "log": "the target", "close": "alone"}


def test_unknown_outcomes_and_infinite_cells_are_passed_over(
    honest: tuple[pd.DataFrame, np.ndarray],
) -> None:
    features, y = honest
    y = np.where(np.arange(ROWS) % 5 == 0, np.nan, y)
    features["use"] = features["use"].where(features["use"] > 0.05, np.inf)
    features["empty"] = np.nan
    assert find_leaks(features, y) == ()


def test_of_twelve_rows_nothing_is_said() -> None:
    y = np.array([0.0, 1.0] * 6)
    assert find_leaks(pd.DataFrame({"same": y}), y) == ()
