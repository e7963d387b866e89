"""Which interactions teach, which choose settings, and which judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import DataError, OptionError
from pipelines.recommendation.interactions import Interactions

KINDS = ("temporal", "global", "last", "random")
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Parts:
    """Positions of entries, each part in rising order.

    Attributes:
        kind: temporal, global, last or random.
        train, valid, test: positions; some entries may be in none of them.
        notes: sentences on what the split means for the numbers.
        cuts: for a global cut, the seconds since 1970 at which validation and test begin.
    """

    kind: str
    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    notes: tuple[str, ...] = ()
    cuts: tuple[int, int] | None = None

    @property
    def known(self) -> np.ndarray:
        """What the final models learn from, and histories are made of: training and validation."""
        return np.sort(np.concatenate([self.train, self.valid]))

    def to_json(self) -> dict[str, object]:
        """The `split` entry of report.json."""
        return {
            "kind": self.kind, "train": len(self.train), "validation": len(self.valid),
            "test": len(self.test),
        }


def split(
    interactions: Interactions, options: Mapping[str, str] | None = None, seed: int = 0
) -> Parts:
    """Holds entries out of each user's, or from a moment on.

    - temporal: of each user the latest, by shares; entries of one moment fall at random.
    - global: one cut in time for all; users without anything before it are not judged.
    - last: of each user the latest for testing and the one before for validation.
    - random: of each user any, by shares.

    By shares, a user of n entries has floor(share · n) held out, and where that is none, one as long
    as one is left to learn from: first for testing, then for validation.

    Args:
        interactions: each pair once, in the order of users and items.
        options: `split` (auto takes temporal where there are times), `test` and `valid`, shares.
        seed: of everything that is left to chance.

    Raises:
        OptionError: a value that does not fit, or a split by time without times.
        DataError: nothing can be held out.

    Source:
        The counts are those of RecBole's `split_by_ratio` as of its later releases, so that numbers
        can be held against its published tables.
    """
    chosen = dict(options or {})
    kind = _kind(chosen.get("split", "auto"), interactions.time is not None)
    test, valid = _share(chosen, "test"), _share(chosen, "valid")
    if test + valid >= 1:
        raise OptionError(
            f"test={test:g} and valid={valid:g} leave nothing to learn from; together they need to be "
            "below 1."
        )
    if kind == "global":
        parts = _cut(interactions, test, valid)
    else:
        parts = _by_user(interactions, kind, test, valid, seed)
    if not len(parts.test) or not len(parts.train):
        raise DataError(
            f"The split “{kind}” leaves nothing to {'judge by' if len(parts.train) else 'learn from'}; "
            "choose another split or other shares, or bring more rows."
        )
    return parts


def by_user(interactions: Interactions, rows: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Items of some entries, user by user.

    Args:
        rows: positions of entries, such as `Parts.test`.

    Returns:
        (n,) positions of the users that have any, rising, and for each an array of item positions.
    """
    order = rows[np.argsort(interactions.user[rows], kind="stable")]
    users, starts = np.unique(interactions.user[order], return_index=True)
    return users, np.split(interactions.item[order], starts[1:]) if len(users) else []


def _by_user(
    interactions: Interactions, kind: str, test: float, valid: float, seed: int
) -> Parts:
    # Entries are in the order of users and items, so the draw does not depend on the file's order.
    chance = np.random.default_rng(seed).permutation(len(interactions))
    first: tuple[np.ndarray, ...] = (chance,)
    if kind != "random":
        assert interactions.time is not None, "_kind asked for times"
        first = (chance, interactions.time)
    order = np.lexsort((*first, interactions.user))
    sizes = np.bincount(interactions.user, minlength=len(interactions.users))
    ends = np.cumsum(sizes)
    if kind == "last":
        tested, validated = (sizes >= 2).astype(np.int64), (sizes >= 3).astype(np.int64)
    else:
        tested, validated = held_counts(sizes, test, valid)
    # Position from the end of each user's entries: the first `tested` of these judge.
    from_end = np.repeat(ends, sizes) - 1 - np.arange(len(order))
    owner = interactions.user[order]
    is_test = from_end < tested[owner]
    is_valid = ~is_test & (from_end < (tested + validated)[owner])
    notes = []
    if kind == "random" and interactions.time is not None:
        notes.append(
            "The split is random although there are times: models learn from what came after the "
            "entries they are judged by, which flatters them. Compare such numbers only with papers "
            "that split the same way."
        )
    elif kind != "random" and _later_teach(interactions, ~is_test, is_test, order):
        notes.append(
            "Each user's latest entries are held back, so models also learn what other users took "
            "after those moments, which nobody knows in use; that flatters them. split=global holds "
            "back everything from one moment on and has no such leak."
        )
    unjudged = int(((sizes > 0) & (tested == 0)).sum())
    if unjudged:
        who = "1 user has" if unjudged == 1 else f"{unjudged:,} users have"
        notes.append(f"{who} too few entries to hold any out, and only teach.")
    return Parts(
        kind, np.sort(order[~(is_test | is_valid)]), np.sort(order[is_valid]),
        np.sort(order[is_test]), tuple(notes),
    )


def _later_teach(
    interactions: Interactions, known: np.ndarray, held: np.ndarray, order: np.ndarray
) -> bool:
    """Whether an entry that teaches is later than one that judges.

    Args:
        known, held: masks of entries in `order`.
    """
    if interactions.time is None or not known.any() or not held.any():
        return False
    time = interactions.time[order]
    return bool(time[known].max() > time[held].min())


def held_counts(sizes: np.ndarray, test: float, valid: float) -> tuple[np.ndarray, np.ndarray]:
    """How many entries of each user judge and validate.

    Args:
        sizes: (U,) entries of each user.
        test, valid: shares, 0 to 1.
    """
    tested = np.floor(sizes * test + _ROUNDING).astype(np.int64)
    validated = np.floor(sizes * valid + _ROUNDING).astype(np.int64)
    for held, share in ((tested, test), (validated, valid)):
        left = sizes - tested - validated
        held += (left > 1) & (held == 0) & (share > 0)
    return tested, validated


def _cut(interactions: Interactions, test: float, valid: float) -> Parts:
    time = interactions.time
    assert time is not None, "_kind asked for times"
    # A moment belongs to one side: what happened at the cut itself is later.
    cuts = np.quantile(time, [1 - test - valid, 1 - test], method="higher")
    train = time < cuts[0]
    valid_rows = (time >= cuts[0]) & (time < cuts[1])
    test_rows = time >= cuts[1]
    judged = test_rows & _has(interactions, train | valid_rows)[interactions.user]
    new_users = len(np.unique(interactions.user[test_rows & ~judged]))
    new_items = ~_has(interactions, train | valid_rows, items=True)[interactions.item]
    notes = [f"Entries from {pd.Timestamp(int(cuts[1]), unit='s'):%Y-%m-%d %H:%M} on judge."]
    if new_users:
        who = "1 user comes" if new_users == 1 else f"{new_users:,} users come"
        notes.append(f"{who} only after the cut; with no history they are not judged.")
    unfound = int((judged & new_items).sum())
    if unfound:
        notes.append(
            f"{unfound:,} of the {int(judged.sum()):,} entries to be found are of items that nobody "
            "took before the cut; only methods that know their content can find them."
        )
    # Users who begin between the cuts choose no settings by, having no history yet, but teach.
    return Parts(
        "global", np.flatnonzero(train), np.flatnonzero(valid_rows), np.flatnonzero(judged),
        tuple(notes), (int(cuts[0]), int(cuts[1])),
    )


def _has(interactions: Interactions, rows: np.ndarray, *, items: bool = False) -> np.ndarray:
    """Whether each user (or item) has an entry among the rows."""
    position, size = (
        (interactions.item, len(interactions.items)) if items
        else (interactions.user, len(interactions.users))
    )
    found = np.zeros(size, dtype=bool)
    found[position[rows]] = True
    return found


def _kind(text: str, timed: bool) -> str:
    if text == "auto":
        return "temporal" if timed else "random"
    if text not in KINDS:
        raise OptionError(f"split is “{text}”; it is auto or one of {', '.join(KINDS)}.")
    if text != "random" and not timed:
        raise OptionError(
            f"split={text} needs times; choose the column that holds them, or take split=random."
        )
    return text


def _share(chosen: Mapping[str, str], name: str) -> float:
    text = str(chosen.get(name, "0.1"))
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    least = 0.0 if name == "valid" else 0.01
    if not least <= share <= 0.5:
        raise OptionError(f"{name} is “{text}”; it needs a share from {least:g} to 0.5, such as 0.1.")
    return share
