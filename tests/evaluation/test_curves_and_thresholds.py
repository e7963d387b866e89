"""Curves, calibration and thresholds against scikit-learn and tables worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from data.errors import DataError
from pipelines.evaluation.calibration import (
    expected_calibration_error,
    fit_temperature,
    reliability,
)
from pipelines.evaluation.curves import precision_recall_curve, risk_coverage, roc_curve
from pipelines.evaluation.thresholds import best_threshold, honest_threshold, threshold_table


@pytest.mark.parametrize("rows", [30, 5000])
@pytest.mark.parametrize("ties", [False, True])
def test_curves_and_areas_are_scikit_learns(rows: int, ties: bool) -> None:
    rng = np.random.default_rng(rows)
    truth = rng.random(rows) < 0.3
    score = rng.normal(size=rows) + truth
    score = np.round(score) if ties else score
    roc, pr = roc_curve(truth, score), precision_recall_curve(truth, score)
    assert roc.area == pytest.approx(metrics.roc_auc_score(truth, score))
    assert pr.area == pytest.approx(metrics.average_precision_score(truth, score))
    assert pr.prevalence == pytest.approx(truth.mean())
    assert len(roc.thresholds) <= 400 and len(pr.thresholds) <= 400
    fpr, tpr, cuts = metrics.roc_curve(truth, score, drop_intermediate=False)
    points = {cut: (x, y) for x, y, cut in zip(fpr, tpr, cuts, strict=True)}
    drawn = zip(roc.false_positive_rate, roc.true_positive_rate, roc.thresholds, strict=True)
    for x, y, cut in drawn:
        assert points[cut] == pytest.approx((x, y))
    assert (roc.false_positive_rate[-1], roc.true_positive_rate[-1]) == (1, 1)
    precision, recall, cuts = metrics.precision_recall_curve(truth, score)
    points = {cut: (x, y) for x, y, cut in zip(recall, precision, cuts, strict=False)}
    for x, y, cut in list(zip(pr.recall, pr.precision, pr.thresholds, strict=True))[1:]:
        assert points[cut] == pytest.approx((x, y))


def test_risk_coverage_by_hand() -> None:
    curve = risk_coverage(np.array([0.9, 0.8, 0.8, 0.5]), np.array([True, True, False, False]))
    assert curve.coverage == pytest.approx([0.25, 0.75, 1.0])
    assert curve.risk == pytest.approx([0, 1 / 3, 1 / 2])
    assert curve.area == pytest.approx(0.25 * 0 + 0.5 / 3 + 0.25 / 2)


def test_curves_refuse_what_has_no_curve() -> None:
    with pytest.raises(DataError, match="ROC"):
        roc_curve(np.ones(4), np.arange(4))
    with pytest.raises(DataError, match="none"):
        precision_recall_curve(np.zeros(4), np.arange(4))


def test_calibration_error_by_hand() -> None:
    confidence = np.array([0.95, 0.95, 0.75, 0.75, 0.55])
    right = np.array([True, False, True, True, False])
    expected = (2 * abs(0.95 - 0.5) + 2 * abs(0.75 - 1) + abs(0.55 - 0)) / 5
    assert expected_calibration_error(confidence, right, bins=10) == pytest.approx(expected)
    assert expected_calibration_error(confidence, right, bins=1) == pytest.approx(0.79 - 0.6)


def test_bins_hold_their_upper_edge() -> None:
    drawn = reliability(np.array([0.0, 0.5, 0.50001, 1.0]), np.array([1, 1, 0, 1]), bins=2)
    assert [each.n for each in drawn.bins] == [2, 2]
    assert [each.accuracy for each in drawn.bins] == [1.0, 0.5]
    assert drawn.ece == pytest.approx((abs(0.5 - 2) + abs(1.50001 - 1)) / 4)
    empty = reliability(np.array([0.9]), np.array([1]), bins=4).bins[0]
    assert (empty.n, empty.confidence, empty.low) == (0, None, None)


def test_temperature_is_found_again() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20_000, 3)) * 2
    odds = np.exp(logits)
    p = odds / odds.sum(axis=1, keepdims=True)
    labels = (rng.random((20_000, 1)) > p.cumsum(axis=1)).sum(axis=1)
    assert fit_temperature(logits, labels) == pytest.approx(1, abs=0.05)
    assert fit_temperature(3 * logits, labels) == pytest.approx(3, abs=0.15)


def test_threshold_table_by_hand() -> None:
    truth, score = np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.6, 0.9])
    table = threshold_table(
        truth, score, np.array([0.0, 0.6, 0.9, 1.0]), cost_false_positive=1, cost_false_negative=5
    )
    assert table.flagged == pytest.approx([1, 0.75, 0.25, 0])
    assert table.precision == pytest.approx([0.5, 2 / 3, 1, 1])
    assert table.recall == pytest.approx([1, 1, 0.5, 0])
    assert table.cost == pytest.approx([2, 1, 5, 10])


def test_costs_move_the_best_threshold() -> None:
    truth, score = np.array([0, 0, 1, 0, 1, 1]), np.array([0.1, 0.2, 0.4, 0.6, 0.8, 0.9])
    cheap_alarm, dear_alarm = best_threshold(truth, score, 1, 5), best_threshold(truth, score, 5, 1)
    assert cheap_alarm.threshold == pytest.approx(0.3)
    assert cheap_alarm.cost_per_row == pytest.approx(1 / 6)
    assert dear_alarm.threshold == pytest.approx(0.7)
    assert dear_alarm.cost_per_row == pytest.approx(1 / 6)
    assert best_threshold(np.array([1, 0]), np.array([0.1, 0.9]), 100, 1).threshold == np.inf


def test_the_cheapest_threshold_is_found_by_trying_all() -> None:
    rng = np.random.default_rng(5)
    truth, score = rng.random(200) < 0.3, np.round(rng.random(200), 2)
    found = best_threshold(truth, score, 2, 3)
    costs = [
        2 * np.sum((score >= cut) & ~truth) + 3 * np.sum((score < cut) & truth)
        for cut in np.linspace(0, 1.01, 500)
    ]
    assert found.cost_per_row == pytest.approx(min(costs) / 200)
    at = 2 * np.sum((score >= found.threshold) & ~truth)
    at += 3 * np.sum((score < found.threshold) & truth)
    assert at == pytest.approx(min(costs))


def test_a_threshold_fitted_to_noise_is_found_out_on_the_other_half() -> None:
    flattered = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        truth, score = rng.random(60) < 0.5, rng.random(60)
        found = honest_threshold(truth, score, seed=seed)
        assert found.n == 60 - truth.sum() // 2 - (~truth).sum() // 2
        flattered.append(found.cost_per_row - found.cost_per_row_when_chosen)
    assert np.mean(flattered) > 0.03
    with pytest.raises(DataError, match="two rows"):
        honest_threshold(np.array([1, 0, 0]), np.array([0.1, 0.2, 0.3]))
