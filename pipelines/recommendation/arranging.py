"""A run of recommendation: every user asks for a list, and what was held back judges it."""

from __future__ import annotations

from collections.abc import Sequence

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
from pipelines.recommendation.rule_options import fitting, rules_of
from pipelines.recommendation.splitting import Parts, split
from pipelines.recommendation.twins import twins
from pipelines.request import Request
from pipelines.split import Kind, Split

FLATTERED = (
    "These scores flatter: models also learnt what was taken after the moments that judge them."
)


def arrange_users(request: Request, progress: Progress = SILENT) -> Arrangement:
    """Every user asks for what to take next; what they took after the training part judges.

    Raises:
        DataError: the rows cannot teach or judge.
    """
    progress.stage("Bringing interactions together", 0)
    gathered, parts = _brought(request)
    items = len(gathered.interactions.items)
    if items < SHORTEST:
        raise DataError(
            f"There are {items} items, and lists of fewer than {SHORTEST} tell no method from another; "
            "bring the rows of more items, or a smaller core."
        )
    lessons = ListLessons(
        gathered.interactions, parts.train, parts.valid, gathered.catalogue, gathered.explicit,
    )
    everyone = gathered.interactions
    alike = twins(everyone)
    held = items_of(everyone.take(parts.test))
    taken = np.bincount(lessons.learnt.user, minlength=len(everyone.users))
    # Splits leave whom nothing is known of without anything held back.
    judged = np.array([len(each) > 0 for each in held])
    rows = _first_rows(request.dataset, lessons)
    asked = np.flatnonzero(rows >= 0)
    if not judged[asked].any():
        raise DataError(
            "Nobody has interactions both to learn from and to judge by; choose another split or "
            "bring more rows."
        )
    judged, notes = _capped(judged, request.seed)
    sizes = [len(held[user]) for user in asked if judged[user]]
    truth = pd.Series([held[user] if judged[user] else None for user in asked], dtype=object)
    _, unserved = fitting(rules_of(request.options), everyone, gathered.catalogue)
    batch = pd.DataFrame({"user": everyone.users[asked], "taken": taken[asked], "held": truth})
    if gathered.groups is not None:
        batch["group"] = gathered.groups.to_numpy()[asked]
    return Arrangement(
        rows=rows[asked], batch=batch, material=batch, truth=truth, lessons=lessons,
        split=Split(
            _KINDS[parts.kind], np.zeros(0, dtype=int), np.flatnonzero(judged[asked]),
            training_rows=len(parts.train), validation_rows=len(parts.valid),
            test_rows=sum(sizes), rule=parts.kind,
        ),
        warnings=(*gathered.notes, *parts.notes, *notes, *alike.notes, *unserved),
        doubt=" ".join(filter(None, (alike.doubt, FLATTERED if lessons.later_known else ""))),
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
# The shortest list that is judged.
SHORTEST = 5
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
    batch = frame_of([request.training, request.dataset])
    teaches = np.arange(len(batch)) < len(request.training.table.frame)
    gathered = gather(batch, request.options, teaches=teaches)
    assert gathered.teaches is not None, "told which rows teach"
    return gathered, given_parts(gathered.interactions, gathered.teaches)


def given_parts(interactions: Interactions, teaches: np.ndarray) -> Parts:
    """The entries of the training file teach; of the others those judge whose users it knows.

    Args:
        interactions: entries of the two files together.
        teaches: (n,) which of them stand in the training file.

    Raises:
        DataError: one of the files has nothing for its part.
    """
    known = np.zeros(len(interactions.users), dtype=bool)
    known[interactions.user[teaches]] = True
    judges = ~teaches & known[interactions.user]
    new = len(np.unique(interactions.user[~teaches & ~judges]))
    if not judges.any():
        raise DataError(
            "No user of the file for testing has an interaction in the training file besides, so "
            "nobody's next items can be told; check that both name users alike."
        )
    notes: tuple[str, ...] = ()
    if new:
        who = "1 user of the file for testing is" if new == 1 else (
            f"{new:,} users of the file for testing are"
        )
        notes = (f"{who} not in the training file; with no history they are not judged.",)
    return Parts(
        "given", np.flatnonzero(teaches), np.zeros(0, dtype=np.int64), np.flatnonzero(judges), notes
    )
