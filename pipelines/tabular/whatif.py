"""The smallest plausible change of an applicant that would turn the decision."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

MOST_CHANGES = 3
STEPS_OF_A_NUMBER = 15
MOST_LEVELS = 12
LEAST_SHARE = 0.01
# Single values that go on to be tried together.
BEST_OF_A_COLUMN, COLUMNS_TOGETHER = 4, 8
# Another category is as far as half of the applicants for a number.
COST_OF_A_LEVEL = 0.5
COST_OF_ONE_MORE = 0.1
# A number moves past so many past applicants at least: less is rounding, or the step of a tree.
LEAST_MOVE = 0.05
# How far beyond the threshold it has to come, as a share of the way to certainty.
BEYOND = 0.05
# Rows and points by which it is told how a column moves the prediction on average.
TREND_ROWS, TREND_POINTS = 100, 7
# Below this correlation of points with means a column of numbers has no overall direction.
CLEAR_TREND = 0.5


@dataclass(frozen=True)
class Change:
    """One feature with another value.

    Attributes:
        column: of the user.
        before, after: its cells.
        cost: share of past applicants between the two values; 0.5 for another category.
    """

    column: str
    before: Any
    after: Any
    cost: float


@dataclass(frozen=True)
class Flip:
    """Changes that together turn the decision.

    Attributes:
        changes: at most three.
        probability: predicted after them.
        cost: sum of theirs, and a little for every further one.
    """

    changes: tuple[Change, ...]
    probability: float
    cost: float


@dataclass(frozen=True)
class Choices:
    """The values that each column may take: those seen in training, where they are not rare.

    Attributes:
        numbers: sorted values of columns of numbers.
        levels: values of the other columns, most frequent first.
    """

    numbers: Mapping[str, np.ndarray]
    levels: Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Trends:
    """How the mean prediction of past applicants follows each column, all else as it is.

    Attributes:
        numbers: 1 where it rises with a column of numbers, -1 where it falls, 0 where neither.
        levels: of the other columns, the mean prediction at each value.
    """

    numbers: Mapping[str, int]
    levels: Mapping[str, Mapping[Any, float]]

    def along(self, change: Change, up: bool) -> bool:
        """Whether a change goes the way in which its column moves predictions on average."""
        sign = 1 if up else -1
        if change.column in self.numbers:
            before = pd.to_numeric(pd.Series([change.before]), errors="coerce").iloc[0]
            trend = self.numbers[change.column]
            return bool(pd.isna(before)) or (float(change.after) - float(before)) * trend * sign >= 0
        known = self.levels.get(change.column, {})
        if pd.isna(change.before) or change.before not in known or change.after not in known:
            return True
        return (known[change.after] - known[change.before]) * sign > 0


def trends_of(
    predict: Callable[[pd.DataFrame], np.ndarray], features: pd.DataFrame, choices: Choices
) -> Trends:
    """How predictions follow columns on average, over past applicants spread over the file.

    Args:
        predict: probabilities of a frame of features.
        features: (n, columns) cells of past applicants.
        choices: values that columns may take.
    """
    places = np.unique(np.linspace(0, len(features) - 1, TREND_ROWS).astype(int))
    some = features.iloc[places].reset_index(drop=True)

    def mean(name: str, value: Any) -> float:
        column = some[name]
        made = np.full(len(some), value, dtype=object)
        cells = pd.Series(made, index=some.index).infer_objects()
        if pd.api.types.is_numeric_dtype(column):
            cells = cells.astype("float64")
        return float(predict(some.assign(**{name: cells})).mean())

    numbers = {}
    for name, values in choices.numbers.items():
        steps = np.linspace(0.05, 0.95, TREND_POINTS)
        grid = np.unique(np.quantile(values, steps, method="nearest"))
        numbers[name] = _trend(np.array([mean(name, value) for value in grid]))
    levels = {
        name: {value: mean(name, value) for value in kept}
        for name, kept in choices.levels.items()
    }
    return Trends(numbers, levels)


def _trend(means: np.ndarray) -> int:
    if len(means) < 2 or np.ptp(means) < 1e-9:
        return 0
    found = float(np.corrcoef(np.arange(len(means)), means)[0, 1])
    return int(np.sign(found)) if abs(found) >= CLEAR_TREND else 0


def choices_of(features: pd.DataFrame, columns: Sequence[str]) -> Choices:
    """The values that training rows have in columns that a model looks at.

    Args:
        features: (n, columns) cells of training rows.
        columns: names of those to consider.
    """
    numbers: dict[str, np.ndarray] = {}
    levels: dict[str, tuple[Any, ...]] = {}
    for name in columns:
        cells = features[name].dropna()
        if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
            values = cells.to_numpy(dtype=np.float64)
            values = np.sort(values[np.isfinite(values)])
            if len(values):
                numbers[name] = values
            continue
        counts = cells.value_counts()
        kept = counts[counts >= max(2, LEAST_SHARE * len(features))]
        # Dates and sentences that all differ offer nothing that another applicant had as well.
        if len(kept):
            levels[name] = tuple(kept.index[:MOST_LEVELS])
    return Choices(numbers, levels)


def smallest_flip(
    predict: Callable[[pd.DataFrame], np.ndarray], row: pd.DataFrame, choices: Choices,
    threshold: float, fixed: Collection[str] = (), directions: Mapping[str, int] | None = None,
    trends: Trends | None = None,
) -> Flip | None:
    """The cheapest change of at most three features that puts the prediction across a threshold.

    Values are looked for among those of past applicants. A first search tries every column alone,
    then the most promising together; the numbers found are then moved back as far as they may. The
    prediction has to come clearly beyond the threshold, and no number moves by a hair's breadth.

    Args:
        predict: probabilities of a frame of features.
        row: one applicant.
        choices: values seen in training.
        threshold: of the decision; at or above it the answer is yes.
        fixed: columns that cannot or must not change, such as age.
        directions: columns that can only grow (1) or only fall (-1).
        trends: of predictions over columns; no change goes against them.

    Returns:
        The change, or None where none of this kind turns the decision.
    """
    now = float(predict(row)[0])
    up = now < threshold

    def across(found: np.ndarray) -> np.ndarray:
        if up:
            return found >= threshold + BEYOND * (1 - threshold)
        return found < (1 - BEYOND) * threshold

    singles = [
        each for each in _singles(row, choices, set(fixed), directions or {})
        if trends is None or trends.along(each, up)
    ]
    if not singles:
        return None
    found = predict(_changed(row, [(each,) for each in singles]))
    best = _cheapest([(each,) for each in singles], found, across(found))
    if best is None:
        for number in range(2, MOST_CHANGES + 1):
            sets = _together(singles, found if up else -found, now if up else -now, number)
            if not sets:
                return None
            several = predict(_changed(row, sets))
            best = _cheapest(sets, several, across(several))
            if best is not None:
                break
    return None if best is None else _shrunk(predict, row, choices, best, across)


def _singles(
    row: pd.DataFrame, choices: Choices, fixed: set[str], directions: Mapping[str, int]
) -> Iterator[Change]:
    for name, values in choices.numbers.items():
        if name in fixed or name not in row.columns:
            continue
        before = pd.to_numeric(row[name], errors="coerce").iloc[0]
        steps = np.linspace(0.01, 0.99, STEPS_OF_A_NUMBER)
        grid = np.unique(np.quantile(values, steps, method="nearest"))
        at = _place(values, before)
        for after in grid:
            cost = abs(_place(values, after) - at)
            moves = pd.isna(before) or cost >= LEAST_MOVE
            if moves and _allowed(before, after, directions.get(name, 0)):
                yield Change(name, row[name].iloc[0], after, cost)
    for name, levels in choices.levels.items():
        if name in fixed or name not in row.columns:
            continue
        before = row[name].iloc[0]
        for level in levels:
            if pd.isna(before) or level != before:
                yield Change(name, before, level, COST_OF_A_LEVEL)


def _allowed(before: float, after: float, direction: int) -> bool:
    if pd.isna(before):
        return direction == 0
    return after != before and (after - before) * direction >= 0


def _place(values: np.ndarray, value: float) -> float:
    """The share of past applicants below a value, ties counted half; a missing one is the middle."""
    if pd.isna(value):
        return 0.5
    below, upto = np.searchsorted(values, value, "left"), np.searchsorted(values, value, "right")
    return float(below + upto) / 2 / len(values)


def _together(
    singles: Sequence[Change], found: np.ndarray, now: float, number: int
) -> list[tuple[Change, ...]]:
    """Sets of so many columns, from the values of each that gain most, and most for their cost."""
    gain = found - now
    of_column: dict[str, list[int]] = {}
    for at in np.argsort(-gain, kind="stable"):
        if gain[at] > 0:
            of_column.setdefault(singles[at].column, []).append(int(at))
    names = sorted(of_column, key=lambda name: -gain[of_column[name][0]])[:COLUMNS_TOGETHER]
    kept: dict[str, list[int]] = {}
    for name in names:
        thrifty = sorted(of_column[name], key=lambda at: -gain[at] / (singles[at].cost + 0.02))
        half = BEST_OF_A_COLUMN // 2
        kept[name] = list(dict.fromkeys(of_column[name][:half] + thrifty[:half]))
    sets: list[tuple[Change, ...]] = []
    for some in combinations(names, number):
        grown: list[tuple[Change, ...]] = [()]
        for name in some:
            grown = [(*each, singles[at]) for each in grown for at in kept[name]]
        sets += grown
    return sets


def _cheapest(
    sets: Sequence[tuple[Change, ...]], found: np.ndarray, across: np.ndarray
) -> Flip | None:
    turning = [
        Flip(changes, float(after), _cost(changes))
        for changes, after, turned in zip(sets, found, across, strict=True) if turned
    ]  # fmt: skip
    return min(turning, key=lambda each: each.cost) if turning else None


def _cost(changes: Sequence[Change]) -> float:
    return sum(each.cost for each in changes) + COST_OF_ONE_MORE * (len(changes) - 1)


def _shrunk(
    predict: Callable[[pd.DataFrame], np.ndarray], row: pd.DataFrame, choices: Choices, flip: Flip,
    across: Callable[[np.ndarray], np.ndarray],
) -> Flip:
    """The same with each number moved back towards where it was, to the nearest value that turns."""
    for place, change in enumerate(flip.changes):
        values = choices.numbers.get(change.column)
        before = pd.to_numeric(pd.Series([change.before]), errors="coerce").iloc[0]
        if values is None or pd.isna(before):
            continue
        low, high = sorted((float(before), float(change.after)))
        between = np.unique(values[(values >= low) & (values <= high) & (values != before)])
        if len(between) > 40:
            between = between[np.linspace(0, len(between) - 1, 40).astype(int)]
        at = _place(values, before)
        tried = [
            (*flip.changes[:place],
             Change(change.column, change.before, value, abs(_place(values, value) - at)),
             *flip.changes[place + 1 :])
            for value in between if abs(_place(values, value) - at) >= LEAST_MOVE
        ]  # fmt: skip
        if tried:
            found = predict(_changed(row, tried))
            flip = min(
                (each for each in (_cheapest(tried, found, across(found)), flip) if each),
                key=lambda each: each.cost,
            )
    return flip


def _changed(row: pd.DataFrame, sets: Sequence[Sequence[Change]]) -> pd.DataFrame:
    """The applicant once for each set of changes."""
    made = row.iloc[np.zeros(len(sets), dtype=np.int64)].reset_index(drop=True)
    by_column: dict[str, dict[int, Any]] = {}
    for at, changes in enumerate(sets):
        for change in changes:
            by_column.setdefault(change.column, {})[at] = change.after
    for name, cells in by_column.items():
        column = made[name]
        if pd.api.types.is_numeric_dtype(column):
            # A whole number may become another that is not.
            column = column.astype("float64")
        values = column.to_numpy(dtype=object, copy=True)
        values[list(cells)] = list(cells.values())
        made[name] = pd.Series(values, index=made.index).infer_objects()
    return made
