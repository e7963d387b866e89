"""How much better a user's own classes get with more images: learnt from parts of those there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.errors import DataError
from data.images.picture import Picture
from pipelines.progress import SILENT, Progress
from pipelines.vision.alike import alike_groups
from pipelines.vision.features import feature_rows
from pipelines.vision.head import learn

REPEATS = 5
HELD_OUT = 0.25
MOST_HELD_OUT = 1000
MOST_LEARNT = 4000
STEPS = 6
FEWEST = 8


@dataclass(frozen=True)
class LearningCurve:
    """Accuracy by number of images learnt from.

    Attributes:
        sizes: images learnt from, ascending.
        mean: shape (sizes,), over the repeats, 0 to 1.
        low, high: the least and the best of the repeats; no interval for new images.
        chance: accuracy of always naming the most frequent class.
        judged: images that judge, none of which was learnt from.
    """

    sizes: tuple[int, ...]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    chance: float
    judged: int


def learning_curve(
    pictures: Sequence[Picture], labels: Sequence[str], *, seed: int = 0,
    progress: Progress = SILENT,
) -> LearningCurve:
    """Own classes, learnt anew from nested parts of the images, five times over.

    A quarter of the images judges and is never learnt from, nor is a copy of one of them
    or an image that looks like one (`alike_groups`, by which a run is split as well).

    Args:
        pictures: the user's training images.
        labels: the class of each.
        seed: decides who judges and what the parts are.

    Raises:
        DataError: there are too few images or classes, or a picture cannot be read.
        CancelledRun: the user stopped it.
    """
    codes = np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1]
    if len(pictures) < FEWEST or codes.max(initial=0) < 1:
        raise DataError(
            f"A learning curve needs at least {FEWEST} labelled images of two classes; there are "
            f"{len(pictures)} of {len(set(codes))}."
        )
    progress.stage("Looking at the images", len(pictures))
    rows = feature_rows(pictures, progress=progress)
    rng = np.random.default_rng(seed)
    groups = alike_groups(pictures, progress=progress)
    held = _held_out(codes, groups, rng)
    pool = np.flatnonzero(~held)
    judges = np.flatnonzero(held).tolist()
    if not judges or len(np.unique(codes[pool])) < 2:
        raise DataError(
            "A learning curve needs images that judge beside those that teach, and most of these "
            "are copies of one another; add different images."
        )
    orders = [_in_turn(codes[pool], rng) for _ in range(REPEATS)]
    sizes = _sizes(min(len(pool), MOST_LEARNT), len(np.unique(codes[pool])))
    progress.stage("Learning from parts of them", len(sizes) * REPEATS)
    right = np.zeros((len(sizes), REPEATS))
    for step, size in enumerate(sizes):
        for repeat, order in enumerate(orders):
            lessons = pool[order[:size]].tolist()
            head = learn(
                [rows[row] for row in lessons], [labels[row] for row in lessons], seed,
                groups[lessons],
            )
            found = head.probabilities([rows[row] for row in judges]).argmax(axis=1)
            right[step, repeat] = np.mean(
                [head.classes[code] == labels[row] for code, row in zip(found, judges, strict=True)]
            )
            progress.advance(1)
    return LearningCurve(
        sizes, right.mean(axis=1), right.min(axis=1), right.max(axis=1),
        float(np.mean(codes[judges] == np.bincount(codes[pool]).argmax())), len(judges),
    )


def _held_out(codes: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """True for the images that judge: a quarter of each class, each group of copies on one side."""
    share = min(HELD_OUT, MOST_HELD_OUT / len(codes))
    held_groups: set[int] = set()
    for code in np.unique(codes):
        members = np.unique(groups[codes == code])
        held_groups.update(rng.permutation(members)[: int(len(members) * share)].tolist())
    return np.isin(groups, list(held_groups))


def _in_turn(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random order whose every beginning holds the classes in their proportions.

    The first images are one of each class, so that none is unknown.
    """
    turn = np.zeros(len(codes))
    for code in np.unique(codes):
        members = rng.permutation(np.flatnonzero(codes == code))
        turn[members] = (np.arange(len(members)) + rng.random()) / len(members)
        turn[members[0]] = -1
    return np.argsort(turn, kind="stable")


def _sizes(most: int, classes: int) -> tuple[int, ...]:
    """Halves of the most, down to one image a class or six steps."""
    sizes = [most]
    while len(sizes) < STEPS and sizes[-1] // 2 >= max(classes, 2):
        sizes.append(sizes[-1] // 2)
    return tuple(reversed(sizes))
