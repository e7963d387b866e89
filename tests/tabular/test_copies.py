"""Copies of one record, and people who only look alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.tabular.copies import copies


def table(n: int = 100) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    features = pd.DataFrame(rng.normal(size=(n, 4)), columns=list("abcd"))
    return features, rng.integers(0, 2, n).astype(float)


def shared(keys: np.ndarray) -> list[list[int]]:
    """Positions of rows that are in one group with others."""
    found = [np.flatnonzero(keys == key).tolist() for key in np.unique(keys)]
    return sorted(each for each in found if len(each) > 1)


def test_rows_equal_in_all_and_in_outcome_are_copies() -> None:
    features, outcome = table()
    features.iloc[[7, 40, 90]] = features.iloc[7].to_numpy()
    outcome[[7, 40, 90]] = (1.0, 1.0, 0.0)
    # The third is equal in what is known of it, and another person: it ended otherwise.
    assert shared(copies(features, outcome)) == [[7, 40]]


def test_equal_rows_of_different_identifiers_are_different_people() -> None:
    features, outcome = table()
    features.iloc[[7, 40]] = features.iloc[7].to_numpy()
    outcome[[7, 40]] = 1.0
    ids = pd.Series(np.arange(100))
    assert shared(copies(features, outcome, ids)) == []
    ids[40] = ids[7]
    assert shared(copies(features, outcome, ids)) == [[7, 40]]


def test_people_of_whom_nothing_is_known_are_not_copies() -> None:
    features, outcome = table()
    features.iloc[10:60] = -9
    outcome[10:60] = 1.0
    features.iloc[[2, 3]] = features.iloc[2].to_numpy()
    outcome[[2, 3]] = 0.0
    assert shared(copies(features, outcome)) == [[2, 3]]


def test_in_a_table_of_few_flags_equal_rows_are_no_copies() -> None:
    rng = np.random.default_rng(1)
    features = pd.DataFrame(rng.integers(0, 2, (200, 3)), columns=list("abc"))
    assert len(np.unique(copies(features, rng.integers(0, 2, 200).astype(float)))) == 200
