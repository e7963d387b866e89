"""The corrected resampled t-test: by hand, against the plain one, and over many models."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from data.errors import DataError
from pipelines.evaluation.resampled_tests import compare_over_folds, corrected_resampled_t


def test_the_test_is_that_worked_by_hand() -> None:
    # Four folds of 90 rows to train on and 10 to test on; squares around the mean of 0.02.
    values = np.array([0.01, 0.02, 0.03, 0.02])
    variance = (0.01**2 + 0.01**2) / 3
    spread = (variance * (1 / 4 + 10 / 90)) ** 0.5
    found = corrected_resampled_t(values, 90, 10)
    assert found.mean == pytest.approx(0.02) and found.folds == 4
    assert found.p == pytest.approx(2 * stats.t.sf(0.02 / spread, 3))
    half = stats.t.ppf(0.975, 3) * spread
    assert found.low == pytest.approx(0.02 - half) and found.high == pytest.approx(0.02 + half)


def test_without_shared_training_rows_it_is_the_plain_paired_test() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.normal(0.8, 0.02, 20), rng.normal(0.79, 0.02, 20)
    found = corrected_resampled_t(first - second, 1e12, 1)
    assert found.p == pytest.approx(stats.ttest_rel(first, second).pvalue)
    shared = corrected_resampled_t(first - second, 90, 10)
    assert shared.p > found.p


def test_it_holds_its_level_where_folds_share_their_rows() -> None:
    # Two useless models that each look at one random column; repeated 5-fold splits of 60 rows.
    rng = np.random.default_rng(1)
    plain = corrected = 0
    for _ in range(150):
        rows = rng.normal(size=(60, 2))
        truth = rng.normal(size=60)
        differences = []
        for _ in range(4):
            for test in np.array_split(rng.permutation(60), 5):
                train = np.setdiff1d(np.arange(60), test)
                losses = []
                for column in rows.T:
                    slope = (column[train] @ truth[train]) / (column[train] @ column[train])
                    losses.append(((truth[test] - slope * column[test]) ** 2).mean())
                differences.append(losses[0] - losses[1])
        values = np.array(differences)
        plain += stats.ttest_1samp(values, 0).pvalue < 0.05
        corrected += corrected_resampled_t(values, 48, 12).p < 0.05
    assert plain / 150 > 0.12
    assert corrected / 150 < 0.10


def test_every_two_models_are_compared_with_the_baseline_second() -> None:
    rng = np.random.default_rng(0)
    folds = rng.normal(0.7, 0.01, 10)
    scores = {"base": folds, "a": folds + rng.normal(0.05, 0.005, 10), "b": folds + 0.0}
    found = compare_over_folds(scores, "roc_auc", training_rows=80, test_rows=20, baseline="base")
    assert [(each.model, each.against) for each in found] == [
        ("a", "base"), ("b", "base"), ("a", "b")
    ]
    assert found[0].p < 0.001 and found[1].p == 1.0 and found[1].delta == 0
    assert all(each.test == "corrected-resampled-t|folds:10|holm:3" for each in found)


@pytest.mark.parametrize(
    "values", [np.array([0.1]), np.array([0.1, np.nan, 0.2])], ids=["one fold", "no score"]
)
def test_what_cannot_be_tested_is_refused(values: np.ndarray) -> None:
    with pytest.raises(DataError, match="two folds or more"):
        corrected_resampled_t(values, 80, 20)


def test_models_scored_on_different_folds_are_refused() -> None:
    with pytest.raises(DataError, match="“a” 3, “b” 4"):
        compare_over_folds(
            {"a": np.zeros(3), "b": np.zeros(4)}, "rmse", training_rows=8, test_rows=2
        )
