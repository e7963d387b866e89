"""Chooses the settings of a method on validation interactions, within a budget of seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.errors import DataError
from pipelines.evaluation.ranking_metrics import Held, at
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.ranking import top
from pipelines.recommendation.recommender import Lessons, Recommender, Setting

# More people than this tell no better which settings are best, only later.
MOST_JUDGES = 5_000


@dataclass(frozen=True)
class Trial:
    """One configuration that was fitted and judged.

    Attributes:
        settings: as they were given to the method.
        ndcg: mean over the people with validation items.
        seconds: of fitting and judging.
    """

    settings: dict[str, Setting]
    ndcg: float
    seconds: float


@dataclass(frozen=True)
class Choice:
    """The best configuration and all that were tried.

    Attributes:
        settings: of the best trial; of the earlier one among equals.
        tried: in the order of trying.
        stopped_early: whether the budget ended before the grid did.
    """

    settings: dict[str, Setting]
    tried: tuple[Trial, ...]
    stopped_early: bool


def choose(
    make: Callable[[dict[str, Setting]], Recommender],
    grid: Sequence[dict[str, Setting]],
    train: Lessons,
    validation_items: Sequence[np.ndarray],
    *,
    budget_seconds: float,
    k: int = 10,
    progress: Progress = SILENT,
    clock: Callable[[], float] = time.perf_counter,
) -> Choice:
    """Compare configurations by NDCG@k on validation interactions alone.

    The first is always tried; another is begun only while the slowest so far would still end
    within the budget. The caller fits the chosen one again on all it may use.

    Args:
        make: gives an unfitted method for settings.
        grid: configurations, the best guess first.
        train: what is learnt from, without the validation interactions.
        validation_items: positions of the held items of each user of `train`, empty for some.
        budget_seconds: for all of it.
        k: length of the lists.
        progress: hears of configurations done.
        clock: seconds, for tests.

    Raises:
        DataError: nobody has a validation item.
        CancelledRun: the user asked to stop.
    """
    judges = people_with(validation_items)
    if not len(judges):
        raise DataError(
            "Settings are compared on validation interactions and there are none; "
            "add users with more interactions or make the validation share larger."
        )
    histories = train.interactions.matrix()[judges]
    held = Held.of([validation_items[judge] for judge in judges], histories.shape[1])
    began, tried = clock(), list[Trial]()
    progress.stage("settings compared", len(grid))
    for settings in grid:
        slowest = max((trial.seconds for trial in tried), default=0.0)
        if tried and clock() - began + slowest > budget_seconds:
            break
        start = clock()
        lists, _ = top(make(settings).fit(train), histories, k)
        found = at(held.hits(lists), held.counts, k)[f"ndcg@{k}"].mean()
        tried.append(Trial(settings, float(found), clock() - start))
        progress.advance(1)
    best = max(tried, key=lambda trial: trial.ndcg)
    return Choice(best.settings, tuple(tried), len(tried) < len(grid))


def people_with(held: Sequence[np.ndarray], most: int = MOST_JUDGES) -> np.ndarray:
    """Positions of those who have held items, in order; evenly thinned to at most `most`."""
    there = np.flatnonzero([len(items) > 0 for items in held])
    if len(there) <= most:
        return there
    return there[np.linspace(0, len(there) - 1, most).astype(np.int64)]
