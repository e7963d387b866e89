"""Areas under the ROC curve where each fold has a model of its own: pairs within one fold."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from pipelines.evaluation.delong import delong
from pipelines.evaluation.risk_judgement import judge_risk
from pipelines.evaluation.risk_verdict import risk_verdict
from tests.evaluation.test_risk_metrics import made_up


def folds_of(n: int, folds: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, folds, n)


def base_rates(truth: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """What the mean of the other folds is, as a base rate learns it."""
    return np.array([truth[folds != fold].mean() for fold in folds])


@pytest.mark.parametrize("digits", [None, 1])
def test_the_area_is_the_mean_of_scikit_learns_by_fold_weighted_by_pairs(digits: int | None) -> None:
    truth, chance, noisy = made_up(400, digits=digits)
    folds = folds_of(400)
    # One fold without the class has no pairs.
    folds[np.flatnonzero(~truth)[:7]] = 9
    areas, pairs = [], []
    for fold in range(5):
        rows = folds == fold
        areas.append([roc_auc_score(truth[rows], each[rows]) for each in (chance, noisy)])
        pairs.append(truth[rows].sum() * (~truth[rows]).sum())
    found = judge_risk(
        truth, {"a": chance, "b": noisy}, baseline="b", resamples=20, folds=folds
    )
    a, b = (found.score(name, "roc_auc") for name in "ab")
    assert a is not None and b is not None
    assert [a.value, b.value] == pytest.approx(np.average(areas, axis=0, weights=pairs))
    gini = found.score("a", "gini")
    assert gini is not None and gini.value == pytest.approx(2 * a.value - 1)
    assert a.signature.startswith("delong|pairs:within-folds")


def test_the_variance_is_the_sum_of_delongs_over_folds() -> None:
    truth, chance, noisy = made_up(300)
    folds = folds_of(300, 4)
    pairs = np.array([truth[folds == k].sum() * (~truth[folds == k]).sum() for k in range(4)])
    weights = pairs / pairs.sum()
    by_fold = [delong(truth[folds == k], [chance[folds == k], noisy[folds == k]]) for k in range(4)]
    wanted = sum(w**2 * each.covariance for w, each in zip(weights, by_fold, strict=True))
    assert delong(truth, [chance, noisy], folds).covariance == pytest.approx(wanted)
    test = judge_risk(
        truth, {"a": chance, "b": noisy}, baseline="b", resamples=20, folds=folds
    ).comparison("roc_auc", "a", "b")
    assert test is not None
    delta = float(np.average([e.areas[0] - e.areas[1] for e in by_fold], weights=pairs))
    spread = float(np.sqrt(wanted[0, 0] + wanted[1, 1] - 2 * wanted[0, 1]))
    assert test.delta == pytest.approx(delta)
    assert test.p == pytest.approx(2 * stats.norm.sf(delta / spread))
    assert test.low == pytest.approx(delta - stats.norm.ppf(0.975) * spread)


@pytest.mark.parametrize(("n", "own", "count"), [(216, 16, 20), (216, 16, 5), (300, 33, 10)])
def test_a_constant_of_each_fold_is_a_coin_exactly(n: int, own: int, count: int) -> None:
    rng = np.random.default_rng(0)
    truth = np.zeros(n, dtype=bool)
    truth[rng.permutation(n)[:own]] = True
    folds = rng.permutation(np.arange(n) % count)
    base = base_rates(truth, folds)
    assert roc_auc_score(truth, base) < 0.48
    found = judge_risk(
        truth, {"base": base, "noise": rng.random(n)}, baseline="base", resamples=20, folds=folds
    )
    area = found.score("base", "roc_auc")
    assert area is not None and (area.value, area.low) == (0.5, None)
    noise, test = found.score("noise", "roc_auc"), found.comparison("roc_auc", "noise", "base")
    assert noise is not None and test is not None
    assert test.delta == pytest.approx(noise.value - 0.5)
    assert test.low is not None and noise.low is not None
    assert test.low == pytest.approx(noise.low - 0.5)


@pytest.mark.parametrize(("own", "count"), [(60, 5), (12, 12), (14, 20)])
def test_noise_is_not_found_to_rank_more_often_than_said(own: int, count: int) -> None:
    rng = np.random.default_rng(1)
    shown = 0
    for _ in range(300):
        truth = np.arange(240) < own
        # So that folds hold one row of the class at most where there are as many folds.
        folds = np.append(np.arange(own) % count, np.arange(240 - own) % count)
        found = delong(truth, [base_rates(truth, folds) + rng.random(240)], folds)
        shown += abs(found.areas[0] - 0.5) > 1.96 * np.sqrt(found.covariance[0, 0])
    assert shown / 300 < 0.09


def test_without_folds_nothing_changes() -> None:
    truth, chance, noisy = made_up(200)
    plain, one = delong(truth, [chance, noisy]), delong(truth, [chance, noisy], np.zeros(200))
    assert plain.areas == pytest.approx([roc_auc_score(truth, each) for each in (chance, noisy)])
    assert (plain.covariance == one.covariance).all() and (plain.areas == one.areas).all()
    score = judge_risk(truth, {"a": chance}, baseline="a", resamples=10).score("a", "roc_auc")
    assert score is not None and score.signature.startswith("delong|level")


def test_folds_of_one_kind_each_say_nothing_of_ranking() -> None:
    truth, chance, _ = made_up(120)
    found = judge_risk(
        truth, {"base": np.full(120, 0.3), "a": chance}, baseline="base", resamples=20,
        folds=truth.astype(int),
    )
    assert found.score("a", "roc_auc") is None and found.primary == "brier"
    assert "no fold holds rows of both kinds" in risk_verdict(found, "a")
