"""What matters to a model, and how its answer follows a column, against hand-made models."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from pipelines.tabular.importance import REPEATS, permutation_importance
from pipelines.tabular.models.constant import BaseRate
from pipelines.tabular.models.lessons import TabularLessons
from pipelines.tabular.models.linear import Linear
from pipelines.tabular.same_score import FEWEST, same_score
from pipelines.tabular.shapes import MISSING, shapes


def table(rows: int = 600, seed: int = 3) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Features of which the first and the category matter; outcomes, and an amount."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "debt": rng.normal(size=rows), "noise": rng.normal(size=rows),
        "home": pd.Series(rng.choice(["own", "rent", "other"], rows), dtype="str"),
        "day": pd.Series(pd.date_range("2025-01-01", periods=rows, freq="D").astype(str), dtype="str"),
    })
    amount = 2 * frame["debt"].to_numpy() + 1.5 * (frame["home"] == "rent").to_numpy()
    outcome = (rng.random(rows) < 1 / (1 + np.exp(1 - amount))).astype(float)
    frame.loc[::20, "debt"] = np.nan
    return frame, outcome, amount + rng.normal(size=rows) * 0.1


@cache
def fitted(kind: str = "default") -> tuple[Linear, pd.DataFrame, np.ndarray]:
    frame, outcome, amount = table()
    y = outcome if kind == "default" else amount
    model = Linear({}, "cpu", 0)
    model.fit(TabularLessons(features=frame, y=y, kind=kind, budget=0.0))
    return model, frame, y


def test_columns_that_matter_come_first_and_noise_is_not_shown_to_matter() -> None:
    model, frame, y = fitted()
    found = permutation_importance(model, frame, y)
    assert found[0].column == "debt" and found[0].proven
    by_name = {each.column: each for each in found}
    assert by_name["home"].proven and not by_name["noise"].proven
    assert all(each.low <= each.loss <= each.high and each.n == len(y) for each in found)


def test_a_loss_is_the_fall_of_the_area_as_scikit_learn_counts_it() -> None:
    model, frame, y = fitted()
    found = {each.column: each for each in permutation_importance(model, frame, y, seed=5)}
    rng = np.random.default_rng(5)
    orders = [rng.permutation(len(y)) for _ in range(REPEATS)]
    plain = roc_auc_score(y, model.predict(frame))
    falls = []
    for order in orders:
        mixed = frame.copy()
        mixed["debt"] = frame["debt"].to_numpy()[order]
        falls.append(plain - roc_auc_score(y, model.predict(mixed)))
    assert found["debt"].loss == pytest.approx(np.mean(falls), abs=1e-9)


def test_a_model_that_looks_at_nothing_loses_nothing() -> None:
    frame, outcome, _ = table()
    model = BaseRate({}, "cpu", 0)
    model.fit(TabularLessons(features=frame, y=outcome, budget=0.0))
    found = permutation_importance(model, frame, outcome)
    assert all(each.loss == 0 and not each.proven for each in found)


def test_an_amount_loses_in_its_error_and_the_interval_is_that_of_resampled_rows() -> None:
    model, frame, y = fitted("amount")
    found = {each.column: each for each in permutation_importance(model, frame, y, seed=5)}
    rng = np.random.default_rng(5)
    orders = [rng.permutation(len(y)) for _ in range(REPEATS)]
    plain = (model.predict(frame) - y) ** 2
    after = []
    for order in orders:
        mixed = frame.assign(home=frame["home"].to_numpy()[order])
        after.append((model.predict(mixed) - y) ** 2)
    mixed_errors = np.mean(after, axis=0)
    rise = np.sqrt(mixed_errors.mean()) - np.sqrt(plain.mean())
    assert found["home"].loss == pytest.approx(rise, abs=1e-9)
    draws = np.random.default_rng(0).integers(0, len(y), (1_000, len(y)))
    resampled = np.sqrt(mixed_errors[draws].mean(axis=1)) - np.sqrt(plain[draws].mean(axis=1))
    low, high = np.quantile(resampled, [0.025, 0.975])
    assert found["home"].low == pytest.approx(low, rel=0.15)
    assert found["home"].high == pytest.approx(high, rel=0.15)


def test_the_shape_of_a_column_is_its_partial_dependence() -> None:
    model, frame, _ = fitted("amount")
    found = {each.column: each for each in shapes(model, frame)}
    home = found["home"]
    means = dict(zip(home.labels, home.mean, strict=True))
    assert means["rent"] - means["own"] == pytest.approx(1.5, abs=0.1)
    assert dict(zip(home.labels, home.rows, strict=True)) == frame["home"].value_counts().to_dict()
    # The linear model is additive, so that the mean over 500 rows of 600 is close to that of all.
    everyone = float(model.predict(frame.assign(home="rent")).mean())
    assert means["rent"] == pytest.approx(everyone, abs=0.15)


def test_a_shape_counts_every_row_once_and_sets_the_missing_apart() -> None:
    model, frame, _ = fitted()
    debt = next(each for each in shapes(model, frame) if each.column == "debt")
    assert debt.labels[-1] == MISSING and debt.rows[-1] == frame["debt"].isna().sum()
    assert debt.rows.sum() == len(frame)
    assert (np.diff(debt.at[:-1]) > 0).all() and (np.diff(debt.mean[:-1]) > 0).all()
    assert debt.range == pytest.approx(debt.mean[-2] - debt.mean[0])


def test_dates_are_followed_as_dates() -> None:
    model, frame, _ = fitted()
    day = next(each for each in shapes(model, frame) if each.column == "day")
    assert all(label in set(frame["day"]) for label in day.labels)


def test_the_same_score_counts_the_nearest_and_all_that_are_as_near() -> None:
    said = np.r_[np.full(80, 0.2), np.linspace(0.5, 0.9, 120)]
    actual = np.r_[np.ones(20), np.zeros(180)]
    found = same_score(said, actual, 0.21)
    assert found is not None and found.n == 80 and found.share == 0.25
    assert (found.least, found.most) == (0.2, 0.2)
    assert found.low < 0.25 < found.high
    assert same_score(said[: FEWEST - 1], actual[: FEWEST - 1], 0.2) is None
