"""Codes for a missing answer are found where they lie apart, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import OptionError
from pipelines.tabular.codes import chosen_codes, find_codes


def test_negative_codes_among_values_above_zero_are_found() -> None:
    values = np.r_[np.linspace(0, 100, 200), [-9.0] * 5, [-8.0] * 4, [np.nan] * 3]
    assert find_codes(values) == (-9.0, -8.0)


def test_nines_far_above_all_others_are_found() -> None:
    late = np.r_[np.tile(np.arange(14.0), 20), [96.0] * 5, [98.0] * 20]
    assert find_codes(late) == (96.0, 98.0)
    assert find_codes(np.r_[np.arange(18.0, 90.0), [999.0] * 3]) == (999.0,)


def test_the_same_number_within_the_range_is_no_code() -> None:
    assert find_codes(np.r_[np.arange(0.0, 200.0), [99.0] * 10]) == ()
    assert find_codes(np.r_[np.arange(-50.0, 50.0), [-9.0] * 10]) == ()


def test_a_number_that_comes_once_is_an_outlier_and_no_code() -> None:
    assert find_codes(np.r_[np.arange(18.0, 90.0), [999.0]]) == ()


def test_infinite_values_hide_no_code() -> None:
    values = np.r_[np.arange(50.0), [-99.0] * 3, [np.inf, -np.inf]]
    assert find_codes(values) == (-99.0,)


def test_a_code_that_comes_often_may_lie_nearer() -> None:
    rng = np.random.default_rng(0)
    scores = rng.integers(300, 851, 500).astype(float)
    assert find_codes(np.r_[scores, [999.0] * 50]) == (999.0,)
    assert find_codes(np.r_[scores, [998.0] * 3, [999.0] * 50]) == (998.0, 999.0)
    # Of three rows in five hundred nothing is said, nor where others lie as far from each other.
    assert find_codes(np.r_[scores, [999.0] * 3]) == ()
    assert find_codes(np.r_[np.arange(0.0, 91.0, 10), [99.0] * 30]) == ()
    assert find_codes(np.r_[rng.lognormal(4, 1, 500).round(), [999.0] * 20]) == ()


def test_a_negative_code_far_below_negative_amounts_is_found() -> None:
    balances = np.random.default_rng(0).uniform(-500, 10_000, 500)
    assert find_codes(np.r_[balances, [-999_999.0] * 3]) == (-999_999.0,)
    assert find_codes(np.r_[balances, [-999.0] * 3]) == ()


def test_minus_one_beside_shares_is_a_code_and_beside_counts_none() -> None:
    shares = np.random.default_rng(0).random(500)
    assert find_codes(np.r_[shares, [-1.0] * 3]) == (-1.0,)
    assert find_codes(np.r_[shares, [-1.0] * 9, [99.0] * 4]) == (-1.0, 99.0)
    assert find_codes(np.r_[shares, [-1.0] * 2]) == ()
    assert find_codes(np.tile([-1.0, 0.0, 1.0], 200)) == ()
    assert find_codes(np.r_[3 * shares, [-1.0] * 50]) == ()
    assert find_codes(np.r_[shares, -0.5, [-1.0] * 50]) == ()


def test_of_missing_values_alone_nothing_is_found() -> None:
    assert find_codes(np.full(10, np.nan)) == ()


def test_codes_are_named_automatic_or_none() -> None:
    assert chosen_codes({"missing_codes": "999, -9"}) == (-9.0, 999.0)
    assert chosen_codes({"missing_codes": "auto"}) is None
    assert chosen_codes({}) == ()
    with pytest.raises(OptionError, match="“nine” is no list of codes"):
        chosen_codes({"missing_codes": "nine"})
