"""Intervals and paired tests against statsmodels, tables worked by hand, and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from pipelines.evaluation.bootstrap import Resamples, bootstrap_mean
from pipelines.evaluation.intervals import percentile_interval, wilson, wilson_f1
from pipelines.evaluation.paired_tests import (
    bootstrap_p,
    centred_bootstrap_p,
    holm,
    mcnemar,
    sacrebleu_bootstrap_p,
)


@pytest.mark.parametrize(("hits", "n"), [(0, 5), (5, 5), (1, 7), (779, 872), (50_000, 100_000)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_wilson_is_statsmodels(hits: int, n: int, level: float) -> None:
    expected = proportion_confint(hits, n, alpha=1 - level, method="wilson")
    assert wilson(hits, n, level) == pytest.approx(expected, abs=1e-12)


def test_wilson_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_f1_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    tp, fp, fn = rng.multinomial(80, [0.5, 0.1, 0.15, 0.25], size=1500).T[:3]
    expected = 2 * 0.5 / (2 * 0.5 + 0.1 + 0.15)
    ends = [wilson_f1(*cells) for cells in zip(tp, fp, fn, strict=True)]
    covered = np.mean([low <= expected <= high for low, high in ends])
    assert 0.93 < covered < 0.97


@pytest.mark.parametrize(("b", "c"), [(0, 0), (3, 0), (0, 3), (10, 4), (7, 7), (400, 460)])
def test_exact_mcnemar_is_statsmodels(b: int, c: int) -> None:
    p, name = mcnemar(b, c)
    expected = 1.0 if b == c else statsmodels_mcnemar([[9, b], [c, 9]], exact=True).pvalue
    assert p == pytest.approx(expected, rel=1e-10)
    assert name == "mcnemar-exact"


def test_large_mcnemar_is_statsmodels_corrected_chi_squared() -> None:
    p, name = mcnemar(5100, 4901)
    expected = statsmodels_mcnemar([[9, 5100], [4901, 9]], exact=False, correction=True).pvalue
    assert p == pytest.approx(expected, rel=1e-10)
    assert name == "mcnemar-chi2"
    assert mcnemar(5100, 4900)[1] == "mcnemar-exact"


def test_holm_by_hand_and_by_statsmodels() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    p = np.random.default_rng(0).uniform(0, 0.2, 12)
    assert holm(list(p)) == pytest.approx(multipletests(p, method="holm")[1])
    assert holm([]) == []


def test_bootstrap_p_counts_both_sides_and_is_never_zero() -> None:
    assert bootstrap_p(np.full(1999, 0.1)) == pytest.approx(2 / 2000)
    assert bootstrap_p(np.full(1999, -0.1)) == pytest.approx(2 / 2000)
    assert bootstrap_p(np.zeros(100)) == 1.0
    assert bootstrap_p(np.array([-1.0] + [1.0] * 98)) == pytest.approx(2 * 2 / 100)
    assert bootstrap_p(np.full(5, np.nan)) == 1.0


def test_centred_p_counts_draws_as_far_from_their_mean_as_the_difference_from_zero() -> None:
    draws = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    # Distances from the mean of 2 are 2, 1, 0, 1, 2.
    assert centred_bootstrap_p(draws, 2.0) == pytest.approx(3 / 6)
    assert centred_bootstrap_p(-draws, -2.0) == pytest.approx(3 / 6)
    assert centred_bootstrap_p(draws, 2.5) == pytest.approx(1 / 6)
    assert centred_bootstrap_p(draws, 0.0) == 1.0
    assert centred_bootstrap_p(np.append(draws, np.nan), 2.0) == pytest.approx(3 / 6)
    assert centred_bootstrap_p(np.full(5, np.nan), 1.0) == 1.0


def test_sacrebleus_p_counts_draws_larger_than_the_mean_size_by_the_difference() -> None:
    draws = np.array([-1.0, 1.0, 2.0, 3.0, 8.0])
    # Sizes are 1, 1, 2, 3, 8, their mean is 3.
    assert sacrebleu_bootstrap_p(draws, 2.0) == pytest.approx(2 / 6)
    assert sacrebleu_bootstrap_p(-draws, -2.0) == pytest.approx(2 / 6)
    assert sacrebleu_bootstrap_p(draws, 5.0) == pytest.approx(1 / 6)
    assert sacrebleu_bootstrap_p(np.zeros(9), 0.0) == 1.0
    assert sacrebleu_bootstrap_p(np.full(5, np.nan), 1.0) == 1.0


def test_sacrebleus_p_is_about_half_of_the_two_sided_one() -> None:
    draws = np.random.default_rng(0).normal(2.0, 1.0, size=200_000)
    two_sided = centred_bootstrap_p(draws, 2.0)
    assert two_sided == pytest.approx(2 * stats.norm.sf(2), abs=0.002)
    assert sacrebleu_bootstrap_p(draws, 2.0) == pytest.approx(two_sided / 2, abs=0.003)


def test_percentiles_leave_undefined_draws_out() -> None:
    draws = np.append(np.arange(101.0), np.nan)
    assert percentile_interval(draws, 0.9) == pytest.approx((5.0, 95.0))
    assert percentile_interval(np.append(np.full(9, np.nan), 1.0)) == (None, None)


def test_resamples_depend_on_the_seed_and_not_on_the_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = np.hstack(list(Resamples(50, 30, seed=5).blocks()))
    monkeypatch.setattr("pipelines.evaluation.bootstrap.BLOCK_VALUES", 350)
    cut = list(Resamples(50, 30, seed=5).blocks())
    assert len(cut) == 5
    assert np.array_equal(whole, np.hstack(cut))
    assert not np.array_equal(whole, np.hstack(list(Resamples(50, 30, seed=6).blocks())))
    assert np.all(whole.sum(axis=0) == 50)


def test_bootstrap_mean_has_the_standard_error_of_the_mean() -> None:
    values = np.random.default_rng(0).exponential(size=(400, 2))
    draws = bootstrap_mean(values, resamples=2000, seed=1)
    assert draws.shape == (2000, 2)
    expected = values.std(axis=0) / np.sqrt(400)
    assert draws.std(axis=0) == pytest.approx(expected, rel=0.08)
    assert draws.mean(axis=0) == pytest.approx(values.mean(axis=0), abs=0.01)


def test_bootstrap_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    covered = 0
    for trial in range(300):
        draws = bootstrap_mean(rng.normal(size=100), resamples=300, seed=trial)[:, 0]
        low, high = percentile_interval(draws)
        assert low is not None and high is not None
        covered += low <= 0 <= high
    assert 0.90 < covered / 300 < 0.98
