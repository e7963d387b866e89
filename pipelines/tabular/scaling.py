"""Columns of numbers and categories as standardised numbers for linear models and networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.tabular.categories import OTHER

CLIP = 8.0
_HEAVY = 6.0
_LEAST_SHARE = 0.005
_LEAST_ROWS = 10
_MISSING_ROWS = 5


@dataclass(frozen=True)
class Scaling:
    """How the dense columns follow from the parts of a plan, learnt on training rows.

    Attributes:
        part: Number of the part each dense column comes from, (q,).
        level: Code of the level a column is one for; -1 the number itself, -2 that it is missing.
        middle: Median that long tails are bent around, and that missing numbers become.
        bend: Scale of the inverse hyperbolic sine that bends long tails, 0 for none.
        mean: Mean of the column before it is standardised.
        spread: Its standard deviation.
        names: Names of the dense columns.
    """

    part: np.ndarray
    level: np.ndarray
    middle: np.ndarray
    bend: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    names: tuple[str, ...]

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
        if level >= 0:
            return (cells == level).astype(np.float64)
        return _bent(cells, self.middle[column], self.bend[column])

    def as_json(self) -> dict[str, Any]:
        """Everything as plain lists."""
        numbers = ("part", "level", "middle", "bend", "mean", "spread")
        return {name: getattr(self, name).tolist() for name in numbers} | {
            "names": list(self.names)
        }


def scaling_from(stored: dict[str, Any]) -> Scaling:
    """The scaling that `as_json` wrote."""
    whole = {name: np.asarray(stored[name], dtype=np.int64) for name in ("part", "level")}
    real = {
        name: np.asarray(stored[name], dtype=np.float64)
        for name in ("middle", "bend", "mean", "spread")
    }
    return Scaling(**whole, **real, names=tuple(stored["names"]))


def learn_scaling(
    values: np.ndarray, names: tuple[str, ...], levels: tuple[tuple[str, ...], ...]
) -> Scaling:
    """The scaling of parts (n, p), some of which are codes of `levels` (empty for numbers)."""
    rows: list[tuple[int, int, float, float, str]] = []
    for at, name in enumerate(names):
        cells = values[:, at]
        if levels[at]:
            rows += _one_hot(cells, at, name, levels[at])
        else:
            rows.append((at, -1, *_shape(cells), name))
        if _MISSING_ROWS <= np.isnan(cells).sum() < len(cells):
            rows.append((at, -2, 0.0, 0.0, f"{name} is missing"))
    part = np.array([row[0] for row in rows], dtype=np.int64)
    level = np.array([row[1] for row in rows], dtype=np.int64)
    middle, bend = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
    called = _named([(row[1], row[4]) for row in rows], names)
    mean, spread = np.zeros(len(rows)), np.ones(len(rows))
    plain = Scaling(part, level, middle, bend, mean, spread, called)
    for column in range(len(rows)):
        raw = plain._raw(values, column)
        mean[column] = raw.mean() if len(raw) else 0.0
        spread[column] = (raw.std() if len(raw) else 0.0) or 1.0
    return plain


def _named(rows: list[tuple[int, str]], parts: tuple[str, ...]) -> tuple[str, ...]:
    """Names of dense columns, with a star where a part of the table has the name already."""
    taken, found = set(parts), []
    for level, name in rows:
        while level != -1 and name in taken:
            name += "*"
        taken.add(name)
        found.append(name)
    return tuple(found)


def _one_hot(
    cells: np.ndarray, part: int, name: str, levels: tuple[str, ...]
) -> list[tuple[int, int, float, float, str]]:
    """Levels of enough rows; the rest has zeros in all of them, which is a level by itself."""
    known = cells[~np.isnan(cells)].astype(np.int64)
    counts = np.bincount(known, minlength=len(levels))
    least = max(min(_LEAST_ROWS, len(cells) // 20), _LEAST_SHARE * len(cells))
    return [
        (part, code, 0.0, 0.0, f"{name} = {level}")
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


def _bent(cells: np.ndarray, middle: float, bend: float) -> np.ndarray:
    filled = np.where(np.isnan(cells), middle, cells)
    return np.arcsinh((filled - middle) / bend) if bend else filled
