"""A run of recommendation: every user asks for a list, and what was held back judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError
from pipelines.arrangement import Arrangement
from pipelines.options import Options
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.gathering import Gathered, gather
from pipelines.recommendation.ids import coded
from pipelines.recommendation.interactions import Interactions
from pipelines.recommendation.lessons import ListLessons, items_of
from pipelines.recommendation.splitting import Parts, split
from pipelines.request import Request
from pipelines.split import Kind, Split


def arrange_users(request: Request, progress: Progress = SILENT) -> Arrangement:
    """Every user asks for what to take next; what they took after the training part judges.

    Raises:
        DataError: the rows cannot teach or judge.
    """
    progress.stage("Bringing interactions together", 0)
    gathered, parts = _brought(request)
    lessons = ListLessons(
        gathered.interactions, parts.train, parts.valid, gathered.catalogue, gathered.explicit,
    )
    everyone = gathered.interactions
    held = items_of(everyone.take(parts.test))
    taken = np.bincount(lessons.learnt.user, minlength=len(everyone.users))
    # Whom nothing is known of is not judged: there is nothing to tell their taste from.
    judged = np.array([len(each) > 0 for each in held]) & (taken > 0)
    rows = _first_rows(request.dataset, lessons)
    asked = np.flatnonzero(rows >= 0)
    if not judged[asked].any():
        raise DataError(
            "Nobody has interactions both to learn from and to judge by; choose another split or "
            "bring more rows."
        )
    judged, notes = _capped(judged, request.seed)
    truth = pd.Series([held[user] if judged[user] else None for user in asked], dtype=object)
    batch = pd.DataFrame({"user": everyone.users[asked], "taken": taken[asked], "held": truth})
    if gathered.groups is not None:
        batch["group"] = gathered.groups.to_numpy()[asked]
    return Arrangement(
        rows=rows[asked], batch=batch, material=batch, truth=truth, lessons=lessons,
        split=Split(
            _KINDS[parts.kind], np.zeros(0, dtype=int), np.flatnonzero(judged[asked]),
            training_rows=len(parts.train), validation_rows=len(parts.valid),
            test_rows=len(parts.test), rule=parts.kind,
        ),
        warnings=(*gathered.notes, *parts.notes, *notes),
    )


def _capped(judged: np.ndarray, seed: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """(U,) who judges, at most so many, and a sentence where some are left out."""
    there = np.flatnonzero(judged)
    if len(there) <= MOST_JUDGES:
        return judged, ()
    chosen = np.random.default_rng([seed, 2]).choice(there, MOST_JUDGES, replace=False)
    some = np.zeros_like(judged)
    some[chosen] = True
    return some, (
        f"{MOST_JUDGES:,} of the {len(there):,} users who could judge were drawn at random (seed "
        f"{seed}); the intervals are those of so many.",
    )


def _first_rows(dataset: Dataset, lessons: ListLessons) -> np.ndarray:
    """(U,) the first row of each user in the data set's frame; -1 for those without one."""
    cells = dataset.table.frame[dataset.roles["user"]]
    rows = np.full(len(lessons.all.users), -1, dtype=np.int64)
    first = np.flatnonzero((~cells.duplicated() & cells.notna()).to_numpy(dtype=bool))
    ids = coded(cells.iloc[first], "user")
    for row, code in zip(first[::-1], ids.codes[::-1], strict=True):
        place = lessons.user_at.get(ids.names[code]) if code >= 0 else None
        if place is not None:
            rows[place] = row
    return rows


# Judging more takes minutes and narrows no interval that anybody reads.
MOST_JUDGES = 50_000
# How report.json names the rules of splitting.
_KINDS: dict[str, Kind] = {
    "temporal": "temporal", "global": "temporal", "last": "temporal", "random": "random",
    "given": "given",
}


def all_lessons(dataset: Dataset, options: Options) -> ListLessons:
    """All of a data set to learn from, nothing held back.

    Raises:
        DataError: the rows cannot teach.
    """
    gathered = gather(frame_of([dataset]), options)
    everything = np.arange(len(gathered.interactions))
    return ListLessons(
        gathered.interactions, everything, everything[:0], gathered.catalogue, gathered.explicit
    )


def frame_of(datasets: Sequence[Dataset]) -> pd.DataFrame:
    """The mapped columns of data sets below each other, named by role, as they were read."""
    frames = [
        pd.DataFrame({role: each.table.frame[name] for role, name in each.roles.items()})
        for each in datasets
    ]
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def _brought(request: Request) -> tuple[Gathered, Parts]:
    """Who took what, and which entries play which part."""
    if request.training is None:
        gathered = gather(frame_of([request.dataset]), request.options)
        return gathered, split(gathered.interactions, request.options, request.seed)
    gathered = gather(frame_of([request.training, request.dataset]), request.options)
    learnt = gather(frame_of([request.training]), request.options)
    both, parts = given_parts(gathered.interactions, learnt.interactions)
    repeated = _repeated(request.dataset, both.take(parts.train))
    notes = tuple(note for note in gathered.notes if note not in gathered.repeats)
    notes = (*notes, *learnt.repeats, *repeated)
    return replace(gathered, interactions=both, notes=notes), parts


def given_parts(both: Interactions, learnt: Interactions) -> tuple[Interactions, Parts]:
    """What stands in the training file teaches, as that file alone tells it; the rest judges.

    Args:
        both: entries of the two files together.
        learnt: entries of the training file.

    Returns:
        The entries of both, those that teach with weight and time of the training file, and parts.
    """
    user_at = {name: place for place, name in enumerate(both.users)}
    item_at = {name: place for place, name in enumerate(both.items)}
    users = np.array([user_at.get(name, -1) for name in learnt.users], dtype=np.int64)
    items = np.array([item_at.get(name, -1) for name in learnt.items], dtype=np.int64)
    size = len(both.items)
    there = (users[learnt.user] >= 0) & (items[learnt.item] >= 0)
    known = (users[learnt.user] * size + items[learnt.item])[there]
    mine = both.user.astype(np.int64) * size + both.item
    teaches = np.isin(mine, known)
    # Whatever stands in both files is in `learnt` once, as it is in `both`.
    order = np.argsort(known)
    source = np.flatnonzero(there)[order[np.searchsorted(known[order], mine[teaches])]]
    weight, time = both.weight.copy(), both.time
    weight[teaches] = learnt.weight[source]
    if time is not None and learnt.time is not None:
        time = time.copy()
        time[teaches] = learnt.time[source]
    parts = Parts(
        "given", np.flatnonzero(teaches), np.zeros(0, dtype=np.int64), np.flatnonzero(~teaches)
    )
    return replace(both, weight=weight, time=time), parts


def _repeated(dataset: Dataset, taught: Interactions) -> tuple[str, ...]:
    """A sentence where pairs of the file that judges teach already."""
    frame = frame_of([dataset])
    user, item = coded(frame["user"], "user"), coded(frame["item"], "item")
    there = (user.codes >= 0) & (item.codes >= 0)
    pairs = set(zip(user.names[user.codes[there]], item.names[item.codes[there]], strict=True))
    count = sum(
        pair in pairs
        for pair in zip(taught.users[taught.user], taught.items[taught.item], strict=True)
    )
    if not count:
        return ()
    stand = "pair of a user and an item stands" if count == 1 else "pairs of a user and an item stand"
    judge = "it teaches and does" if count == 1 else "they teach and do"
    return (f"{count:,} {stand} in both files: {judge} not judge.",)
