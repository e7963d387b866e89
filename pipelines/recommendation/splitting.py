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
# From this share of the entries on it is said that whole moments were held back.
NOTABLE = 0.1


@dataclass(frozen=True)
class Parts:
    """Positions of entries, each part in rising order.

    Attributes:
        kind: temporal, global, last or random.
        train, valid, test: positions; some entries may be in none of them.
        notes: sentences on what the split means for the numbers.
    """

    kind: str
    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    notes: tuple[str, ...] = ()


def split(
    interactions: Interactions, options: Mapping[str, str] | None = None, seed: int = 0
) -> Parts:
    """Holds entries out of each user's, or from a moment on.

    - temporal: of each user the latest, by shares.
    - global: one cut in time for all; users without anything before it are not judged.
    - last: of each user the latest for testing and the one before for validation.
    - random: of each user any, by shares.

    By shares, a user of n entries has floor(share · n) held out, and where that is none, one as long
    as one is left to learn from: first for testing, then for validation.

    What a user took at one moment is one order, of which one part would give away the other. By time
    it is therefore never cut: the whole last moments are held out, more entries than the shares say
    where the border falls within one, fewer where nothing would be left to learn from.

    Args:
        interactions: each pair once, in the order of users and items.
        options: `split` (auto takes temporal where there are times), `test` and `valid`, shares.
        seed: of everything that is left to chance.

    Raises:
        OptionError: a value that does not fit, or a split by time without times.
        DataError: nothing can be held out.

    Source:
        The counts are those of RecBole's `split_by_ratio` as of its later releases, so that numbers
        can be held against its published tables, where no two entries of a user are of one moment.
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
        raise DataError(_nothing(interactions, kind, len(parts.train) > 0))
    return parts


def _nothing(interactions: Interactions, kind: str, learns: bool) -> str:
    """Why a split leaves nothing, in a sentence."""
    if kind in ("temporal", "last") and (np.bincount(interactions.user) > 1).any():
        return (
            "Every user has all entries at one moment, so none of them is later than the others; take "
            "split=random, or a column of times that tells entries of a user apart."
        )
    return (
        f"The split “{kind}” leaves nothing to {'judge by' if learns else 'learn from'}; choose "
        "another split or other shares, or bring more rows."
    )


def _by_user(
    interactions: Interactions, kind: str, test: float, valid: float, seed: int
) -> Parts:
    # Entries are in the order of users and items, so the draw does not depend on the file's order.
    by_chance = np.random.default_rng(seed).permutation(len(interactions))
    by: np.ndarray = by_chance if kind == "random" else _times(interactions)
    order = np.lexsort((by, interactions.user))
    sizes = np.bincount(interactions.user, minlength=len(interactions.users))
    if kind == "last":
        wanted = (sizes >= 2).astype(np.int64), (sizes >= 3).astype(np.int64)
    else:
        wanted = held_counts(sizes, test, valid)
    held = _whole_moments(interactions.user[order], by[order], sizes, *wanted)
    # Position from the end of each user's entries: the first `tested` of these judge.
    from_end = np.repeat(np.cumsum(sizes), sizes) - 1 - np.arange(len(order))
    owner = interactions.user[order]
    is_test = from_end < held[0][owner]
    is_valid = ~is_test & (from_end < (held[0] + held[1])[owner])
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
    judging = held[0] > 0
    notes += _moved_note(
        int((wanted[0] + wanted[1])[judging].sum()), int((held[0] + held[1])[judging].sum())
    )
    notes += _unjudged_notes(sizes, wanted[0], held[0])
    return Parts(
        kind, np.sort(order[~(is_test | is_valid)]), np.sort(order[is_valid]),
        np.sort(order[is_test]), tuple(notes),
    )


def _times(interactions: Interactions) -> np.ndarray:
    assert interactions.time is not None, "_kind asked for times"
    return interactions.time


def _whole_moments(
    user: np.ndarray, by: np.ndarray, sizes: np.ndarray, tested: np.ndarray, validated: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How many of the last entries of each user judge and validate when no moment is cut.

    Args:
        user, by: (n,) of entries, in the order of users and moments.
        sizes: (U,) entries of each user.
        tested, validated: (U,) wanted of each.
    """
    begins = np.flatnonzero(
        (np.diff(user, prepend=-1) != 0) | (np.diff(by, prepend=by[:1]) != 0)
    )
    ends = np.cumsum(sizes)
    firsts = ends - sizes

    def border(end: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """Where the moments begin that hold the `wanted` entries before each end."""
        place = np.searchsorted(begins, np.maximum(end - wanted, firsts), side="right") - 1
        found = begins[np.maximum(place, 0)]
        # The first moment is always learnt from: what is held back begins with the next, if any.
        after = np.append(begins, len(user))[np.searchsorted(begins, firsts, side="right")]
        found = np.where(found <= firsts, np.minimum(after, end), found)
        return np.where(wanted > 0, found, end)

    test_from = border(ends, tested)
    valid_from = border(test_from, validated)
    return ends - test_from, test_from - valid_from


def _moved_note(wanted: int, held: int) -> list[str]:
    """A sentence where whole moments are many more or fewer entries than the shares ask for."""
    if abs(held - wanted) <= NOTABLE * wanted:
        return []
    return [
        f"What a user took at one moment stays together, so {held:,} entries are held back, where one "
        f"by one it would be {wanted:,}."
    ]


def _unjudged_notes(sizes: np.ndarray, wanted: np.ndarray, held: np.ndarray) -> list[str]:
    notes = []
    few = int(((sizes > 0) & (wanted == 0)).sum())
    if few:
        who = "1 user has" if few == 1 else f"{few:,} users have"
        notes.append(f"{who} too few entries to hold any out, and only teach.")
    at_once = int(((wanted > 0) & (held == 0)).sum())
    if at_once:
        who = "1 user took" if at_once == 1 else f"{at_once:,} users took"
        notes.append(f"{who} everything at one moment, which is not cut, and only teach.")
    return notes


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
        tuple(notes),
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
