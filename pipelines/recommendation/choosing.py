"""Chooses the settings of a method on validation interactions, within a budget of seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.errors import DataError
from pipelines.evaluation.ranking_metrics import Held, at
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.ranking import top
from pipelines.recommendation.recommender import Lessons, Recommender, Setting

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# More people than this tell no better which settings are best, only later.
MOST_JUDGES = 5_000
# To score all items for one of them and find the best, on a usual machine.
SECONDS_PER_SCORE = 3e-8
# The clock ends the comparison only where the estimate of its cost was wrong by far.
PATIENCE, LEAST_PATIENCE = 6.0, 120.0


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
        unaffordable: how many more the budget left out, by what they would cost.
        unreached: how many that the budget allows were not begun, because the clock ended it.
    """

    settings: dict[str, Setting]
    tried: tuple[Trial, ...]
    unaffordable: int = 0
    unreached: int = 0

    @property
    def stopped_early(self) -> bool:
        """Whether what was tried depended on the clock."""
        return self.unreached > 0


def choose(
    make: Callable[[dict[str, Setting]], Recommender],
    grid: Sequence[dict[str, Setting]],
    train: Lessons,
    validation_items: Sequence[np.ndarray],
    *,
    budget_seconds: float,
    cost: Callable[[dict[str, Setting]], float] = lambda settings: 0.0,
    k: int = 10,
    name: str = "Settings",
    progress: Progress = SILENT,
    clock: Callable[[], float] = time.perf_counter,
) -> Choice:
    """Compare configurations by NDCG@k on validation interactions alone.

    How many are tried is decided by what they should cost, so that the same data give the same
    settings whatever else the machine does; the first is always tried. Where the estimate was wrong
    by far, the clock ends the comparison: another is not begun where it would not end within several
    times the budget. The caller fits the chosen one again on all it may use.

    Args:
        make: gives an unfitted method for settings.
        grid: configurations, the best guess first.
        train: what is learnt from, without the validation interactions.
        validation_items: positions of the held items of each user of `train`, empty for some.
        budget_seconds: for all of it.
        cost: seconds that fitting and judging settings takes on a usual machine, from the size of
            the data alone.
        k: length of the lists.
        name: of the method, for the progress.
        progress: hears of how far each configuration is.
        clock: seconds, for tests.

    Raises:
        DataError: nobody has a validation item and a history.
        CancelledRun: the user asked to stop.
    """
    everyone = train.interactions.matrix()
    judges = people_with(validation_items, everyone)
    if not len(judges):
        raise DataError(
            "Settings are compared on validation interactions and there are none; "
            "add users with more interactions or make the validation share larger."
        )
    histories = everyone[judges]
    held = Held.of([validation_items[judge] for judge in judges], histories.shape[1])
    began, tried = clock(), list[Trial]()
    allowed = affordable([cost(settings) for settings in grid], budget_seconds)
    limit = max(LEAST_PATIENCE, PATIENCE * budget_seconds)
    for place, settings in enumerate(grid[:allowed], 1):
        slowest = max((trial.seconds for trial in tried), default=0.0)
        if tried and clock() - began + slowest > limit:
            break
        start = clock()
        learning = _Trying(progress, f"{name}, setting {place} of {allowed}")
        lists, _ = top(make(settings).fit(train, learning), histories, k)
        found = at(held.hits(lists), held.counts, k)[f"ndcg@{k}"].mean()
        tried.append(Trial(settings, float(found), clock() - start))
    best = max(tried, key=lambda trial: trial.ndcg)
    return Choice(best.settings, tuple(tried), len(grid) - allowed, allowed - len(tried))


class _Trying(Progress):
    """Tells of one configuration among several: its stages under one name."""

    def __init__(self, heard: Progress, name: str) -> None:
        self._heard, self._name = heard, name
        heard.stage(name, 0)

    def stage(self, name: str, total: int) -> None:
        self._heard.stage(self._name, total)

    def advance(self, rows: int) -> None:
        self._heard.advance(rows)


def affordable(seconds: Sequence[float], budget: float) -> int:
    """How many of the first configurations fit in the budget together, at least one.

    Args:
        seconds: that each takes, in order of trying.
        budget: seconds for all.
    """
    return max(1, int((np.cumsum(seconds) <= budget).sum()))


def seconds_to_judge(users: int, items: int) -> float:
    """What it takes on a usual machine to judge one configuration, once it is fitted."""
    return min(users, MOST_JUDGES) * items * SECONDS_PER_SCORE


def people_with(
    held: Sequence[np.ndarray], histories: csr_matrix, most: int = MOST_JUDGES
) -> np.ndarray:
    """Positions of those with held items and a history, in order; evenly thinned to `most`.

    Whoever has no history gets the same list from every method, which tells no setting from another.

    Args:
        held: positions of the held items of each user, empty for some.
        histories: (U, I) what each had taken, the held items left out.
        most: how many at most.
    """
    known = np.diff(histories.indptr) > 0
    there = np.flatnonzero(known & np.array([len(items) > 0 for items in held], dtype=bool))
    if len(there) <= most:
        return there
    return there[np.linspace(0, len(there) - 1, most).astype(np.int64)]
