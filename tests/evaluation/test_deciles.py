"""Tenths by risk: a table worked by hand, ties shared out, and the distance of KS."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from data.errors import DataError
from pipelines.evaluation.deciles import decile_table, gain_curve


def test_the_table_is_that_worked_by_hand() -> None:
    # Twenty rows, four bad: both of the riskiest two, one of the next two, one of the last two.
    truth = np.zeros(20, dtype=bool)
    truth[[0, 1, 2, 18]] = True
    chance = np.linspace(0.95, 0, 20)
    found = decile_table(truth, chance)
    assert [each.number for each in found] == list(range(1, 11))
    first, second, last = found[0], found[1], found[-1]
    assert (first.n, first.events, first.rate, first.lift, first.gain) == (2, 2, 1.0, 5.0, 0.5)
    assert first.apart == pytest.approx(0.5) and first.most == pytest.approx(0.95)
    assert (second.rate, second.lift, second.gain) == (0.5, 2.5, 0.75)
    assert second.cumulative_lift == pytest.approx(3.75)
    assert second.apart == pytest.approx(0.75 - 1 / 16)
    assert last.gain == 1 and last.cumulative_lift == pytest.approx(1) and last.apart == 0
    assert last.expected == pytest.approx(np.mean(chance[-2:]))


def test_rows_of_equal_probability_share_what_came_evenly() -> None:
    truth = np.array([True] * 10 + [False] * 90)
    found = decile_table(truth, np.full(100, 0.1))
    assert [each.rate for each in found] == pytest.approx([0.1] * 10)
    assert [each.lift for each in found] == pytest.approx([1.0] * 10)
    shares, reached = gain_curve(truth, np.full(100, 0.1))
    assert reached == pytest.approx(shares)


def test_the_order_of_the_rows_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    chance = rng.random(333).round(2)
    truth = rng.random(333) < chance
    order = rng.permutation(333)
    assert decile_table(truth, chance) == decile_table(truth[order], chance[order])


def test_the_largest_distance_nears_that_of_kolmogorov_and_smirnov() -> None:
    rng = np.random.default_rng(0)
    chance = rng.random(2000)
    truth = rng.random(2000) < chance
    found = decile_table(truth, chance, parts=1000)
    wanted = stats.ks_2samp(chance[truth], chance[~truth]).statistic
    assert max(each.apart for each in found) == pytest.approx(wanted, abs=0.002)
    assert sum(each.events for each in found) == pytest.approx(truth.sum())


def test_fewer_rows_than_tenths_make_fewer_parts() -> None:
    assert len(decile_table([True, False, False], [0.9, 0.5, 0.1])) == 3


def test_nothing_to_find_is_refused() -> None:
    with pytest.raises(DataError, match="there is none"):
        decile_table([False, False], [0.1, 0.2])
    with pytest.raises(DataError, match="2 probabilities for 1 rows"):
        decile_table([True], [0.1, 0.2])
