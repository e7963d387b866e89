"""For whom and for what a recommender works: light and heavy users, groups, head and tail items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.evaluation.bootstrap import bootstrap_mean
from pipelines.evaluation.intervals import percentile_interval, wilson
from pipelines.evaluation.mean_slices import FEW, MeanSlice, mean_slices
from pipelines.evaluation.ranking_results import RankingJudgement

# The most popular fifth of the items that anybody took is called the head.
HEAD = 0.2
RESAMPLES = 1000


@dataclass(frozen=True)
class RankingSlice:
    """A part of the users or of the items to be found.

    Attributes:
        by: what it is a part by.
        value: as shown.
        n: number of users or of items to be found.
        unit: what `n` counts.
        metric: name of the score.
        mean: of the part.
        low, high: ends of its interval over users, None where a mean does not vary.
        small: too few to say much.
        p: two-sided, of the part against all others, Holm-corrected; None where it is not tested.
    """

    by: Literal["activity", "group", "popularity"]
    value: str
    n: int
    unit: str
    metric: str
    mean: float
    low: float | None
    high: float | None
    small: bool
    p: float | None


def by_activity(judgement: RankingJudgement, model: str) -> tuple[RankingSlice, ...]:
    """The primary metric for thirds of the users by how much they had taken, the lightest first.

    Empty where histories are not known or all are of one size.
    """
    histories = judgement.ground.histories
    if histories is None:
        return ()
    sizes = np.diff(histories.tocsr().indptr)
    edges = np.unique(np.quantile(sizes, [1 / 3, 2 / 3], method="lower"))
    part = np.searchsorted(edges, sizes, side="left")
    present = np.unique(part)
    if len(present) < 2:
        return ()
    words = ("light", "middle", "heavy") if len(present) == 3 else ("light", "heavy")
    names = {
        code: f"{word} ({sizes[part == code].min():,} to {sizes[part == code].max():,} items)"
        for code, word in zip(present, words, strict=True)
    }
    column = pd.Series([names[code] for code in part])
    found = {each.value: each for each in _means(judgement, model, column)}
    return tuple(_of("activity", found[names[code]], judgement) for code in present)


def by_group(judgement: RankingJudgement, model: str) -> tuple[RankingSlice, ...]:
    """The primary metric by group of users, the lowest first; empty without groups."""
    if judgement.ground.groups is None:
        return ()
    found = _means(judgement, model, judgement.ground.groups.reset_index(drop=True))
    return tuple(_of("group", each, judgement) for each in found)


def by_popularity(judgement: RankingJudgement, model: str) -> tuple[RankingSlice, ...]:
    """Share of the items to be found that are found, all users together, for head and tail items.

    It is called `found_share`, being no mean over users as recall is.

    The head is the most popular fifth of the items that were taken in training; items that nobody
    took are a part of their own. Empty where training is not known.
    """
    popularity = judgement.ground.popularity
    if popularity is None or not popularity.any():
        return ()
    taken = int((popularity > 0).sum())
    order = np.argsort(-popularity, kind="stable")
    kind = np.full(len(popularity), 1)
    kind[order[: max(1, round(HEAD * taken))]] = 0
    kind[popularity == 0] = 2
    index, k = judgement.index, judgement.k
    got = index.found(judgement.lists[model][:, :k])
    names = (f"head (most popular {100 * HEAD:.0f} %)", "tail", "nobody took it before")
    found = []
    for code, name in enumerate(names):
        rows = kind[index.item] == code
        if rows.any():
            found.append(_share(judgement, name, got[rows], index.user[rows], k))
    return tuple(found)


def slices_of(judgement: RankingJudgement, model: str) -> tuple[RankingSlice, ...]:
    """All parts of one model: by activity, by popularity and by group."""
    return (
        *by_activity(judgement, model), *by_popularity(judgement, model),
        *by_group(judgement, model),
    )


def _means(
    judgement: RankingJudgement, model: str, column: pd.Series
) -> tuple[MeanSlice, ...]:
    values = judgement.values[model][judgement.primary]
    return mean_slices(column, values, level=judgement.level, seed=judgement.seed)


def _of(
    by: Literal["activity", "group"], found: MeanSlice, judgement: RankingJudgement
) -> RankingSlice:
    return RankingSlice(
        by, found.value, found.n, "users", judgement.primary, found.mean, found.low, found.high,
        found.small, found.p,
    )


def _share(
    judgement: RankingJudgement, name: str, got: np.ndarray, user: np.ndarray, k: int
) -> RankingSlice:
    """The share of found items; those of one user are drawn together."""
    users, place = np.unique(user, return_inverse=True)
    sums = np.stack(
        [np.bincount(place, weights=got), np.bincount(place).astype(float)], axis=1
    )
    low: float | None = None
    high: float | None = None
    if not got.any() or got.all():
        # Draws would not vary; items of one user are found together, so that users are what counts.
        low, high = wilson(len(users) * float(got.mean()), len(users), judgement.level)
    elif len(users) > 1:
        draws = bootstrap_mean(sums, resamples=RESAMPLES, seed=judgement.seed)
        low, high = percentile_interval(draws[:, 0] / draws[:, 1], judgement.level)
    return RankingSlice(
        "popularity", name, len(got), "items to find", f"found_share@{k}", float(got.mean()), low, high,
        len(users) < FEW, None,
    )
