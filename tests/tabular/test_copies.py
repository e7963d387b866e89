"""Copies of one record, and people who only look alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.tabular.copies import copies, look_alikes, repeated


def table(n: int = 100) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).normal(size=(n, 4)), columns=list("abcd"))


def shared(keys: np.ndarray) -> list[list[int]]:
    """Positions of rows that are in one group with others."""
    found = [np.flatnonzero(keys == key).tolist() for key in np.unique(keys)]
    return sorted(each for each in found if len(each) > 1)


def test_rows_equal_in_every_feature_are_copies_however_they_ended() -> None:
    features = table()
    features.iloc[[7, 40, 90]] = features.iloc[7].to_numpy()
    assert shared(copies(features)) == [[7, 40, 90]]
    assert repeated(copies(features)) == 2


def test_every_row_twenty_times_is_copies() -> None:
    features = pd.concat([table(100)] * 20, ignore_index=True)
    assert len(np.unique(copies(features))) == 100


def test_people_of_whom_nothing_is_known_are_not_copies() -> None:
    features = table()
    features.iloc[10:60] = -9
    features.iloc[[2, 3]] = features.iloc[2].to_numpy()
    assert shared(copies(features)) == [[2, 3]]


def test_in_a_table_of_few_flags_equal_rows_are_no_copies() -> None:
    rng = np.random.default_rng(1)
    features = pd.DataFrame(rng.integers(0, 2, (200, 3)), columns=list("abc"))
    assert len(np.unique(copies(features))) == 200


def test_what_most_rows_have_in_common_makes_no_copies() -> None:
    """A third of the rows is at the usual value of every measure, as in scans without a finding."""
    rng = np.random.default_rng(2)
    features = pd.DataFrame(rng.normal(size=(3000, 6)))
    features[rng.random((3000, 6)) < 0.5] = -0.5
    features.iloc[:1000] = -0.5
    features.iloc[1:1000, 0] = 0.25
    assert shared(copies(features)) == []


def test_a_group_far_larger_than_the_others_stands_alone() -> None:
    features = table(400)
    features.iloc[:30] = np.r_[1.23, 4.56, 7.89, -9.0]
    features.iloc[[100, 200]] = features.iloc[100].to_numpy()
    assert shared(copies(features)) == [[100, 200]]


def test_equal_rows_that_are_no_copies_are_counted_with_the_largest_group() -> None:
    features = table(400)
    features.iloc[:30] = np.r_[1.23, 4.56, 7.89, -9.0]
    features.iloc[[100, 200]] = features.iloc[100].to_numpy()
    assert look_alikes(features, copies(features)) == (30, 30)
    assert look_alikes(table(), copies(table())) == (0, 0)
