"""Metrics of risk against scikit-learn, scipy, DeLong by its definition and direct bootstraps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    roc_auc_score,
)

from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.calibration import expected_calibration_error
from pipelines.evaluation.delong import delong
from pipelines.evaluation.grouped_rows import MOST_GROUPS, RowGroups
from pipelines.evaluation.risk_judgement import judge_risk
from pipelines.evaluation.risk_metrics import (
    RiskStatistics,
    kolmogorov_smirnov,
    usual_calibration_error,
)
from pipelines.evaluation.risk_scores import METRICS


def made_up(
    n: int = 400, rate: float = 0.3, seed: int = 0, digits: int | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """An outcome, a calibrated probability of it and a noisier one."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(np.log(rate / (1 - rate)), 1.2, n)
    chance = 1 / (1 + np.exp(-log_odds))
    truth = rng.random(n) < chance
    noisy = 1 / (1 + np.exp(-log_odds - rng.normal(0, 1.0, n)))
    if digits is not None:
        chance, noisy = chance.round(digits), noisy.round(digits)
    return truth, chance, noisy


def placements(truth: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """DeLong's structural components straight from their definition."""
    bad, good = score[truth], score[~truth]
    above = (bad[:, None] > good).astype(float) + 0.5 * (bad[:, None] == good)
    return above.mean(axis=1), above.mean(axis=0)


@pytest.mark.parametrize("digits", [None, 1])
def test_values_are_those_of_other_libraries(digits: int | None) -> None:
    truth, chance, noisy = made_up(digits=digits)
    found = judge_risk(
        truth, {"base": np.full(len(truth), truth.mean()), "a": chance, "b": noisy},
        baseline="base", thresholds={"a": 0.4, "b": 0.25}, resamples=50,
    )
    for name, values, cut in (("a", chance, 0.4), ("b", noisy, 0.25)):
        got = {score.name: score.value for score in found.scores[name]}
        said = values >= cut
        area = roc_auc_score(truth, values)
        assert tuple(got) == METRICS
        assert got == pytest.approx({
            "roc_auc": area, "gini": 2 * area - 1,
            "ks": stats.ks_2samp(values[truth], values[~truth]).statistic,
            "pr_auc": average_precision_score(truth, values),
            "brier": brier_score_loss(truth, values), "log_loss": log_loss(truth, values),
            "accuracy": accuracy_score(truth, said), "f1": f1_score(truth, said),
            "ece": got["ece"],
        })


def test_the_calibration_error_is_the_mean_distance_worked_by_hand() -> None:
    # Bins of 1/15: two rows at 0.05 (one came), two at 0.90 (one came), one at 0.5 (none came).
    truth = [False, True, True, False, False]
    chance = [0.05, 0.05, 0.9, 0.9, 0.5]
    found = judge_risk(truth, {"a": chance}, baseline="a", resamples=10).score("a", "ece")
    assert found is not None
    assert found.value == pytest.approx((2 * 0.45 + 2 * 0.4 + 1 * 0.5) / 5)


def test_the_error_that_chance_gives_is_that_of_drawn_outcomes() -> None:
    _, chance, _ = made_up(800)
    rng = np.random.default_rng(0)
    drawn = [
        expected_calibration_error(chance, rng.random(800) < chance) for _ in range(600)
    ]
    assert usual_calibration_error(chance) == pytest.approx(np.quantile(drawn, 0.95), rel=0.07)


@pytest.mark.parametrize("digits", [None, 1])
def test_delong_is_its_definition(digits: int | None) -> None:
    truth, chance, noisy = made_up(150, digits=digits)
    found = delong(truth, [chance, noisy])
    parts = [placements(truth, each) for each in (chance, noisy)]
    m, n = int(truth.sum()), int((~truth).sum())
    wanted = np.cov(np.stack([p[0] for p in parts])) / m + np.cov(np.stack([p[1] for p in parts])) / n
    assert found.covariance == pytest.approx(wanted)
    assert found.areas == pytest.approx([roc_auc_score(truth, chance), roc_auc_score(truth, noisy)])


def test_delongs_interval_and_test_by_hand() -> None:
    # Bad at 4, 3, 1; good at 2, 0: areas of the bad 1, 1, 1/2, of the good 2/3 and 1.
    truth = np.array([True, True, True, False, False])
    score = np.array([4, 3, 1, 2, 0]) / 4
    found = judge_risk(truth, {"base": np.full(5, 0.6), "a": score}, baseline="base", resamples=20)
    variance = (1 / 12) / 3 + (1 / 18) / 2
    area = found.score("a", "roc_auc")
    assert area is not None and area.low is not None
    assert area.value == pytest.approx(5 / 6)
    assert area.low == pytest.approx(5 / 6 - 1.959964 * variance**0.5)
    assert area.high == 1.0 and area.signature.startswith("delong")
    test = found.comparison("roc_auc", "a", "base")
    assert test is not None and test.delta == pytest.approx(1 / 3)
    assert test.p == pytest.approx(2 * stats.norm.sf(1 / 3 / variance**0.5))
    gini = found.comparison("gini", "a", "base")
    assert gini is not None and gini.p == test.p and gini.delta == pytest.approx(2 / 3)


@pytest.mark.parametrize("rate", [0.3, 0.04])
def test_resampled_curves_are_those_of_the_drawn_rows(rate: float) -> None:
    truth, chance, _ = made_up(700, rate=rate)
    groups = RowGroups.of(len(truth))
    statistics = RiskStatistics(truth, chance, 0.5, groups)
    assert statistics.exact == (truth.sum() <= 200)
    counts = next(Resamples(len(truth), 30, 1).blocks())
    drawn = statistics.draws(counts)
    rows = [np.repeat(np.arange(len(truth)), column.astype(int)) for column in counts.T]
    for metric, of, near in (
        ("brier", brier_score_loss, 1e-9), ("pr_auc", average_precision_score, 1e-9),
        ("ks", kolmogorov_smirnov, 1e-9),
    ):
        direct = np.array([of(truth[each], chance[each]) for each in rows])
        if metric == "brier" or statistics.exact:
            assert drawn[metric] == pytest.approx(direct, abs=near)
        else:
            assert drawn[metric] == pytest.approx(direct, abs=0.02)
            assert drawn[metric].std() == pytest.approx(direct.std(), rel=0.25)


def test_random_groups_of_rows_give_the_intervals_of_rows() -> None:
    truth, chance, _ = made_up(12_000, rate=0.1)
    groups = RowGroups.of(len(truth))
    assert groups.number == MOST_GROUPS and np.ptp(np.bincount(groups.of_row)) == 1
    found = judge_risk(truth, {"a": chance}, baseline="a")
    loss = (chance - truth) ** 2
    score = found.score("a", "brier")
    assert score is not None and score.low is not None and score.high is not None
    half = 1.96 * loss.std() / len(loss) ** 0.5
    assert (score.low, score.high) == pytest.approx((loss.mean() - half, loss.mean() + half), rel=5e-3)
    assert "row-groups:5000" in score.signature
    area = found.score("a", "pr_auc")
    assert area is not None and area.low is not None and area.high is not None
    rng = np.random.default_rng(3)
    direct = [
        average_precision_score(truth[rows], chance[rows])
        for rows in (rng.integers(0, len(truth), len(truth)) for _ in range(200))
    ]
    assert (area.high - area.low) / (2 * 1.96) == pytest.approx(np.std(direct), rel=0.15)


def test_paired_tests_know_equal_models_and_unequal_ones() -> None:
    truth, chance, noisy = made_up(1500)
    found = judge_risk(
        truth, {"base": np.full(1500, truth.mean()), "good": chance, "noisy": noisy, "same": chance},
        baseline="base", resamples=500,
    )
    for metric in METRICS:
        same = found.comparison(metric, "good", "same")
        assert same is not None and same.delta == 0 and same.p == 1.0
        better = found.comparison(metric, "good", "noisy")
        assert better is not None and "holm:6" in better.test
    for metric, losing in (("roc_auc", 1), ("brier", -1), ("log_loss", -1), ("ks", 1)):
        better = found.comparison(metric, "good", "noisy")
        assert better is not None and better.p < 0.01 and losing * better.delta > 0
        assert better.low is not None and better.high is not None
        assert better.low < better.delta < better.high
    losses = [(each - truth) ** 2 for each in (chance, noisy)]
    brier = found.comparison("brier", "good", "noisy")
    assert brier is not None
    # Holm multiplies the smallest of six p-values by six at most.
    assert brier.p <= 6 * stats.ttest_rel(*losses).pvalue * 3
    assert all(each.model != "base" for each in found.comparisons)


def test_the_delong_difference_has_the_variance_of_its_definition() -> None:
    truth, chance, noisy = made_up(300)
    found = judge_risk(truth, {"a": chance, "b": noisy}, baseline="b", resamples=20)
    test = found.comparison("roc_auc", "a", "b")
    (bad_a, good_a), (bad_b, good_b) = placements(truth, chance), placements(truth, noisy)
    spread = (
        np.var(bad_a - bad_b, ddof=1) / len(bad_a) + np.var(good_a - good_b, ddof=1) / len(good_a)
    ) ** 0.5
    assert test is not None and test.low is not None
    assert test.p == pytest.approx(2 * stats.norm.sf(abs(test.delta) / spread))
    assert test.low == pytest.approx(test.delta - 1.959964 * spread)


def test_a_perfect_order_of_few_rows_has_a_wide_interval_and_chance_gives_its_p() -> None:
    truth = np.array([True] * 3 + [False] * 5)
    found = judge_risk(
        truth, {"base": np.full(8, 0.4), "sure": truth.astype(float)}, baseline="base", resamples=50
    )
    area = found.score("sure", "roc_auc")
    # Three pairs without a row in common, all in order: 0.025 ** (1 / 3).
    assert area is not None and (area.value, area.high) == (1, 1)
    assert area.low == pytest.approx(stats.binomtest(3, 3).proportion_ci().low)
    gini, distance = (found.score("sure", name) for name in ("gini", "ks"))
    assert gini is not None and gini.low == pytest.approx(2 * area.low - 1)
    assert distance is not None and (distance.low, distance.high) == (0, 1)
    assert "all but tells" not in " ".join(found.warnings)
    test = found.comparison("roc_auc", "sure", "base")
    assert test is not None and test.p == pytest.approx(2 / 56)


def test_one_kind_of_rows_leaves_ranking_out() -> None:
    found = judge_risk([False] * 40, {"a": np.linspace(0, 1, 40)}, baseline="a", resamples=50)
    assert [score.name for score in found.scores["a"]] == [
        "brier", "log_loss", "ece", "accuracy", "f1"
    ]
    assert found.primary == "brier" and "nothing can be said" in found.warnings[0]


def test_the_same_seed_gives_the_same_numbers() -> None:
    truth, chance, noisy = made_up(300)
    one, other = (
        judge_risk(truth, {"a": chance, "b": noisy}, baseline="b", seed=5, resamples=200)
        for _ in range(2)
    )
    assert one.scores == other.scores and one.comparisons == other.comparisons
