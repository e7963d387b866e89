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
from pipelines.recommendation.gathering_notes import (
    bots_found,
    in_both_files,
    liked_alone,
    nameless_rows,
    not_liked,
    outside_the_core,
    repeated,
    what_numbers_do,
)
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
        teaches: (n,) which entries stand in rows that teach; None where nobody said which do.
    """

    interactions: Interactions
    catalogue: Catalogue
    groups: pd.Series | None
    explicit: bool
    shape: Shape
    notes: tuple[str, ...]
    teaches: np.ndarray | None = None


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
    batch: pd.DataFrame, options: Mapping[str, str] | None = None, now: float | None = None,
    teaches: np.ndarray | None = None,
) -> Gathered:
    """Brings rows together to one entry for each pair of a user and an item.

    Weights of a pair are added; of ratings the latest holds, or their mean without times; then those
    below `liked` go. Rows with an item but no user only describe the catalogue. Neither users nor
    entries depend on the order of the rows.

    Args:
        batch: columns `user` and `item`, and as far as known `rating`, `time`, `title`,
            `attributes`, `group`.
        options: `feedback` (auto, implicit, explicit), `liked` (the least rating that counts), `core`
            (entries every user and item needs; 1 keeps all), `bots` (keep, drop).
        now: seconds since 1970 from which on times lie in the future; this moment if not given.
        teaches: (rows,) which of them teach, where the others judge. What users and items are left
            out is told from all of them together; a pair that stands on both sides teaches, as the
            rows that teach tell it.

    Raises:
        DataError: the rows cannot teach or judge a recommender.
        OptionError: an option has a value that does not fit.
    """
    chosen = dict(options or {})
    if not len(batch):
        raise DataError("There are no rows; bring a file with one row for each thing a user took.")
    users, items = coded(batch["user"], "user"), coded(batch["item"], "item")
    notes = [*users.notes, *items.notes, *nameless_rows(users, items, _describing(batch))]
    both = np.flatnonzero((users.codes >= 0) & (items.codes >= 0))
    if not len(both):
        raise DataError("No row has both a user and an item; each needs an id of either.")
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
    bots, limit = _bots(rows.user, len(users.names))
    drop = _choice(chosen, "bots", BOTS) == "drop"
    notes += bots_found(rows.user, bots, limit, users.names, drop)
    taught: np.ndarray | None = None
    if teaches is not None:
        rows, taught, twice = _sides(rows, teaches[both[counted]], len(items.names))
        notes += in_both_files(twice)
    if drop and len(bots):
        rows = rows.take(np.flatnonzero(~np.isin(rows.user, bots)))
    whole = _aggregated(rows, said.explicit, users.names, items.names)
    repeats = len(rows.user) - len(whole)
    notes += repeated(repeats, said.explicit, time is not None)
    least, rated = _liked(chosen), "rating" in batch.columns
    if rated:
        notes += what_numbers_do(whole.weight, said.explicit, least)
    liked, told = _liked_part(whole, least) if rated else (whole, liked_alone(least))
    notes += told
    kept, positions, rounds = _cored(liked, _least(chosen))
    core = _removed(liked, kept) if rounds else Removed()
    notes += outside_the_core(core, _least(chosen))
    _check(kept, given=taught is not None)
    catalogue, missing = describe(
        items.codes, items.names, batch.get("title"), batch.get("attributes")
    )
    return Gathered(
        interactions=kept, catalogue=_part(catalogue, positions.items),
        groups=_groups(batch, users, positions.users), explicit=said.explicit,
        shape=shape_of(
            kept, rows=len(both), repeats=repeats, core=core,
            core_rounds=rounds, bots=tuple(users.names[bots]), bot_limit=limit,
            bots_dropped=drop and len(bots) > 0,
        ),
        notes=(*notes, *missing),
        teaches=None if taught is None else _among(kept, positions, taught, len(items.names)),
    )


def _weights(batch: pd.DataFrame, rows: np.ndarray, chosen: Mapping[str, str]) -> Feedback:
    cells = batch["rating"].iloc[rows] if "rating" in batch.columns else None
    return feedback(cells, len(rows), chosen.get("feedback", "auto"))


def _liked(chosen: Mapping[str, str]) -> float:
    """The least rating that counts; 0 for any."""
    text = chosen.get("liked", "").strip() or "0"
    try:
        return float(text)
    except ValueError:
        raise OptionError(
            f"liked is “{text}”; it is the least rating that counts, for example 4, or 0 for any."
        ) from None


def _liked_part(whole: Interactions, least: float) -> tuple[Interactions, list[str]]:
    """The entries that reach a weight, and what is to be said of the others."""
    # Weights are float32, and so is what they are held against.
    low = whole.weight < np.float32(least)
    return (whole.take(~low) if low.any() else whole), not_liked(low, whole.weight, least)


def _bots(user: np.ndarray, users: int) -> tuple[np.ndarray, int]:
    """Positions of users with implausibly many rows, those with most first, and from where on."""
    counts = np.bincount(user, minlength=users)
    bots, limit = implausible(counts)
    return bots[np.argsort(-counts[bots], kind="stable")], limit


def _sides(
    rows: _Rows, teaches: np.ndarray, items: int
) -> tuple[_Rows, np.ndarray, int]:
    """The rows but those that judge what teaches already.

    Returns:
        Them, the keys of the pairs that teach (user · items + item, rising), and how many pairs stand
        on both sides.

    Raises:
        DataError: all that could judge teaches already.
    """
    key = rows.user.astype(np.int64) * items + rows.item
    taught = np.unique(key[teaches])
    again = ~teaches & np.isin(key, taught)
    twice = len(np.unique(key[again]))
    if twice and int(again.sum()) == int((~teaches).sum()):
        raise DataError(
            f"All {twice:,} pairs of a user and an item in the file for testing stand in the training "
            "file too, so none is left to judge by; bring rows that the training file does not have."
        )
    return (rows.take(np.flatnonzero(~again)) if twice else rows), taught, twice


def _among(
    kept: Interactions, positions: _Positions, keys: np.ndarray, items: int
) -> np.ndarray:
    """(n,) which entries have one of the keys, which were made of positions before any filter."""
    user, item = positions.users[kept.user].astype(np.int64), positions.items[kept.item]
    return np.isin(user * items + item, keys)


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


def _check(kept: Interactions, given: bool) -> None:
    """Refuses what nothing can be learnt from or, unless it is given what judges, held out of."""
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
    if len(kept) == len(kept.users) and not given:
        raise DataError(
            f"Each of the {len(kept.users):,} users took a single item, so nothing can be held out to "
            "judge by; bring users with two items or more, or give other ids as users."
        )


def _part(catalogue: Catalogue, items: np.ndarray) -> Catalogue:
    categories = catalogue.categories
    return Catalogue(
        catalogue.titles[items], catalogue.texts[items],
        None if categories is None else categories[items],
    )


def _describing(batch: pd.DataFrame) -> np.ndarray:
    """(rows,) which are of an item alone: no user, and nothing else of what an interaction has."""
    told = [name for name in ("rating", "time") if name in batch.columns]
    if not told:
        return np.zeros(len(batch), dtype=bool)
    return np.asarray(batch[["user", *told]].isna().all(axis=1), dtype=bool)


def _groups(batch: pd.DataFrame, users: Coded, kept: np.ndarray) -> pd.Series | None:
    if "group" not in batch.columns:
        return None
    names = first_text(users.codes, len(users.names), batch["group"])[kept]
    return pd.Series(names, dtype=object).where(names != "", None)


def _least(chosen: Mapping[str, str]) -> int:
    text = str(chosen.get("core", "1")).strip() or "1"
    if not (text.isascii() and text.isdigit()) or not int(text):
        raise OptionError(f"core is “{text}”; it needs a whole number from 1 on.")
    return int(text)


def _choice(chosen: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    text = chosen.get(name, values[0])
    if text not in values:
        raise OptionError(f"{name} is “{text}”; it is one of {', '.join(values)}.")
    return text
