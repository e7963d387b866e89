"""How sure a probability is."""

from __future__ import annotations

import numpy as np
from scipy.stats import binomtest

from pipelines.tabular.certainty import similar_rates
from tests.tabular.applicants import draw, lessons, model


def test_the_interval_is_wilsons_of_the_nearest_rows() -> None:
    held = np.arange(2000.0)
    outcomes = (np.arange(2000) % 5 == 0).astype(float)
    low, high = similar_rates(np.array([1000.0]), held, outcomes)
    theirs = binomtest(20, 100).proportion_ci(method="wilson")
    np.testing.assert_allclose([low[0], high[0]], [theirs.low, theirs.high], atol=1e-9)


def test_scores_beyond_all_others_use_the_last_rows() -> None:
    held = np.arange(200.0)
    low, high = similar_rates(np.array([-1e9, 1e9]), held, (held >= 100).astype(float))
    np.testing.assert_allclose([low[0], high[1]], [0, 1], atol=1e-12)
    assert high[0] < 0.1 and low[1] > 0.9


def test_most_true_probabilities_lie_within() -> None:
    rows, _, odds = draw(1000, seed=12)
    bounds = model("logistic").certainty(rows)
    assert bounds is not None
    low, high = bounds
    true = 1 / (1 + np.exp(-odds))
    assert np.mean((low <= true) & (true <= high)) > 0.6
    chances = model("logistic").predict(rows)
    assert ((low <= chances) & (chances <= high)).all()
    assert len(lessons()) == 500
