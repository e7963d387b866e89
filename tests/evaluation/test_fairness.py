"""Fairness by group against fairlearn, intervals, small groups, and the cost of equal treatment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_ratio,
    equal_opportunity_difference,
    equalized_odds_difference,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
)
from fairlearn.postprocessing import ThresholdOptimizer
from sklearn.base import BaseEstimator, ClassifierMixin

from data.errors import DataError
from pipelines.evaluation.fairness import group_fairness
from pipelines.evaluation.fairness_cost import (
    CONSTRAINTS,
    Constraint,
    accuracy_worth,
    constraint_cost,
    equal_rate_thresholds,
)
from pipelines.evaluation.profit import ProfitTerms


def people(n: int = 3000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, pd.Series]:
    """Outcomes and calibrated probabilities of two groups of different risk, and a small third."""
    rng = np.random.default_rng(seed)
    group = rng.choice(["older", "younger", "youngest"], n, p=[0.6, 0.385, 0.015])
    log_odds = rng.normal(-1.2, 1, n) + np.where(group == "older", 0, 0.8)
    chance = 1 / (1 + np.exp(-log_odds))
    return rng.random(n) < chance, chance, pd.Series(group, name="age")


def test_rates_are_those_of_fairlearn() -> None:
    truth, chance, group = people()
    report = group_fairness(truth, chance, group, threshold=0.35, resamples=100)
    approved, good = (chance < 0.35).astype(int), (~truth).astype(int)
    frame = MetricFrame(
        metrics={"approval": selection_rate, "fpr": false_positive_rate, "fnr": false_negative_rate},
        y_true=good, y_pred=approved, sensitive_features=group,
    ).by_group
    for each in report.groups:
        row = frame.loc[each.name]
        assert each.approval.value == pytest.approx(row["approval"])
        # What is positive to fairlearn here is being approved: its false positives are approved bad.
        assert each.false_negative.value == pytest.approx(row["fpr"])
        assert each.false_positive.value == pytest.approx(row["fnr"])
        assert each.good_approval.value == pytest.approx(1 - row["fnr"])
    kept = {"y_true": good, "y_pred": approved, "sensitive_features": group}
    assert report.parity_ratio.value == pytest.approx(demographic_parity_ratio(**kept))
    assert report.opportunity_difference.value == pytest.approx(equal_opportunity_difference(**kept))
    assert report.odds_difference.value == pytest.approx(equalized_odds_difference(**kept))


def test_ratios_and_differences_are_against_the_group_approved_most() -> None:
    truth, chance, group = people()
    report = group_fairness(truth, chance, group, threshold=0.35, resamples=300)
    assert report.reference == "older" and report.column == "age"
    older, younger = report.groups[0], report.groups[1]
    assert older.approval_ratio.value == 1 and older.good_approval_difference.value == 0
    assert younger.approval_ratio.value == pytest.approx(
        (chance[group == "younger"] < 0.35).mean() / (chance[group == "older"] < 0.35).mean()
    )
    # The ratio of two independent shares, by the delta method on its logarithm.
    p, q = younger.approval.value, older.approval.value
    assert p is not None and q is not None
    spread = ((1 - p) / p / younger.n + (1 - q) / q / older.n) ** 0.5
    assert younger.approval_ratio.low == pytest.approx(p / q * np.exp(-1.96 * spread), abs=0.01)
    assert younger.approval_ratio.high == pytest.approx(p / q * np.exp(1.96 * spread), abs=0.01)
    assert report.below_four_fifths == ("younger",)


def test_each_row_may_have_a_threshold_of_its_own() -> None:
    truth, chance, group = people()
    group[:50] = None
    cuts = np.where(np.arange(len(chance)) % 2, 0.3, 0.4)
    report = group_fairness(truth, chance, group, threshold=cuts, resamples=50)
    assert (report.threshold, report.threshold_high) == (0.3, 0.4)
    for each in report.groups:
        assert each.approval.value == pytest.approx((chance < cuts)[group == each.name].mean())
    one = group_fairness(truth, chance, group, threshold=0.35, resamples=50)
    assert (one.threshold, one.threshold_high) == (0.35, 0.35)


def test_groups_shown_to_be_below_the_reference_need_not_be_below_four_fifths() -> None:
    truth, chance, group = people()
    report = group_fairness(truth, chance, group, threshold=0.7, resamples=200)
    assert report.shown_below == ("younger",) and report.below_four_fifths == ()


def test_calibration_within_groups_is_found() -> None:
    truth, chance, group = people(8000)
    fair = group_fairness(truth, chance, group)
    off = (chance - truth)[group == "older"]
    half = 1.96 * off.std() / len(off) ** 0.5
    older = fair.groups[0].calibration
    assert older.low == pytest.approx(off.mean() - half, abs=0.1 * half)
    assert older.high == pytest.approx(off.mean() + half, abs=0.1 * half)
    raised = np.where(group == "younger", np.minimum(chance + 0.1, 1), chance)
    report = group_fairness(truth, raised, group, resamples=300)
    younger = report.groups[1]
    assert younger.calibration.low is not None and younger.calibration.low > 0.05
    assert younger.calibration.value == pytest.approx(
        raised[group == "younger"].mean() - truth[group == "younger"].mean()
    )


def test_small_groups_are_told_and_never_the_reference() -> None:
    truth, chance, group = people(1500)
    lucky = np.where(group == "youngest", 0.0, chance)
    report = group_fairness(truth, lucky, group, threshold=0.35, resamples=100)
    youngest = next(each for each in report.groups if each.name == "youngest")
    assert youngest.small and youngest.approval.value == 1 and report.reference == "older"
    assert youngest.n < 30
    assert any("“youngest”" in each and "few" in each for each in report.warnings)


def test_small_groups_are_shown_and_left_out_of_the_gaps() -> None:
    # 200 of each large group: 160 and 120 approved; all but one of 20 is declined.
    truth = np.tile([True, False, False, False], 105)
    chance = np.concatenate([
        np.repeat([0.1, 0.9], [160, 40]), np.repeat([0.1, 0.9], [120, 80]), [0.1], np.full(19, 0.9),
    ])
    group = pd.Series(np.repeat(["a", "b", "tiny"], [200, 200, 20]), name="region")
    report = group_fairness(truth, chance, group, resamples=200)
    assert report.parity_ratio.value == pytest.approx(120 / 160)
    assert [each.name for each in report.groups] == ["a", "b", "tiny"]
    assert report.groups[2].approval_ratio.value == pytest.approx(0.05 / 0.8)
    assert [each.name for each in report.compared] == ["a", "b"]
    assert "tiny" not in (*report.below_four_fifths, *report.perhaps_below)
    (warning,) = report.warnings
    assert warning == (
        "Of region, “tiny” (20) has fewer than 30 rows, or than 5 of an outcome: it is shown, and "
        "left out of the comparison of groups."
    )


def test_no_gap_is_told_where_no_two_groups_are_large_enough() -> None:
    truth, chance, _ = people(160)
    group = pd.Series(np.repeat(["a", "b"], [140, 20]), name="region")
    report = group_fairness(truth, chance, group, resamples=50)
    assert report.compared == () and report.parity_ratio.value is None
    assert report.opportunity_difference.value is None and report.odds_difference.value is None
    assert report.below_four_fifths == report.perhaps_below == ()
    assert report.warnings[-1] == "So no two groups of region are large enough to be compared."


def test_rows_without_a_group_are_left_out_and_told() -> None:
    truth, chance, group = people(500)
    group = group.mask(np.arange(500) < 20)
    report = group_fairness(truth, chance, group, resamples=50)
    assert sum(each.n for each in report.groups) == 480
    assert "20 rows have no age" in report.warnings[-1]


def test_equal_groups_are_not_said_to_be_below_four_fifths() -> None:
    truth, chance, _ = people(1000)
    group = pd.Series(np.random.default_rng(3).choice(["a", "b"], 1000), name="coin")
    report = group_fairness(truth, chance, group, threshold=0.35, resamples=200)
    assert report.below_four_fifths == () and report.perhaps_below == ()


class Given(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Stands in for a fitted model: its one feature is the chance of being good."""

    def fit(self, features: np.ndarray, truth: np.ndarray) -> Given:
        self.classes_ = np.array([0, 1])
        return self

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        good = np.asarray(features)[:, 0]
        return np.stack([1 - good, good], axis=1)


@pytest.mark.parametrize(
    ("constraint", "theirs"),
    [("equal approval", "demographic_parity"), ("equal opportunity", "true_positive_rate_parity")],
)
def test_thresholds_by_group_serve_as_well_as_those_of_fairlearn(
    constraint: Constraint, theirs: str
) -> None:
    truth, chance, group = people(2000)
    group = group.replace("youngest", "younger")
    codes = (group == "younger").to_numpy(dtype=int)
    cuts = equal_rate_thresholds(truth, chance, codes, 2, accuracy_worth(truth), constraint)
    approved = chance < cuts[codes]
    counted = ~truth if constraint == "equal opportunity" else np.ones(2000, dtype=bool)
    rates = [approved[counted & (codes == code)].mean() for code in (0, 1)]
    assert rates[0] == pytest.approx(rates[1], abs=0.005)
    optimizer = ThresholdOptimizer(
        estimator=Given().fit(chance[:, None], truth), constraints=theirs,
        objective="accuracy_score", predict_method="predict_proba", prefit=True,
    ).fit((1 - chance)[:, None], (~truth).astype(int), sensitive_features=group)
    chances = optimizer._pmf_predict((1 - chance)[:, None], sensitive_features=group)[:, 1]
    expected = float(np.where(truth, 1 - chances, chances).mean())
    assert (approved != truth).mean() == pytest.approx(expected, abs=0.004)


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_equal_treatment_brings_groups_together_and_costs_profit(constraint: Constraint) -> None:
    truth, chance, group = people(20_000)
    terms = ProfitTerms(0.3, 0.6, exposure=100.0)
    found = constraint_cost(truth, chance, group, constraint, terms=terms, resamples=300)
    assert found.apart < 0.5 * found.apart_before
    assert found.thresholds["younger"] > found.thresholds["older"]
    assert found.profit_change is not None and found.profit_change.value is not None
    assert found.profit_change.value < 0
    assert found.profit_change.low is not None and found.profit_change.high is not None
    assert found.profit_change.low < found.profit_change.value < found.profit_change.high
    assert found.profit is not None and found.profit_before is not None
    assert found.profit - found.profit_before == pytest.approx(found.profit_change.value)
    assert found.accuracy - found.accuracy_before == pytest.approx(found.accuracy_change.value)


def test_the_cost_is_reported_on_rows_that_did_not_choose() -> None:
    truth, chance, group = people(4000)
    chosen = np.arange(4000) < 2000
    one = constraint_cost(truth, chance, group, "equal approval", chosen=chosen, resamples=50)
    other = constraint_cost(
        np.where(chosen, truth, ~truth), chance, group, "equal approval", chosen=chosen, resamples=50
    )
    assert one.thresholds == other.thresholds and one.n == 2000
    assert one.accuracy == pytest.approx(1 - other.accuracy)
    assert one.profit is None and one.profit_change is None


def test_what_cannot_be_compared_is_refused() -> None:
    truth, chance, group = people(300)
    with pytest.raises(DataError, match="holds only “older”"):
        group_fairness(truth, chance, pd.Series(["older"] * 300, name="age"))
    with pytest.raises(DataError, match="300 outcomes"):
        group_fairness(truth, chance, group[:10])
    with pytest.raises(DataError, match="“youngest” has"):
        constraint_cost(truth, chance, group, "equal approval")


def test_the_extremes_of_many_groups_are_told_to_be_extremes() -> None:
    rng = np.random.default_rng(0)
    chance = rng.uniform(0.05, 0.6, 2400)
    truth = rng.random(2400) < chance
    # Twelve groups that are treated alike, and still the lowest rate is far below the highest.
    many = group_fairness(
        truth, chance, pd.Series(rng.choice(list("abcdefghijkl"), 2400), name="branch"),
        threshold=0.3, resamples=100,
    )
    assert many.parity_ratio.value is not None and many.parity_ratio.value < 0.9
    assert any("lowest and the highest of 12 groups" in each for each in many.warnings)
    two = group_fairness(
        truth, chance, pd.Series(rng.choice(list("ab"), 2400), name="branch"), threshold=0.3,
        resamples=100,
    )
    assert two.warnings == ()
