"""Boosted trees: directions that are set, reasons, and the choice of settings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import OptionError
from pipelines.tabular.models import make_model
from pipelines.tabular.models.boosting import Boosting
from pipelines.tabular.models.lessons import TabularLessons
from tests.tabular.applicants import draw, lessons, model


def grown() -> Boosting:
    found = model("boosting")
    assert isinstance(found, Boosting)
    return found


def test_a_direction_that_is_set_is_kept_where_the_data_says_otherwise() -> None:
    features, y, _ = draw(500)
    fitted = make_model("boosting").fit(
        TabularLessons(features, y, budget=0.05, monotone={"debt_ratio": -1})
    )
    row = features.iloc[np.zeros(40, dtype=int)].reset_index(drop=True)
    row["debt_ratio"] = np.linspace(1, 90, 40)
    assert (np.diff(fitted.scores(row)) <= 1e-12).all()
    assert grown().scores(row)[-1] > grown().scores(row)[0] + 0.5


def test_reasons_are_the_shapley_values_of_the_trees() -> None:
    """Of two columns there are two orders, so that the values can be had by hand."""
    rng = np.random.default_rng(0)
    features = pd.DataFrame({"a": rng.normal(size=400), "b": rng.normal(size=400)})
    y = (rng.random(400) < 1 / (1 + np.exp(-features["a"] - features["b"]))).astype(float)
    fitted = make_model("boosting").fit(TabularLessons(features, y.to_numpy(), budget=0.1))
    assert isinstance(fitted, Boosting)
    values = fitted.contributions(features).values
    assert np.corrcoef(values[:, 0], features["a"])[0, 1] > 0.8
    assert np.corrcoef(values[:, 1], features["b"])[0, 1] > 0.8
    base = fitted.contributions(features).base
    assert base == pytest.approx(fitted.scores(features).mean(), abs=0.02)


def test_several_settings_are_tried_and_kept_when_there_is_time() -> None:
    features, y, _ = draw(300)
    fitted = make_model("boosting").fit(TabularLessons(features, y, budget=0.1))
    assert len(fitted.trials) > 1
    best = min(fitted.trials, key=lambda trial: trial.loss)
    assert isinstance(fitted, Boosting)
    assert fitted.chosen == dict(best.settings)


def test_leaves_and_rate_can_be_fixed() -> None:
    features, y, _ = draw(200)
    fitted = make_model("boosting", {"leaves": 6, "rate": 0.2}).fit(
        TabularLessons(features, y, budget=0.1)
    )
    assert {each.settings["num_leaves"] for each in fitted.trials} == {6}
    assert {each.settings["learning_rate"] for each in fitted.trials} == {0.2}
    with pytest.raises(OptionError, match="numbers or auto"):
        make_model("boosting", {"leaves": "many"}).fit(lessons())


def test_the_prediction_does_not_depend_on_the_order_of_columns_in_a_file() -> None:
    rows = draw(20, seed=3)[0]
    turned = rows[list(rows.columns[::-1])]
    np.testing.assert_array_equal(grown().predict(turned), grown().predict(rows))
