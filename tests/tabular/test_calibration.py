"""Calibration keeps the order, finds the truth, and is chosen on rows of its own."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from data.errors import OptionError
from pipelines.tabular.calibration import Calibrator, choose_calibrator


def drawn(rows: int, bend: float = 0.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, outcomes, and the true log odds, which a line or a bent curve makes of the scores."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 1.5, rows)
    truth = -1 + 0.5 * scores + bend * np.maximum(scores, 0) ** 2
    return scores, (rng.random(rows) < 1 / (1 + np.exp(-truth))).astype(float), truth


def test_the_sigmoid_is_the_logistic_regression_of_the_score() -> None:
    scores, y, _ = drawn(5000)
    found = Calibrator.sigmoid(scores, y, np.ones(len(y)))
    theirs = LogisticRegression(C=1e10, tol=1e-10).fit(scores[:, None], y)
    assert found.slope == pytest.approx(theirs.coef_[0, 0], rel=5e-3)
    assert found.intercept == pytest.approx(theirs.intercept_[0], rel=5e-3)


def test_separable_scores_stay_finite() -> None:
    scores = np.array([-2.0, -1.0, 1.0, 2.0] * 5)
    found = choose_calibrator(scores, (scores > 0).astype(float), np.ones(20))
    assert np.isfinite(found.probabilities(np.array([-1e300, 0.0, np.inf]))).all()


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_the_order_of_applicants_stays(method: str) -> None:
    scores, y, _ = drawn(4000, bend=0.5)
    found = choose_calibrator(scores, y, np.ones(len(y)), method)
    ordered = np.sort(scores)
    assert (np.diff(found.log_odds(ordered)) > 0).all()


def test_steps_are_taken_where_a_line_does_not_fit_and_come_near_the_truth() -> None:
    scores, y, truth = drawn(20_000, bend=0.8)
    found = choose_calibrator(scores, y, np.ones(len(y)))
    assert found.method == "isotonic"
    true = 1 / (1 + np.exp(-truth))
    line = Calibrator.sigmoid(scores, y, np.ones(len(y)))
    error = np.abs(found.probabilities(scores) - true).mean()
    assert error < 0.015
    assert error < np.abs(line.probabilities(scores) - true).mean() / 2


def test_true_log_odds_are_hardly_changed() -> None:
    _, y, truth = drawn(20_000)
    found = choose_calibrator(truth, y, np.ones(len(y)))
    assert found.method != "isotonic"
    assert np.abs(found.probabilities(truth) - 1 / (1 + np.exp(-truth))).max() < 0.02


def test_scores_that_point_the_wrong_way_are_not_turned_round() -> None:
    scores, y, _ = drawn(500)
    assert Calibrator.sigmoid(-scores, y, np.ones(len(y))).slope > 0


@pytest.mark.parametrize("method", ["none", "sigmoid", "isotonic"])
def test_the_score_of_a_probability_is_found_again(method: str) -> None:
    scores, y, _ = drawn(3000)
    found = choose_calibrator(scores, y, np.ones(len(y)), method)
    some = np.linspace(-3, 3, 9)
    np.testing.assert_allclose(found.scores_of(found.probabilities(some)), some, atol=1e-6)


def test_json_keeps_it_to_the_digit() -> None:
    scores, y, _ = drawn(3000)
    found = choose_calibrator(scores, y, np.ones(len(y)), "isotonic")
    assert Calibrator.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(OptionError, match="no calibration “magic”"):
        choose_calibrator(np.zeros(4), np.array([0.0, 1, 0, 1]), np.ones(4), "magic")
