"""Choosing settings by cross-validation on training rows, within a budget of seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.progress import SILENT, Progress

# Up to so many rows, so many folds: with more rows fewer say as much and cost less.
FOLDS_OF_SIZE = ((4_000, 5), (25_000, 3))
# scikit-learn weighs group by group, which takes half a minute for 100,000 of them.
MANY_GROUPS = 20_000
HELD_SHARE = 0.2
MOST_HELD = 20_000
# The clock ends a search only where the estimate of its cost was wrong by far.
PATIENCE, LEAST_PATIENCE = 3.0, 60.0

Setting = float | int | str


@dataclass(frozen=True)
class Fold:
    """Positions of rows to learn from and of rows to look at."""

    learn: np.ndarray
    look: np.ndarray


@dataclass(frozen=True)
class HeldOut:
    """What models said of rows that they had not learnt from.

    Attributes:
        rows: (m,) positions among the training rows.
        scores: (m,) log odds, or amounts.
    """

    rows: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class Trial:
    """One setting that was tried.

    Attributes:
        settings: that were tried.
        loss: mean log loss, or root mean squared error, on rows not learnt from.
        seconds: it took.
    """

    settings: Mapping[str, Setting]
    loss: float
    seconds: float


@dataclass(frozen=True)
class Tried:
    """One setting with what came of it.

    Attributes:
        trial: the setting and its loss.
        held: scores of rows not learnt from.
        kept: whatever the evaluation hands on, such as fitted models of the folds.
    """

    trial: Trial
    held: HeldOut
    kept: Any


def make_folds(
    y: np.ndarray, classes: bool, groups: np.ndarray | None, seed: int
) -> tuple[Fold, ...]:
    """Folds of training rows: five of few rows, three of more, one held-out part of many.

    Args:
        y: (n,) the target.
        classes: whether both outcomes are to stand in every fold in their proportion.
        groups: (n,) rows of one group stay together; None where rows are on their own.
        seed: decides the draw.
    """
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    number = next((folds for most, folds in FOLDS_OF_SIZE if len(y) <= most), 0)
    single = number == 0
    if single:
        number = max(round(1 / HELD_SHARE), round(len(y) / MOST_HELD))
    if classes:
        number = max(2, min(number, int((y == 1).sum()), int((y == 0).sum())))
    if groups is not None and classes and len(distinct := np.unique(groups)) > MANY_GROUPS:
        fold = _dealt(y, np.searchsorted(distinct, groups), number, seed)
        return tuple(
            Fold(np.flatnonzero(fold != at), np.flatnonzero(fold == at))
            for at in range(1 if single else number)
        )
    if groups is not None:
        number = max(2, min(number, len(np.unique(groups))))
        maker = StratifiedGroupKFold if classes else GroupKFold
    else:
        maker = StratifiedKFold if classes else KFold
    split = maker(number, shuffle=True, random_state=seed).split(np.zeros(len(y)), y, groups)
    folds = tuple(Fold(learn, look) for learn, look in split)
    return folds[:1] if single else folds


def _dealt(y: np.ndarray, groups: np.ndarray, number: int, seed: int) -> np.ndarray:
    """(n,) the fold of each row: whole groups, dealt like cards to one fold after another.

    Those of as many rows and as many of the outcome follow each other, in an order that is drawn.
    """
    rows, yes = np.bincount(groups), np.bincount(groups, weights=y)
    order = np.random.default_rng(seed).permutation(len(rows))
    order = order[np.lexsort((yes[order], -rows[order]))]
    fold = np.empty(len(rows), dtype=np.int64)
    fold[order] = np.arange(len(rows)) % number
    return fold[groups]


def together(folds: Sequence[Fold], scores: Sequence[np.ndarray]) -> HeldOut:
    """The scores of each fold's held-out rows, one after another."""
    return HeldOut(
        np.concatenate([fold.look for fold in folds]),
        np.concatenate([np.asarray(each, dtype=float) for each in scores]),
    )


def affordable(
    candidates: Sequence[Mapping[str, Setting]], seconds: float, budget: float
) -> Sequence[Mapping[str, Setting]]:
    """As many of the first candidates as fit in the budget, at least one.

    Args:
        candidates: settings, the best guess first.
        seconds: that one takes on a usual machine, from the size of the data alone.
        budget: seconds for all.
    """
    return candidates[: max(1, int(budget / max(seconds, 1e-9)))]


def tune(
    candidates: Sequence[Mapping[str, Setting]],
    evaluate: Callable[[Mapping[str, Setting]], tuple[float, HeldOut, Any]],
    budget: float,
    progress: Progress = SILENT,
) -> tuple[Tried, tuple[Trial, ...]]:
    """Try settings in order; the first is always tried.

    How many there are is for `affordable` to decide, so that the same data gives the same model
    whatever else the machine does. Where it was wrong by far, the clock ends the search: a setting
    is not begun where the slowest so far would not fit in several times the budget.

    Args:
        candidates: settings, the best guess first.
        evaluate: gives the loss (lower is better), the held-out scores, and what is to be kept.
        budget: seconds.

    Returns:
        The best with what came of it, and all that were tried in order.
    """
    began = time.perf_counter()
    best: Tried | None = None
    trials: list[Trial] = []
    slowest = 0.0
    limit = max(LEAST_PATIENCE, PATIENCE * budget)
    for settings in candidates:
        at = time.perf_counter()
        if best is not None and at - began + slowest > limit:
            break
        loss, held, kept = evaluate(settings)
        seconds = time.perf_counter() - at
        slowest = max(slowest, seconds)
        trial = Trial(dict(settings), float(loss), round(seconds, 3))
        trials.append(trial)
        if best is None or loss < best.trial.loss:
            best = Tried(trial, held, kept)
        progress.advance(0)
    if best is None:
        raise ValueError("no settings to try")
    return best, tuple(trials)


def log_loss_of(scores: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """Mean log loss of log odds.

    Args:
        scores: (n,) log odds.
        y: (n,) 0 and 1.
        weight: (n,) of each row.
    """
    losses = np.logaddexp(0.0, scores) - y * scores
    return float(np.average(losses, weights=weight))


def squared_error_of(scores: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """Root of the mean squared error of amounts; shapes as in `log_loss_of`."""
    return float(np.sqrt(np.average((scores - y) ** 2, weights=weight)))
