"""Rules of a business over what a method would list: what never, how much of a kind, what first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.errors import OptionError
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.ranking import MOST_SCORES, best_of
from pipelines.recommendation.recommender import Recommender

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SECONDS_PER_DAY = 86_400
# So many places of a ranking are looked at first; more where rules leave too few of them.
FIRST_LOOK = 64


@dataclass(frozen=True)
class Rules:
    """What holds for every list.

    Attributes:
        never_items: ids of items that are never listed.
        never_categories: categories of which nothing is ever listed.
        most_of_category: items of one category that a list may hold; 0 for any number. Items
            without a category do not count.
        new_days: an item is new that was first taken in the last so many days; 0 for none.
        boost: by what the score of a new item is multiplied, 1 or more.
    """

    never_items: frozenset[str] = frozenset()
    never_categories: frozenset[str] = frozenset()
    most_of_category: int = 0
    new_days: int = 0
    boost: float = 1.0

    @property
    def empty(self) -> bool:
        """Whether they change nothing."""
        named = self.never_items or self.never_categories or self.most_of_category
        return not named and (not self.new_days or self.boost == 1.0)


@dataclass(frozen=True)
class Effects:
    """What rules mean for the items of a catalogue.

    Attributes:
        banned: (I,) bool.
        category: (I,) int64 codes, -1 where an item has none.
        most: as `Rules.most_of_category`.
        new: (I,) bool.
        boost: as `Rules.boost`.
    """

    banned: np.ndarray
    category: np.ndarray
    most: int
    new: np.ndarray
    boost: float


def effects_of(rules: Rules, interactions: Interactions, catalogue: Catalogue) -> Effects:
    """Reads rules against what is known of the items.

    Args:
        rules: to be read.
        interactions: of which the times tell what is new, the latest being now.
        catalogue: of the same items.

    Raises:
        OptionError: a rule needs what the data do not have, or names what is not there.
    """
    size = len(interactions.items)
    if rules.most_of_category < 0 or rules.new_days < 0 or rules.boost < 1:
        raise OptionError(
            "A rule has a number that is too small: use at least 0 items of a category, 0 days and "
            "a factor of 1."
        )
    if catalogue.categories is None and (rules.never_categories or rules.most_of_category):
        raise OptionError(
            "The items have no categories to make rules of; map a column with attributes first."
        )
    categories = np.full(size, "", dtype=object) if catalogue.categories is None else (
        catalogue.categories
    )
    names, codes = np.unique(categories.astype(str), return_inverse=True)
    _known(rules.never_items, interactions.items, "item")
    _known(rules.never_categories, names, "category")
    return Effects(
        banned=np.isin(interactions.items.astype(str), sorted(rules.never_items))
        | np.isin(categories.astype(str), sorted(rules.never_categories)),
        category=np.where(names[codes] == "", -1, codes).astype(np.int64),
        most=rules.most_of_category,
        new=new_items(interactions, rules.new_days),
        boost=rules.boost,
    )


def new_items(interactions: Interactions, days: int) -> np.ndarray:
    """(I,) whether each item was first taken in the last days before the last interaction.

    Raises:
        OptionError: there are no times.
    """
    size = len(interactions.items)
    if not days:
        return np.zeros(size, dtype=bool)
    if interactions.time is None:
        raise OptionError("Which items are new cannot be told without times; map a time column first.")
    if not len(interactions):
        return np.zeros(size, dtype=bool)
    never = np.iinfo(np.int64).max
    first = np.full(size, never, dtype=np.int64)
    np.minimum.at(first, interactions.item, interactions.time)
    since = int(interactions.time.max()) - days * SECONDS_PER_DAY
    return np.asarray((first > since) & (first < never))


def _known(wanted: frozenset[str], there: np.ndarray, what: str) -> None:
    missing = sorted(wanted - set(there.astype(str).tolist()))
    if missing:
        raise OptionError(f"There is no {what} “{missing[0]}”; take it out of the rules.")


def ruled(scores: np.ndarray, effects: Effects, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The best items that the rules allow, best first, equal scores in order of position.

    A boost multiplies how far the score of a new item lies above the average of all that can be
    offered to the same person, so that it means the same on every scale. Items below the average
    are not lifted.

    Args:
        scores: (b, I) float32, minus infinity for what is not offered anyway; not changed.
        effects: of the rules.
        number: items wanted for each.

    Returns:
        (b, number) int32 positions, -1 where nothing is left, and (b, number) float32 scores, those
        of new items boosted, minus infinity where nothing is left.
    """
    allowed = scores.copy()
    if effects.boost != 1.0 and effects.new.any():
        _lift(allowed, effects)
    allowed[:, effects.banned] = -np.inf
    items = np.full((len(scores), number), -1, dtype=np.int32)
    found = np.full((len(scores), number), -np.inf, dtype=np.float32)
    open_rows, look = np.arange(len(scores)), max(FIRST_LOOK, 2 * number)
    while len(open_rows):
        look = min(look, scores.shape[1])
        ranked = best_of(allowed[open_rows], look)
        theirs = np.take_along_axis(allowed[open_rows], ranked, axis=1)
        keep = theirs > -np.inf
        if effects.most:
            keep &= _place_in_category(ranked, effects.category) < effects.most
        enough = (keep.sum(axis=1) >= number) | (look == scores.shape[1])
        for at in np.flatnonzero(enough):
            chosen = np.flatnonzero(keep[at])[:number]
            items[open_rows[at], : len(chosen)] = ranked[at, chosen]
            found[open_rows[at], : len(chosen)] = theirs[at, chosen]
        open_rows, look = open_rows[~enough], 4 * look
    return items, found


def _lift(scores: np.ndarray, effects: Effects) -> None:
    offered = scores > -np.inf
    total = np.where(offered, scores, 0.0).sum(axis=1, keepdims=True)
    average = total / np.maximum(offered.sum(axis=1, keepdims=True), 1)
    new = np.flatnonzero(effects.new)
    theirs = scores[:, new]
    lifted = average + effects.boost * (np.where(offered[:, new], theirs, 0.0) - average)
    scores[:, new] = np.where(theirs > average, lifted, theirs)


def _place_in_category(ranked: np.ndarray, category: np.ndarray) -> np.ndarray:
    """(b, look) how many of the same category stand before each; -1 for items without one."""
    codes = category[ranked]
    rows = np.repeat(np.arange(len(ranked)), ranked.shape[1])
    flat = codes.ravel()
    order = np.lexsort((np.arange(len(flat)), flat, rows))
    begins = np.flatnonzero(
        (np.diff(rows[order], prepend=-1) != 0) | (np.diff(flat[order], prepend=-2) != 0)
    )
    sizes = np.diff(begins, append=len(flat))
    places = np.empty(len(flat), dtype=np.int64)
    places[order] = np.arange(len(flat)) - np.repeat(begins, sizes)
    return np.where(codes < 0, -1, places.reshape(codes.shape))


def ruled_top(
    recommender: Recommender,
    histories: csr_matrix,
    number: int,
    effects: Effects,
    progress: Progress = SILENT,
    batch: int = 1024,
) -> tuple[np.ndarray, np.ndarray]:
    """As `ranking.top`, under rules.

    Args:
        recommender: a fitted method.
        histories: (n, I) weights; what is in them is never listed.
        number: items wanted for each.
        effects: of the rules.
        progress: hears of the rows done.
        batch: histories scored at once, fewer where the catalogue is large.
    """
    return served_top(recommender, histories, number, effects, progress, batch)[:2]


def served_top(
    recommender: Recommender,
    histories: csr_matrix,
    number: int,
    effects: Effects | None = None,
    progress: Progress = SILENT,
    batch: int = 1024,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `ruled_top`, with or without rules, and (n,) whether each history said anything."""
    items = np.full((histories.shape[0], number), -1, dtype=np.int32)
    scores = np.full((histories.shape[0], number), -np.inf, dtype=np.float32)
    heard = np.zeros(histories.shape[0], dtype=bool)
    histories = histories.tocsr()
    step = max(1, min(batch, MOST_SCORES // max(1, histories.shape[1])))
    for start in range(0, histories.shape[0], step):
        here = histories[start : start + step]
        rows = slice(start, start + here.shape[0])
        found, heard[rows] = recommender.heard(here)
        found[np.repeat(np.arange(here.shape[0]), np.diff(here.indptr)), here.indices] = -np.inf
        if effects is None:
            best = best_of(found, number)
            items[rows], scores[rows] = best, np.take_along_axis(found, best, axis=1)
        else:
            items[rows], scores[rows] = ruled(found, effects, number)
        progress.advance(here.shape[0])
    items[scores == -np.inf] = -1
    return items, scores, heard
