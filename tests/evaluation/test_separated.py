"""A perfect ranking proves as much as its rows do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipelines.evaluation.separated import separated_distance, separated_interval


def test_the_bound_is_the_exact_one_of_disjoint_pairs() -> None:
    found = separated_interval(1.0, [(240, 120)])
    exact = stats.binomtest(120, 120).proportion_ci(0.95, method="exact")
    assert found == pytest.approx((exact.low, 1.0))
    assert separated_interval(0.0, [(5, 3)]) == pytest.approx((0.0, 1 - 0.025**0.5))


def test_only_perfect_rankings_of_both_kinds_have_it() -> None:
    assert separated_interval(0.999, [(240, 120)]) is None
    assert separated_interval(1.0, [(5, 5)]) is None


def test_pairs_of_folds_add_up() -> None:
    assert separated_interval(1.0, [(10, 4), (10, 7)]) == separated_interval(1.0, [(14, 7)])


def test_perfect_orders_are_rarer_than_the_level_allows_where_the_area_is_at_the_bound() -> None:
    ones, others = 4, 6
    low = separated_interval(1.0, [(ones + others, ones)])
    assert low is not None
    # Two normals of spread 1: the area is Phi(shift / sqrt(2)).
    shift = stats.norm.ppf(low[0]) * 2**0.5
    rng = np.random.default_rng(0)
    bad = rng.normal(shift, 1, (20_000, ones)).min(axis=1)
    good = rng.normal(0, 1, (20_000, others)).max(axis=1)
    assert (bad > good).mean() < 0.025


def test_a_distance_follows_from_the_area() -> None:
    low, high = separated_distance(2_000, 1_000)
    area = 1 - (1 - low) ** 2 / 2
    assert high == 1 and area == pytest.approx(0.025 ** (1 / 1_000))
    assert separated_distance(5, 3) == (0.0, 1.0)
