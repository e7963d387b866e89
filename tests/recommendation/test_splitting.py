"""What teaches and what judges: shares, times, no leaks, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError, OptionError
from pipelines.recommendation.gathering import gather
from pipelines.recommendation.interactions import Interactions
from pipelines.recommendation.splitting import held_counts, split

KINDS = ("temporal", "global", "last", "random")


def shop(users: int = 60, timed: bool = True, seed: int = 0) -> Interactions:
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"user": rng.integers(0, users, 1500), "item": rng.integers(0, 80, 1500)})
    if timed:
        rows["time"] = rng.integers(1_500_000_000, 1_600_000_000, len(rows))
    return gather(rows, now=1_700_000_000).interactions


@pytest.mark.parametrize("kind", KINDS)
def test_no_entry_is_in_two_parts(kind: str) -> None:
    found = split(shop(), {"split": kind})
    parts = [found.train, found.valid, found.test]
    together = np.concatenate(parts)
    assert len(np.unique(together)) == len(together)
    assert all((np.diff(part) > 0).all() and len(part) for part in parts)
    if kind != "global":
        assert len(together) == len(shop())


@pytest.mark.parametrize(
    ("size", "counts"),
    # Training, validation and test of n entries at 80/10/10, worked by RecBole's rule: floors of a
    # tenth, the rest trains; where a tenth is below one entry, one each while one is left to train.
    [(1, (1, 0, 0)), (2, (1, 0, 1)), (3, (1, 1, 1)), (9, (7, 1, 1)), (10, (8, 1, 1)),
     (15, (13, 1, 1)), (19, (17, 1, 1)), (20, (16, 2, 2)), (29, (25, 2, 2)), (30, (24, 3, 3)),
     (100, (80, 10, 10))],
)
def test_shares_are_counted_as_published_tables_count_them(
    size: int, counts: tuple[int, int, int]
) -> None:
    tested, validated = held_counts(np.array([size]), 0.1, 0.1)
    assert (size - tested[0] - validated[0], validated[0], tested[0]) == counts


def test_by_time_each_users_latest_judge() -> None:
    kept = shop()
    found = split(kept, {"split": "temporal"})
    assert kept.time is not None
    for user in range(len(kept.users)):
        train, valid, test = (
            kept.time[part[kept.user[part] == user]] for part in (found.train, found.valid, found.test)
        )
        assert train.max() <= valid.min() and valid.max() <= test.min()


def test_one_cut_leaves_no_user_who_was_not_there_before() -> None:
    rows = pd.DataFrame({
        "user": [*"abcabcabca", "new", "new"], "item": [*"pqrqpsrspz", "p", "z"],
        "time": [*range(1_500_000_000, 1_500_000_010), 1_500_000_020, 1_500_000_021],
    })
    kept = gather(rows, now=1_700_000_000).interactions
    found = split(kept, {"split": "global", "test": "0.3", "valid": "0.1"})
    assert kept.time is not None
    assert kept.time[found.train].max() < kept.time[found.valid].min()
    assert kept.time[found.valid].max() < kept.time[found.test].min()
    judged = kept.users[np.unique(kept.user[found.test])]
    assert "new" not in judged
    assert any("1 user comes only after the cut" in note for note in found.notes)
    assert any("nobody took before the cut" in note for note in found.notes)


def test_whoever_began_between_the_cuts_is_judged() -> None:
    rows = pd.DataFrame({
        "user": [*"ababababaa", *"nmn"], "item": [*"pqrspqrstu", *"pqr"],
        "time": [1_500_000_000 + day for day in range(13)],
    })
    kept = gather(rows.drop_duplicates(["user", "item"]), now=1_700_000_000).interactions
    found = split(kept, {"split": "global", "test": "0.2", "valid": "0.2"})
    assert "n" in kept.users[kept.user[found.valid]] and "n" not in kept.users[kept.user[found.train]]
    assert named(kept, found.test) == {"nr"}


def test_last_holds_out_one_each_where_enough_is_left() -> None:
    rows = pd.DataFrame({"user": list("aaabbc"), "item": list("xyzxyx"),
                         "time": [3, 1, 2, 9, 8, 5]})
    kept = gather(rows).interactions
    found = split(kept, {"split": "last"})

    def names(part: np.ndarray) -> set[str]:
        return {f"{kept.users[kept.user[r]]}{kept.items[kept.item[r]]}" for r in part}

    assert names(found.test) == {"ax", "bx"} and names(found.valid) == {"az"}
    assert names(found.train) == {"ay", "by", "cx"}
    assert any("1 user has too few" in note for note in found.notes)


def test_time_decides_only_where_there_is_time() -> None:
    assert split(shop()).kind == "temporal"
    assert split(shop(timed=False)).kind == "random"
    assert any("flatters" in note for note in split(shop(), {"split": "random"}).notes)
    assert not split(shop(timed=False), {"split": "random"}).notes


@pytest.mark.parametrize("kind", ["temporal", "last"])
def test_that_others_teach_from_the_future_is_said(kind: str) -> None:
    assert any("split=global" in note for note in split(shop(), {"split": kind}).notes)
    assert not any("split=global" in note for note in split(shop(), {"split": "global"}).notes)
    # All take p first and q second, at the same moments: nothing that teaches is later.
    rows = pd.DataFrame({"user": list("aabbcc"), "item": list("pqpqpq"), "time": [1, 2] * 3})
    together = gather(rows, now=1_700_000_000).interactions
    assert not split(together, {"split": kind, "valid": "0"}).notes


def test_the_seed_decides_where_there_are_no_times() -> None:
    kept = shop(timed=False)
    one, same, other = (split(kept, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.test, same.test) and not np.array_equal(one.test, other.test)


def bought(*orders: tuple[str, str, int]) -> Interactions:
    """Orders of a user: items, one a letter, at one moment."""
    rows = [(user, item, 1_500_000_000 + day) for user, items, day in orders for item in items]
    return gather(pd.DataFrame(rows, columns=["user", "item", "time"]), now=1_700_000_000).interactions


def named(kept: Interactions, rows: np.ndarray) -> set[str]:
    return {f"{kept.users[kept.user[row]]}{kept.items[kept.item[row]]}" for row in rows}


@pytest.mark.parametrize("kind", ["temporal", "last", "global"])
def test_no_order_is_cut(kind: str) -> None:
    rng = np.random.default_rng(0)
    order = np.repeat(np.arange(500), 4)
    rows = pd.DataFrame({
        "user": rng.integers(0, 60, 500)[order], "item": rng.integers(0, 80, len(order)),
        "time": 1_500_000_000 + 86_400 * rng.permutation(500)[order],
    })
    kept = gather(rows, now=1_700_000_000).interactions
    found = split(kept, {"split": kind})
    assert kept.time is not None and len(found.test) > 60
    parts = [
        set(zip(kept.user[part].tolist(), kept.time[part].tolist(), strict=True))
        for part in (found.train, found.valid, found.test)
    ]
    assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]


@pytest.mark.parametrize("kind", ["temporal", "last"])
def test_the_whole_last_orders_are_held_back(kind: str) -> None:
    kept = bought(("a", "xy", 1), ("a", "b", 2), ("a", "cde", 3), ("b", "x", 1), ("b", "yc", 2),
                  ("c", "xyz", 5))
    found = split(kept, {"split": kind})
    assert named(kept, found.test) == {"ac", "ad", "ae", "by", "bc"}
    assert named(kept, found.valid) == {"ab"}
    # Nothing could be learnt of b with the first order held back too; c has but one order.
    assert named(kept, found.train) == {"ax", "ay", "bx", "cx", "cy", "cz"}
    assert any("1 user took everything at one moment" in note for note in found.notes)
    assert any("6 entries are held back, where one by one" in note for note in found.notes)


def test_an_order_as_large_as_a_history_leaves_the_first_one_to_learn_from() -> None:
    kept = bought(("a", "abcdefghijklmnopqr", 1), ("a", "st", 2), ("b", "ab", 1), ("b", "c", 2))
    found = split(kept, {"test": "0.2", "valid": "0.1"})
    # A fifth of twenty reaches into the first order, which teaches.
    assert named(kept, found.test) == {"as", "at", "bc"} and not len(found.valid)


def test_orders_of_one_item_are_split_as_before_without_a_word() -> None:
    kept = shop()
    found = split(kept)
    sizes = np.bincount(kept.user)
    tested, validated = held_counts(sizes, 0.1, 0.1)
    assert np.bincount(kept.user[found.test]).tolist() == tested.tolist()
    assert np.bincount(kept.user[found.valid]).tolist() == validated.tolist()
    assert not any("moment stays" in note or "at one moment" in note for note in found.notes)


def test_where_all_have_one_order_the_sentence_says_what_to_do() -> None:
    kept = bought(("a", "xy", 1), ("b", "yz", 2))
    for kind in ("temporal", "last"):
        with pytest.raises(DataError, match=r"all entries at one moment.*split=random"):
            split(kept, {"split": kind})
    assert len(split(kept, {"split": "random"}).test) == 2


def test_shares_may_be_chosen_and_validation_left_out() -> None:
    found = split(shop(), {"test": "0.2", "valid": "0"})
    assert not len(found.valid) and 0.15 < len(found.test) / len(shop()) < 0.21
    assert len(found.train) + len(found.test) == len(shop())


@pytest.mark.parametrize(
    ("options", "timed", "words"),
    [({"split": "temporal"}, False, "needs times"), ({"split": "halves"}, True, "one of temporal"),
     ({"test": "2"}, True, "share from"), ({"valid": "x"}, True, "share from"),
     ({"test": "0.5", "valid": "0.5"}, True, "leave nothing to learn from")],
)
def test_splits_that_do_not_fit_are_refused(
    options: dict[str, str], timed: bool, words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        split(shop(timed=timed), options)


def test_a_cut_that_leaves_nobody_is_refused() -> None:
    rows = pd.DataFrame({"user": list("aabb"), "item": list("xyxy"),
                         "time": [1_500_000_000, 1_500_000_000, 1_600_000_000, 1_600_000_000]})
    with pytest.raises(DataError, match="leaves nothing to judge by"):
        split(gather(rows, now=1_700_000_000).interactions, {"split": "global"})
