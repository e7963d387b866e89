"""How interactions are spread over users and items, in figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.recommendation.interactions import Interactions

TOPS = (0.01, 0.1, 0.2)
QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)


@dataclass(frozen=True)
class Removed:
    """What a filter left out."""

    users: int = 0
    items: int = 0
    pairs: int = 0


@dataclass(frozen=True)
class Shape:
    """Figures of the interactions that are kept, and of what was not.

    Attributes:
        rows: of the data that tell of a user and an item.
        users, items: kept; items nobody took are among them.
        untaken: items nobody took.
        pairs: different pairs of a user and an item.
        repeats: counted rows beyond the first of their pair.
        density: share of all possible pairs, 0 to 1.
        top: share of the pairs that the most popular 1, 10 and 20 % of the items have.
        tail: (101,) share of the pairs that the most popular 0, 1, ... 100 % of the items have.
        per_user, per_item: least, quartiles, ninth decile and most pairs of one that has any.
        single: users with one pair, of whom nothing can be held out.
        core: what the k-core left out; rounds it took.
        core_rounds: how often it was gone through.
        bots: ids of users with implausibly many rows, those with most first.
        bot_limit: rows above which a user counts as one.
        bots_dropped: whether their rows were left out.
        first, last: times of the first and the last pair in seconds since 1970, None without times.
    """

    rows: int
    users: int
    items: int
    untaken: int
    pairs: int
    repeats: int
    density: float
    top: tuple[float, ...]
    tail: np.ndarray
    per_user: tuple[float, ...]
    per_item: tuple[float, ...]
    single: int
    core: Removed = Removed()
    core_rounds: int = 0
    bots: tuple[str, ...] = ()
    bot_limit: int = 0
    bots_dropped: bool = False
    first: int | None = None
    last: int | None = None


def shape_of(
    kept: Interactions, *, rows: int, repeats: int, core: Removed, core_rounds: int,
    bots: tuple[str, ...], bot_limit: int, bots_dropped: bool,
) -> Shape:
    """Counts what is kept; the rest is handed on."""
    per_user = np.bincount(kept.user, minlength=len(kept.users))
    per_item = np.bincount(kept.item, minlength=len(kept.items))
    tail = long_tail(per_item)
    size = len(kept.users) * len(kept.items)
    timed = kept.time is not None and len(kept) > 0
    return Shape(
        rows=rows, users=len(kept.users), items=len(kept.items),
        untaken=int((per_item == 0).sum()), pairs=len(kept), repeats=repeats,
        density=len(kept) / size if size else 0.0,
        top=tuple(float(tail[round(100 * share)]) for share in TOPS), tail=tail,
        per_user=_quantiles(per_user), per_item=_quantiles(per_item),
        single=int((per_user == 1).sum()), core=core, core_rounds=core_rounds, bots=bots,
        bot_limit=bot_limit, bots_dropped=bots_dropped,
        first=int(kept.time.min()) if timed and kept.time is not None else None,
        last=int(kept.time.max()) if timed and kept.time is not None else None,
    )


def long_tail(counts: np.ndarray) -> np.ndarray:
    """(101,) share of all entries that the most popular 0, 1, ... 100 % of the items have.

    A percentage that is no whole number of items takes its part of the next one.

    Args:
        counts: (I,) entries of each item.
    """
    total = counts.sum()
    if not total:
        return np.linspace(0, 1, 101)
    running = np.concatenate([[0], np.cumsum(np.sort(counts)[::-1])]) / total
    return np.interp(np.linspace(0, len(counts), 101), np.arange(len(counts) + 1), running)


def _quantiles(counts: np.ndarray) -> tuple[float, ...]:
    present = counts[counts > 0]
    if not len(present):
        return tuple(0.0 for _ in QUANTILES)
    return tuple(float(each) for each in np.quantile(present, QUANTILES))
