"""What teaches and what judges: shares, times, no leaks, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError, OptionError
from pipelines.recommendation.gathering import gather
from pipelines.recommendation.interactions import Interactions
from pipelines.recommendation.splitting import by_user, held_counts, split

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
    assert np.array_equal(found.known, np.sort(np.concatenate(parts[:2])))
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
    assert kept.time is not None and found.cuts is not None
    assert kept.time[found.train].max() < found.cuts[0] <= kept.time[found.valid].min()
    assert kept.time[found.valid].max() < found.cuts[1] <= kept.time[found.test].min()
    judged = kept.users[np.unique(kept.user[found.test])]
    assert "new" not in judged
    assert any("1 user comes only after the cut" in note for note in found.notes)
    assert any("nobody took before the cut" in note for note in found.notes)


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


def test_the_seed_decides_and_entries_of_a_moment_fall_at_random() -> None:
    kept = shop(timed=False)
    one, same, other = (split(kept, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.test, same.test) and not np.array_equal(one.test, other.test)
    tied = Interactions(kept.users, kept.items, kept.user, kept.item, kept.weight,
                        np.zeros(len(kept), dtype=np.int64))
    items = kept.item[split(tied, {"split": "temporal"}).test]
    # By position the held out would all be the last items.
    assert items.min() < 20


def test_shares_may_be_chosen_and_validation_left_out() -> None:
    found = split(shop(), {"test": "0.2", "valid": "0"})
    assert not len(found.valid) and 0.15 < len(found.test) / len(shop()) < 0.21
    assert found.to_json() == {
        "kind": "temporal", "train": len(found.train), "validation": 0, "test": len(found.test)
    }


def test_held_items_are_listed_user_by_user() -> None:
    kept = shop()
    found = split(kept)
    users, held = by_user(kept, found.test)
    assert sum(map(len, held)) == len(found.test) and len(users) == len(held)
    rows = found.test[kept.user[found.test] == users[3]]
    assert set(held[3]) == set(kept.item[rows])
    assert by_user(kept, np.zeros(0, dtype=np.int64))[1] == []


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
