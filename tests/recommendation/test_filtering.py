"""The k-core and implausible users."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from pipelines.recommendation.filtering import implausible, k_core
from pipelines.recommendation.gathering import gather


def plain_core(pairs: set[tuple[int, int]], least: int) -> set[tuple[int, int]]:
    """One user or item at a time, as the definition says."""
    while True:
        users, items = [u for u, _ in pairs], [i for _, i in pairs]
        left = {(u, i) for u, i in pairs if users.count(u) >= least and items.count(i) >= least}
        if left == pairs:
            return pairs
        pairs = left


@pytest.mark.parametrize("least", [1, 2, 3, 4])
def test_the_core_is_that_of_the_definition(least: int) -> None:
    rng = np.random.default_rng(least)
    pairs = sorted({(int(u), int(i)) for u, i in rng.integers(0, 25, (120, 2))})
    user, item = (np.array(each) for each in zip(*pairs, strict=True))
    kept = k_core(user, item, least).kept
    assert {pair for pair, keep in zip(pairs, kept, strict=True) if keep} == plain_core(
        set(pairs), least
    )


def test_what_the_core_leaves_out_is_counted() -> None:
    rows = pd.DataFrame({"user": list("aabbcd"), "item": list("xyxyxz")})
    found = gather(rows, {"core": "2"})
    assert list(found.interactions.users) == ["a", "b"]
    assert list(found.interactions.items) == ["x", "y"] and len(found.catalogue.titles) == 2
    assert (found.shape.core.users, found.shape.core.items, found.shape.core.pairs) == (2, 1, 2)
    assert any("core=2 left out 2 users and 1 items" in note for note in found.notes)
    assert gather(rows).shape.core.pairs == 0
    with pytest.raises(DataError, match="smaller one"):
        gather(rows, {"core": "5"})


def test_heavy_users_of_a_wide_spread_are_no_bots() -> None:
    counts = np.round(np.exp(np.random.default_rng(0).normal(4, 1, 2000))).astype(int)
    assert not len(implausible(counts)[0])
    found, limit = implausible(np.append(counts, 80_000))
    assert found.tolist() == [2000] and 500 <= limit < 80_000


def test_few_rows_are_never_a_bots() -> None:
    assert not len(implausible(np.array([1, 1, 1, 1, 400]))[0])
    assert implausible(np.array([1, 1, 1, 1, 501]))[0].tolist() == [4]
    assert not len(implausible(np.zeros(0, dtype=int))[0])
