"""Sentences on what was read of rows, and what was left out of them."""

from __future__ import annotations

import numpy as np

from data.errors import OptionError
from pipelines.recommendation.ids import Coded
from pipelines.recommendation.shape import Removed


def nameless_rows(users: Coded, items: Coded, catalogue: np.ndarray) -> list[str]:
    """Sentences on rows without an item or a user.

    Args:
        catalogue: (rows,) which of them say nothing but what an item is.
    """
    notes = []
    nameless = int((items.codes < 0).sum())
    lonely = int(((users.codes < 0) & (items.codes >= 0) & ~catalogue).sum())
    if nameless:
        notes.append(f"{nameless:,} {_rows_have(nameless)} no item and are left out.".replace(
            "row has no item and are", "row has no item and is"))
    if lonely:
        tell = "tells" if lonely == 1 else "tell"
        notes.append(
            f"{lonely:,} {_rows_have(lonely)} no user: {'it' if lonely == 1 else 'they'} only {tell} "
            "which items there are."
        )
    return notes


def bots_found(
    user: np.ndarray, bots: np.ndarray, limit: int, names: np.ndarray, drop: bool
) -> list[str]:
    if not len(bots):
        return []
    most = int(np.bincount(user)[bots[0]])
    share = np.isin(user, bots).mean()
    many = f"it has {most:,}, {100 * share:.0f} % of all"
    who, end = f"1 user, “{names[bots[0]]}”, has", "it is left out" if drop else (
        "look whether it is a bot or a test account; the option bots=drop leaves it out"
    )
    if len(bots) > 1:
        many = f"“{names[bots[0]]}” has {most:,}; together {100 * share:.0f} % of the rows"
        who, end = f"{len(bots):,} users have", "they are left out" if drop else (
            "look whether they are bots or test accounts; the option bots=drop leaves them out"
        )
    each = " each" if len(bots) > 1 else ""
    return [
        f"{who} more than {limit:,} rows{each}, which no person is likely to reach ({many}): {end}."
    ]


def in_both_files(twice: int) -> list[str]:
    if not twice:
        return []
    stand = "pair of a user and an item stands" if twice == 1 else "pairs of a user and an item stand"
    judge = "it teaches and does" if twice == 1 else "they teach and do"
    return [f"{twice:,} {stand} in both files: {judge} not judge."]


def what_numbers_do(weight: np.ndarray, explicit: bool, liked: float) -> list[str]:
    """A sentence on what numbers beside interactions do to lists, where there are any."""
    if not explicit:
        if not len(weight) or np.ptp(weight) == 0:
            return []
        return [
            "How often or how much was taken changes no list: each pair of a user and an item counts "
            "once."
        ]
    if liked > 0:
        return []
    middle = (float(weight.min()) + float(weight.max())) / 2
    low = int((weight < middle).sum())
    return [
        f"Every rating counts as taken, also the {low:,} of {len(weight):,} below {middle:g}, and how "
        "high it is changes no list; the option liked sets the least rating that counts."
    ]


def liked_alone(liked: float) -> list[str]:
    """A sentence on a least rating where there are no ratings."""
    if liked <= 0:
        return []
    return [f"There is no column of ratings or weights, so liked={liked:g} does nothing."]


def not_liked(low: np.ndarray, weight: np.ndarray, liked: float) -> list[str]:
    if low.all() and len(low):
        raise OptionError(
            f"No pair of a user and an item reaches liked={liked:g}; the highest rating or weight is "
            f"{weight.max():g}, so choose a lower one."
        )
    if not low.any():
        return []
    return [
        f"{int(low.sum()):,} of {len(low):,} pairs of a user and an item lie below liked={liked:g}: "
        "nothing is learnt from them, they need not be found, and they may be recommended again."
    ]


def outside_the_core(core: Removed, least: int) -> list[str]:
    if least <= 1:
        return []
    if not core.pairs:
        return [f"Every user and item has at least {least} entries, so core={least} leaves none out."]
    return [
        f"core={least} left out {core.users:,} users and {core.items:,} items with fewer than {least} "
        f"entries, and with them {core.pairs:,} entries."
    ]


def repeated(repeats: int, explicit: bool, timed: bool) -> list[str]:
    if not repeats:
        return []
    how = "each pair counts once"
    if explicit:
        how = "the latest rating counts" if timed else "the mean of their ratings counts"
    verb = "row repeats" if repeats == 1 else "rows repeat"
    return [f"{repeats:,} {verb} a user and an item of an earlier row; {how}."]


def _rows_have(count: int) -> str:
    return "row has" if count == 1 else "rows have"
