"""Numbers that may stand for a missing answer have a weight of their own where they are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from pipelines.tabular.columns import plan_columns
from pipelines.tabular.models import make_model
from pipelines.tabular.models.binning import Bins, learn_bins
from pipelines.tabular.models.lessons import TabularLessons
from pipelines.tabular.models.scorecard import Scorecard
from pipelines.tabular.plan import Plan
from pipelines.tabular.scorecard_table import bin_names, points_of, printed

ROWS = 1500


def applicants() -> tuple[pd.DataFrame, np.ndarray]:
    """Months since the last missed payment; -9 is nobody knows (bad), -7 is never (good)."""
    rng = np.random.default_rng(3)
    months = rng.integers(0, 60, ROWS).astype(float)
    kind = rng.random(ROWS)
    odds = 1.0 - months / 20
    months[kind < 0.2], odds[kind < 0.2] = -9.0, 1.0
    months[kind > 0.7], odds[kind > 0.7] = -7.0, -2.5
    y = (rng.random(ROWS) < 1 / (1 + np.exp(-odds))).astype(float)
    return pd.DataFrame({"months": months, "income": rng.normal(50, 9, ROWS)}), y


def test_a_code_has_a_dense_column_and_is_the_median_beside_the_amounts() -> None:
    features, _ = applicants()
    plan = plan_columns(features, {})
    assert plan.scaling.names == ("months", "months = -9", "months = -7", "income")
    rows = pd.DataFrame({"months": [-9.0, -7.0, 30.0, np.nan], "income": 50.0})
    raw = plan.dense(rows)[0] * plan.scaling.spread + plan.scaling.mean
    amounts = features["months"][features["months"] >= 0]
    np.testing.assert_allclose(
        raw[:, 0], [amounts.median(), amounts.median(), 30, amounts.median()], rtol=1e-5
    )
    np.testing.assert_allclose(raw[:, 1], [1, 0, 0, 0], atol=1e-5)
    np.testing.assert_allclose(raw[:, 2], [0, 1, 0, 0], atol=1e-5)


def test_the_note_names_the_models_that_give_a_code_a_weight() -> None:
    amounts = np.random.default_rng(0).integers(0, 60, ROWS).astype(float)
    said = {
        4: "it is read as the number", 5: "linear models and networks give it",
        15: "linear models, networks and scorecards give it",
    }
    for count, words in said.items():
        features = pd.DataFrame({"months": amounts.copy()})
        features.loc[: count - 1, "months"] = -9.0
        plan = plan_columns(features, {})
        note = next(each for each in plan.notes if "-9" in each)
        assert f"({count} rows)" in note and words in note
        assert ("months = -9" in plan.scaling.names) == ("linear" in note)
        y = (np.arange(ROWS) % 3 == 0).astype(float)
        bins = learn_bins(features["months"].to_numpy(), y, np.ones(ROWS), False, apart=(-9.0,))
        assert bool(bins.apart) == ("scorecards" in note)


def test_codes_that_are_read_as_missing_have_no_column_of_their_own() -> None:
    features, _ = applicants()
    names = plan_columns(features, {"missing_codes": "auto"}).scaling.names
    assert names == ("months", "months is missing", "income")


def test_trees_see_the_codes_as_they_are() -> None:
    features, _ = applicants()
    values = plan_columns(features, {}).numbers(features).values
    np.testing.assert_array_equal(values[:, 0], features["months"])


def test_a_stored_plan_keeps_its_codes() -> None:
    features, _ = applicants()
    plan = plan_columns(features, {})
    again = Plan.from_json(plan.to_json(), plan.arrays())
    np.testing.assert_array_equal(again.dense(features)[0], plan.dense(features)[0])
    assert [each.apart for each in again.columns] == [(-9.0, -7.0), ()]


def test_the_weight_of_evidence_of_a_code_by_hand() -> None:
    values = np.repeat([-9.0, 0.0, 1.0], [100, 200, 100])
    y = np.concatenate([np.repeat([1.0, 0.0], counts) for counts in ((50, 50), (20, 180), (30, 70))])
    bins = learn_bins(values, y, np.ones(400), False, apart=(-9.0, -8.0))
    assert (bins.splits, bins.apart) == ((0.5,), (-9.0,))
    share = 100 / 400
    own = np.log((50 + share) / 100) - np.log((50 + 1 - share) / 300)
    assert bins.evidence[2] == pytest.approx(own)
    np.testing.assert_array_equal(bins.place(np.array([-9.0, 0.0, 1.0, np.nan])), [2, 0, 1, 3])
    assert Bins.from_json(bins.to_json()) == bins
    assert bin_names(bins, ()) == ["below 0.5", "0.5 and more", "-9", "missing or never seen"]


def test_a_code_of_few_rows_stays_with_the_amounts() -> None:
    values = np.repeat([-9.0, 0.0, 1.0], [5, 200, 100])
    y = np.tile([1.0, 0.0, 0.0, 0.0, 0.0], 61)
    assert learn_bins(values, y, np.ones(305), False, apart=(-9.0,)).apart == ()


def test_a_scorecard_gives_each_code_points_of_its_own() -> None:
    features, y = applicants()
    card = make_model("scorecard").fit(TabularLessons(features, y))
    assert isinstance(card, Scorecard)
    points = {each.bin: each.points for each in printed(card).lines if each.column == "months"}
    assert points["-7"] > max(value for name, value in points.items() if name != "-7")
    np.testing.assert_allclose(points_of(card, features), card.points(features))


@pytest.mark.parametrize("model", ["scorecard", "network"])
def test_codes_of_opposite_meanings_are_told_apart(model: str) -> None:
    features, y = applicants()
    fitted = make_model(model).fit(TabularLessons(features[:1000], y[:1000], budget=1.0))
    codes = np.flatnonzero(features["months"].to_numpy()[1000:] < 0) + 1000
    chance = fitted.predict(features.iloc[codes])
    assert roc_auc_score(y[codes], chance) > 0.75
