"""Directions that a user sets for columns are kept, whatever the data says."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.tabular.models import make_model
from pipelines.tabular.models.blend import Blend
from pipelines.tabular.models.lessons import AMOUNT, DEFAULT, TabularLessons
from pipelines.tabular.models.stacking import signed_weights
from tests.tabular.applicants import QUICK, amounts, draw


@pytest.mark.parametrize("kind", [DEFAULT, AMOUNT])
@pytest.mark.parametrize("name", ["logistic", "scorecard", "boosting", "blend"])
def test_a_direction_that_is_set_is_kept(name: str, kind: str) -> None:
    if (name, kind) == ("scorecard", AMOUNT):
        pytest.skip("a scorecard learns no amount")
    features, y = amounts(400) if kind == AMOUNT else draw(400)[:2]
    taught = TabularLessons(features, y, kind, budget=0.05, monotone={"debt_ratio": -1})
    fitted = make_model(name, QUICK[name]).fit(taught)
    rows = features.iloc[np.full(40, 3)].reset_index(drop=True)
    rows["debt_ratio"] = np.linspace(1, 90, 40)
    assert (np.diff(fitted.scores(rows)) <= 1e-9).all()


def test_a_blend_leaves_out_what_cannot_keep_directions() -> None:
    features, y, _ = draw(300)
    taught = TabularLessons(features, y, budget=0.05, monotone={"debt_ratio": 1})
    fitted = make_model("blend").fit(taught)
    assert isinstance(fitted, Blend)
    assert fitted.members() == ("logistic", "boosting")


@pytest.mark.parametrize("classes", [True, False])
def test_free_signs_give_the_ridge_of_scikit_learn(classes: bool) -> None:
    from sklearn.linear_model import LogisticRegression, Ridge

    rng = np.random.default_rng(0)
    cells = rng.normal(size=(400, 3))
    odds = cells @ [1.0, -2.0, 0.5] + 0.3
    y = (rng.random(400) < 1 / (1 + np.exp(-odds))).astype(float) if classes else odds
    found, level = signed_weights(cells, y, np.ones(400), 2.0, np.array([0, -1, 0]), classes)
    theirs = LogisticRegression(C=0.5, tol=1e-9) if classes else Ridge(alpha=2.0)
    theirs.fit(cells, y)
    np.testing.assert_allclose(found, np.ravel(theirs.coef_), atol=2e-3)
    assert level == pytest.approx(float(np.ravel(theirs.intercept_)[0]), abs=2e-3)
