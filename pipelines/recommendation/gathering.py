"""From rows of a file to who took what: ids, weights and times read, repeats brought together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.errors import DataError, OptionError
from pipelines.recommendation.describing import describe, first_text
from pipelines.recommendation.feedback import Feedback, feedback
from pipelines.recommendation.filtering import implausible, k_core
from pipelines.recommendation.ids import Coded, coded
from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.moments import moments
from pipelines.recommendation.shape import Removed, Shape, shape_of

BOTS = ("keep", "drop")


@dataclass(frozen=True)
class Gathered:
    """What a file tells of users and items.

    Attributes:
        interactions: each pair once, in the order of users and items.
        catalogue: what is known of the items.
        groups: (U,) group of each user, missing where none is known; None without groups.
        explicit: whether weights are ratings.
        shape: figures.
        notes: sentences on how the rows were read and what was left out.
        repeats: of these, what was done with rows of one pair.
    """

    interactions: Interactions
    catalogue: Catalogue
    groups: pd.Series | None
    explicit: bool
    shape: Shape
    notes: tuple[str, ...]
    repeats: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rows:
    """Rows that count: positions of users and items, weights, times, and their number."""

    user: np.ndarray
    item: np.ndarray
    weight: np.ndarray
    time: np.ndarray | None

    def take(self, rows: np.ndarray) -> _Rows:
        time = None if self.time is None else self.time[rows]
        return _Rows(self.user[rows], self.item[rows], self.weight[rows], time)


def gather(
    batch: pd.DataFrame, options: Mapping[str, str] | None = None, now: float | None = None
) -> Gathered:
    """Brings rows together to one entry for each pair of a user and an item.

    Weights of a pair are added; of ratings the latest holds, or their mean without times. Rows with
    an item but no user only describe the catalogue. Neither users nor entries depend on the order of
    the rows.

    Args:
        batch: columns `user` and `item`, and as far as known `rating`, `time`, `title`,
            `attributes`, `group`.
        options: `feedback` (auto, implicit, explicit), `liked` (the least rating that counts), `core`
            (entries every user and item needs; 1 keeps all), `bots` (keep, drop).
        now: seconds since 1970 from which on times lie in the future; this moment if not given.

    Raises:
        DataError: the rows cannot teach or judge a recommender.
        OptionError: an option has a value that does not fit.
    """
    chosen = dict(options or {})
    if not len(batch):
        raise DataError("There are no rows; bring a file with one row for each thing a user took.")
    users, items = coded(batch["user"], "user"), coded(batch["item"], "item")
    notes = [*users.notes, *items.notes, *_without(users, items)]
    both = np.flatnonzero((users.codes >= 0) & (items.codes >= 0))
    if not len(both):
        raise DataError("No row has both a user and an item; choose other columns for them.")
    said = _weights(batch, both, chosen)
    counted = np.flatnonzero(np.isfinite(said.weight))
    time = None
    if "time" in batch.columns:
        read = moments(batch["time"].iloc[both[counted]], now)
        time, notes = read.seconds, [*notes, *read.notes]
    rows = _Rows(
        users.codes[both[counted]], items.codes[both[counted]], said.weight[counted], time
    )
    notes += said.notes
    bots, limit = implausible(np.bincount(rows.user, minlength=len(users.names)))
    bots = bots[np.argsort(-np.bincount(rows.user)[bots], kind="stable")]
    drop = _choice(chosen, "bots", BOTS) == "drop"
    notes += _bot_note(rows.user, bots, limit, users.names, drop)
    if drop and len(bots):
        rows = rows.take(np.flatnonzero(~np.isin(rows.user, bots)))
    whole = _aggregated(rows, said.explicit, users.names, items.names)
    kept, positions, rounds = _cored(whole, _least(chosen))
    core = _removed(whole, kept) if rounds else Removed()
    notes += _core_note(core, _least(chosen))
    _check(kept)
    catalogue, missing = describe(
        items.codes, items.names, batch.get("title"), batch.get("attributes")
    )
    repeats = tuple(_repeat_note(len(rows.user), len(whole), said.explicit, time))
    return Gathered(
        interactions=kept, catalogue=_part(catalogue, positions.items),
        groups=_groups(batch, users, positions.users), explicit=said.explicit,
        shape=shape_of(
            kept, rows=len(both), repeats=len(rows.user) - len(whole), core=core,
            core_rounds=rounds, bots=tuple(users.names[bots]), bot_limit=limit,
            bots_dropped=drop and len(bots) > 0,
        ),
        notes=(*notes, *missing, *repeats), repeats=repeats,
    )


def _weights(batch: pd.DataFrame, rows: np.ndarray, chosen: Mapping[str, str]) -> Feedback:
    cells = batch["rating"].iloc[rows] if "rating" in batch.columns else None
    liked = chosen.get("liked", "").strip()
    try:
        least = float(liked) if liked and liked not in ("all", "none") else None
    except ValueError:
        raise OptionError(
            f"liked is “{liked}”; it is the least rating that counts, for example 4, or all."
        ) from None
    return feedback(cells, len(rows), chosen.get("feedback", "auto"), least)


def _without(users: Coded, items: Coded) -> list[str]:
    notes = []
    nameless = int((items.codes < 0).sum())
    lonely = int(((users.codes < 0) & (items.codes >= 0)).sum())
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


def _rows_have(count: int) -> str:
    return "row has" if count == 1 else "rows have"


def _bot_note(
    user: np.ndarray, bots: np.ndarray, limit: int, names: np.ndarray, drop: bool
) -> list[str]:
    if not len(bots):
        return []
    most = int(np.bincount(user)[bots[0]])
    share = np.isin(user, bots).mean()
    who = "1 user has" if len(bots) == 1 else f"{len(bots):,} users have"
    end = (
        "they are left out" if drop else
        "look whether they are bots or test accounts; the option bots=drop leaves them out"
    )
    return [
        f"{who} more than {limit:,} rows each, which no person is likely to reach (“{names[bots[0]]}” "
        f"has {most:,}; together {100 * share:.0f} % of the rows): {end}."
    ]


def _aggregated(
    rows: _Rows, explicit: bool, users: np.ndarray, items: np.ndarray
) -> Interactions:
    """One entry for each pair, in the order of users and then items."""
    key = rows.user.astype(np.int64) * len(items) + rows.item
    if explicit and rows.time is not None:
        # Of ratings at one time the highest counts, so that the order of the rows does not.
        order = np.lexsort((rows.weight, rows.time, key))
    else:
        order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    sizes = np.diff(starts, append=len(key))
    weight = rows.weight[order]
    if explicit and rows.time is not None:
        weight = weight[starts + sizes - 1]
    elif len(starts):
        weight = np.add.reduceat(weight, starts) / (sizes if explicit else 1)
    time = None
    if rows.time is not None:
        time = np.minimum.reduceat(rows.time[order], starts) if len(starts) else rows.time[:0]
    first = key[starts]
    return Interactions(
        users, items, (first // len(items)).astype(np.int32), (first % len(items)).astype(np.int32),
        weight.astype(np.float32), time,
    )


@dataclass(frozen=True)
class _Positions:
    users: np.ndarray
    items: np.ndarray


def _cored(whole: Interactions, least: int) -> tuple[Interactions, _Positions, int]:
    """Entries of the core among those users who have any; without a core all items stay."""
    core = k_core(whole.user, whole.item, least)
    part = whole if core.kept.all() else whole.take(core.kept)
    users = np.unique(part.user)
    items = np.unique(part.item) if least > 1 else np.arange(len(whole.items))
    kept = replace(
        part, users=whole.users[users], items=whole.items[items],
        user=_renumbered(part.user, users, len(whole.users)),
        item=_renumbered(part.item, items, len(whole.items)),
    )
    return kept, _Positions(users, items), core.rounds


def _renumbered(position: np.ndarray, kept: np.ndarray, size: int) -> np.ndarray:
    new = np.zeros(size, dtype=np.int32)
    new[kept] = np.arange(len(kept), dtype=np.int32)
    return new[position]


def _removed(whole: Interactions, kept: Interactions) -> Removed:
    return Removed(
        users=len(np.unique(whole.user)) - len(kept.users),
        items=len(np.unique(whole.item)) - len(kept.items), pairs=len(whole) - len(kept),
    )


def _core_note(core: Removed, least: int) -> list[str]:
    if least <= 1:
        return []
    if not core.pairs:
        return [f"Every user and item has at least {least} entries, so core={least} leaves none out."]
    return [
        f"core={least} left out {core.users:,} users and {core.items:,} items with fewer than {least} "
        f"entries, and with them {core.pairs:,} entries."
    ]


def _check(kept: Interactions) -> None:
    """Refuses what nothing can be learnt from or held out of."""
    taken = len(np.unique(kept.item))
    if not len(kept):
        raise DataError(
            "Nothing is left after filtering: no user and item have as many entries as the option "
            "core asks for; choose a smaller one."
        )
    if len(kept.users) == 1:
        raise DataError(
            f"There is only one user, “{kept.users[0]}”; a recommender learns from what several took, "
            "so bring the rows of more users."
        )
    if taken == 1:
        raise DataError(
            f"Only one item, “{kept.items[kept.item[0]]}”, was taken by anybody, which leaves nothing "
            "to choose from; bring rows of more items."
        )
    if len(kept) == len(kept.users):
        raise DataError(
            f"Each of the {len(kept.users):,} users took a single item, so nothing can be held out to "
            "judge by; bring users with two items or more, or choose another user column."
        )


def _repeat_note(rows: int, pairs: int, explicit: bool, time: np.ndarray | None) -> list[str]:
    repeats = rows - pairs
    if not repeats:
        return []
    how = "their weights are added"
    if explicit:
        how = "the latest rating counts" if time is not None else "the mean of their ratings counts"
    verb = "row repeats" if repeats == 1 else "rows repeat"
    return [f"{repeats:,} {verb} a user and an item of an earlier row; {how}."]


def _part(catalogue: Catalogue, items: np.ndarray) -> Catalogue:
    categories = catalogue.categories
    return Catalogue(
        catalogue.titles[items], catalogue.texts[items],
        None if categories is None else categories[items],
    )


def _groups(batch: pd.DataFrame, users: Coded, kept: np.ndarray) -> pd.Series | None:
    if "group" not in batch.columns:
        return None
    names = first_text(users.codes, len(users.names), batch["group"])[kept]
    return pd.Series(names, dtype=object).where(names != "", None)


def _least(chosen: Mapping[str, str]) -> int:
    text = str(chosen.get("core", "1")).strip() or "1"
    if not text.isdigit() or not int(text):
        raise OptionError(f"core is “{text}”; it needs a whole number from 1 on.")
    return int(text)


def _choice(chosen: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    text = chosen.get(name, values[0])
    if text not in values:
        raise OptionError(f"{name} is “{text}”; it is one of {', '.join(values)}.")
    return text
