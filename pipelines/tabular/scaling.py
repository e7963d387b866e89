"""Columns of numbers and categories as standardised numbers for linear models and networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.tabular.categories import OTHER

CLIP = 8.0
_HEAVY = 6.0
_LEAST_SHARE = 0.005
_LEAST_ROWS = 10
# A number apart, and being missing, have a column of their own from so many rows on.
LEAST_APART = 5


@dataclass(frozen=True)
class Scaling:
    """How the dense columns follow from the parts of a plan, learnt on training rows.

    Attributes:
        part: Number of the part each dense column comes from, (q,).
        level: Code of the level a column is one for; -1 the number itself, -2 that it is missing,
            -3 that it is `code`.
        code: A number that lies apart from the others; NaN for other columns.
        middle: Median that long tails are bent around, and that missing numbers become.
        bend: Scale of the inverse hyperbolic sine that bends long tails, 0 for none.
        mean: Mean of the column before it is standardised.
        spread: Its standard deviation.
        names: Names of the dense columns.
    """

    part: np.ndarray
    level: np.ndarray
    code: np.ndarray
    middle: np.ndarray
    bend: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    names: tuple[str, ...]

    def check(self, levels: Sequence[int]) -> None:
        """Refuse what was not learnt from a table of such parts.

        Args:
            levels: Number of levels of each part; 0 of a number.

        Raises:
            ValueError: Lengths differ, a part or a level is none, or a spread is not above 0.
        """
        rows = (self.level, self.code, self.middle, self.bend, self.mean, self.spread, self.names)
        if any(len(each) != len(self.part) for each in rows):
            raise ValueError("as many of each are needed as there are dense columns")
        if len(self.part) and not (self.part.min() >= 0 and self.part.max() < len(levels)):
            raise ValueError("dense columns of other parts")
        most = np.asarray(levels, dtype=np.int64)[self.part]
        if not ((self.level >= -3) & (self.level < np.maximum(most, 0))).all():
            raise ValueError("dense columns of other levels")
        if not ((self.spread > 0).all() and (self.bend >= 0).all()):
            raise ValueError("a spread that is not above 0")
        if np.isnan(self.code[self.level == -3]).any():
            raise ValueError("a column of a code without the code")

    def dense(self, values: np.ndarray) -> np.ndarray:
        """Parts (n, p) as dense columns (n, q) float32, within ±8."""
        found = np.empty((len(values), len(self.part)), dtype=np.float32)
        for column in range(len(self.part)):
            raw = self._raw(values, column)
            raw = (raw - self.mean[column]) / self.spread[column]
            found[:, column] = np.clip(raw, -CLIP, CLIP)
        return found

    def _raw(self, values: np.ndarray, column: int) -> np.ndarray:
        cells, level = values[:, self.part[column]], self.level[column]
        if level == -2:
            return np.isnan(cells).astype(np.float64)
        if level == -3:
            return (cells == self.code[column]).astype(np.float64)
        if level >= 0:
            return (cells == level).astype(np.float64)
        codes = self.code[(self.part == self.part[column]) & (self.level == -3)]
        return _bent(_without(cells, codes), self.middle[column], self.bend[column])

    def as_json(self) -> dict[str, Any]:
        """Everything as plain lists."""
        numbers = ("part", "level", "middle", "bend", "mean", "spread")
        return {name: getattr(self, name).tolist() for name in numbers} | {
            "names": list(self.names),
            "code": [None if np.isnan(each) else each for each in self.code.tolist()],
        }


def scaling_from(stored: dict[str, Any]) -> Scaling:
    """The scaling that `as_json` wrote."""
    whole = {name: np.asarray(stored[name], dtype=np.int64) for name in ("part", "level")}
    real = {
        name: np.asarray(stored[name], dtype=np.float64)
        for name in ("middle", "bend", "mean", "spread")
    }
    code = np.array([np.nan if each is None else each for each in stored["code"]], dtype=np.float64)
    return Scaling(**whole, **real, code=code, names=tuple(stored["names"]))


@dataclass(frozen=True)
class _Row:
    """A dense column before it is standardised; its attributes are those of `Scaling`."""

    part: int
    level: int
    name: str
    middle: float = 0.0
    bend: float = 0.0
    code: float = np.nan


def learn_scaling(
    values: np.ndarray, names: tuple[str, ...], levels: tuple[tuple[str, ...], ...],
    apart: tuple[tuple[float, ...], ...] = (),
) -> Scaling:
    """The scaling of parts (n, p), some of which are codes of `levels` (empty for numbers).

    Args:
        apart: Numbers of each part that are no amounts beside the others: each of enough rows has a
            column of its own, and the number counts as the median there.
    """
    rows: list[_Row] = []
    for at, name in enumerate(names):
        cells = values[:, at]
        if levels[at]:
            rows += _one_hot(cells, at, name, levels[at])
        else:
            codes = tuple(
                code for code in (apart[at] if apart else ())
                if (cells == code).sum() >= LEAST_APART
            )
            middle, bend = _shape(_without(cells, codes))
            rows.append(_Row(at, -1, name, middle, bend))
            rows += [_Row(at, -3, f"{name} = {code:g}", code=code) for code in codes]
        if LEAST_APART <= np.isnan(cells).sum() < len(cells):
            rows.append(_Row(at, -2, f"{name} is missing"))
    mean, spread = np.zeros(len(rows)), np.ones(len(rows))
    plain = Scaling(
        part=np.array([row.part for row in rows], dtype=np.int64),
        level=np.array([row.level for row in rows], dtype=np.int64),
        code=np.array([row.code for row in rows]), middle=np.array([row.middle for row in rows]),
        bend=np.array([row.bend for row in rows]), mean=mean, spread=spread,
        names=_named(rows, names),
    )
    for column in range(len(rows)):
        raw = plain._raw(values, column)
        mean[column] = raw.mean() if len(raw) else 0.0
        spread[column] = (raw.std() if len(raw) else 0.0) or 1.0
    return plain


def _named(rows: list[_Row], parts: tuple[str, ...]) -> tuple[str, ...]:
    """Names of dense columns, with a star where a part of the table has the name already."""
    taken, found = set(parts), []
    for row in rows:
        name = row.name
        while row.level != -1 and name in taken:
            name += "*"
        taken.add(name)
        found.append(name)
    return tuple(found)


def _one_hot(
    cells: np.ndarray, part: int, name: str, levels: tuple[str, ...]
) -> list[_Row]:
    """Levels of enough rows; the rest has zeros in all of them, which is a level by itself."""
    known = cells[~np.isnan(cells)].astype(np.int64)
    counts = np.bincount(known, minlength=len(levels))
    least = max(min(_LEAST_ROWS, len(cells) // 20), _LEAST_SHARE * len(cells))
    return [
        _Row(part, code, f"{name} = {level}")
        for code, level in enumerate(levels)
        if counts[code] >= least or (level == OTHER and counts[code])
    ]


def _shape(cells: np.ndarray) -> tuple[float, float]:
    """The median of numbers, and the scale that bends their tails where those are long."""
    known = cells[~np.isnan(cells)]
    if not len(known):
        return 0.0, 0.0
    middle, spread = float(np.median(known)), float(known.std())
    if spread == 0 or np.abs(known - known.mean()).max() <= _HEAVY * spread:
        return middle, 0.0
    low, high = np.quantile(known, [0.25, 0.75])
    away = np.abs(known - middle)
    bend = float(high - low) / 1.35 or float(np.median(away[away > 0]))
    return middle, bend


def _without(cells: np.ndarray, codes: Sequence[float] | np.ndarray) -> np.ndarray:
    """The cells with codes missing."""
    return np.where(np.isin(cells, codes), np.nan, cells) if len(codes) else cells


def _bent(cells: np.ndarray, middle: float, bend: float) -> np.ndarray:
    filled = np.where(np.isnan(cells), middle, cells)
    return np.arcsinh((filled - middle) / bend) if bend else filled
