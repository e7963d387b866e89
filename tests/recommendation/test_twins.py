"""Users and items that are like another one are counted, and cast doubt on every score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.commands import RunCommand, run_command
from pipelines.recommendation.gathering import gather
from pipelines.recommendation.interactions import Interactions
from pipelines.recommendation.twins import Twins, twins


def taken(sets: list[set[int]], items: int) -> Interactions:
    user = np.repeat(np.arange(len(sets)), [len(each) for each in sets]).astype(np.int32)
    item = np.array([one for each in sets for one in sorted(each)], dtype=np.int32)
    return Interactions(
        np.array([f"u{n}" for n in range(len(sets))], dtype=object),
        np.array([f"i{n}" for n in range(items)], dtype=object), user, item,
        np.ones(len(user), dtype=np.float32),
    )


def slow(sets: list[set[int]]) -> int:
    """The same, of all pairs."""
    large = [each for each in sets if len(each) >= 10]
    return sum(
        any(
            len(one & other) / len(one | other) >= 0.95
            for at, other in enumerate(large) if at != place
        )
        for place, one in enumerate(large)
    )


@pytest.mark.parametrize("seed", range(6))
def test_counts_are_those_of_all_pairs_compared(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sets: list[set[int]] = []
    for _ in range(60):
        own = set(rng.choice(200, int(rng.integers(5, 60)), replace=False).tolist())
        sets.append(own)
        change = rng.random()
        if change < 0.2:
            sets.append(set(own))
        elif change < 0.4:
            sets.append({*own, int(rng.integers(200))})
        elif change < 0.6:
            sets.append({*own, *rng.integers(0, 200, 1 + len(own) // 4).tolist()})
    found = twins(taken(sets, 200))
    assert found.users == slow(sets) > 5
    assert found.of_users == sum(len(each) >= 10 for each in sets)
    other: list[set[int]] = [set() for _ in range(200)]
    for user, each in enumerate(sets):
        for item in each:
            other[item].add(user)
    assert found.items == slow(other)


def test_small_sets_and_different_ones_are_nothing() -> None:
    assert twins(taken([{1, 2, 3}] * 30, 5)) == Twins(0, 0, 3, 3)
    apart = [set(range(start, start + 12)) for start in range(0, 120, 12)]
    assert twins(taken(apart, 120)) == Twins(0, 10, 0, 0)


@pytest.mark.parametrize(("users", "said"), [(0, 0), (1, 0), (2, 1), (9, 1), (10, 2), (200, 2)])
def test_few_of_many_are_a_note_and_more_are_a_doubt(users: int, said: int) -> None:
    found = Twins(users, 200, 0, 0)
    assert (len(found.notes), bool(found.doubt)) == ((0, False), (1, False), (0, True))[said]


def test_items_alone_are_told_as_items() -> None:
    found = Twins(0, 200, 50, 100)
    assert "50 items were taken by the same users" in found.doubt and "people" not in found.doubt


def test_the_verdict_begins_with_people_under_two_ids(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [(f"c{n}", f"p{item}") for n in range(60) for item in rng.choice(100, 12, replace=False)]
    twice = pd.DataFrame([*rows, *((user.upper(), item) for user, item in rows)])
    for name, frame in (("once", pd.DataFrame(rows)), ("twice", twice)):
        frame.set_axis(["user", "item"], axis=1).to_csv(tmp_path / f"{name}.csv", index=False)
    found = {
        name: run_command(RunCommand(
            task="recommendation", data=(tmp_path / f"{name}.csv",), models=("ease",),
            settings={"budget": "0"},
        )).judged for name in ("once", "twice")
    }
    assert found["once"] is not None and "two ids" not in found["once"].verdict
    assert found["twice"] is not None
    assert found["twice"].verdict.startswith("120 users took the same items as another user")


def test_rows_in_another_order_give_the_same_counts() -> None:
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"user": rng.integers(0, 30, 900), "item": rng.integers(0, 40, 900)})
    rows = pd.concat([rows, rows.assign(user=rows["user"] + 30)])
    one, other = (twins(gather(each).interactions) for each in (rows, rows.sample(frac=1)))
    assert one == other and one.users == 60
