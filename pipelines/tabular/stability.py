"""How far a new table lies from the one that was learnt from: the population stability index."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.tabular.categories import flag_of, keys_of
from pipelines.tabular.dates import date_parts
from pipelines.tabular.kinds import nature_of

Level = Literal["stable", "shifting", "shifted", "cannot say"]
SHIFTING, SHIFTED = 0.1, 0.25
FEWEST_ROWS = 30
_BINS = 10
_LEVELS = 20
_EMPTY = 0.5
_SURE = 0.99
_MISSING, _REST, _NEW = "missing", "other values", "not seen in training"


@dataclass(frozen=True)
class Drift:
    """How far one column, or the score, has moved.

    Attributes:
        column: Its name.
        index: Population stability index, the sum over bins of (new - old) ln(new / old).
        noise: What the index stays below in 99 % of files in which nothing has moved, from the
            numbers of rows (Yurdakul 2018: it is a scaled chi-squared).
        level: `stable` below 0.1, `shifting` below 0.25, `shifted` above; `cannot say` of too few
            rows, and from 0.1 on where chance alone reaches the index.
        why: A sentence that names what changed most.
        bins: Names of the bins.
        reference: Share of each bin in training.
        new: Share of each bin in the new table.
    """

    column: str
    index: float
    noise: float
    level: Level
    why: str
    bins: tuple[str, ...]
    reference: tuple[float, ...]
    new: tuple[float, ...]


def drift(reference: pd.DataFrame, new: pd.DataFrame) -> tuple[Drift, ...]:
    """The drift of every feature, the largest first; ids, sentences and constants have none.

    Args:
        reference: Features of the rows that were learnt from, as read.
        new: Features of the new table; a column that it lacks counts as missing in every row.
    """
    found = []
    for name in reference.columns:
        old = reference[name]
        cells = new[name] if name in new.columns else pd.Series(np.nan, index=new.index, name=name)
        codes = _codes(old, cells)
        if codes is not None:
            found.append(_drift(str(name), *codes))
    return tuple(sorted(found, key=lambda each: -each.index))


def score_drift(reference: np.ndarray, new: np.ndarray, name: str = "score") -> Drift:
    """The drift of the model's own output, in tenths of the reference."""
    old, now, bins = _by_quantile(np.asarray(reference, float), np.asarray(new, float))
    return _drift(name, old, now, bins)


def population_stability(reference: np.ndarray, new: np.ndarray) -> float:
    """The index of two vectors of counts of the same bins.

    Empty bins count half a row, so that the index stays finite.
    """
    old, now = _shares(reference), _shares(new)
    return float(((now - old) * np.log(now / old)).sum())


def _shares(counts: np.ndarray) -> np.ndarray:
    filled = np.where(counts > 0, counts, _EMPTY)
    return filled / filled.sum()


def _drift(name: str, old: np.ndarray, now: np.ndarray, bins: tuple[str, ...]) -> Drift:
    counts = [np.bincount(codes, minlength=len(bins)).astype(float) for codes in (old, now)]
    used = (counts[0] > 0) | (counts[1] > 0)
    counts = [each[used] for each in counts]
    names = tuple(bin_ for bin_, keep in zip(bins, used, strict=True) if keep)
    shares = [each / max(each.sum(), 1.0) for each in counts]
    few = min(len(old), len(now))
    index = population_stability(*counts) if few else 0.0
    noise = _noise(len(names), len(old), len(now))
    level = _level(index, noise, few)
    why = _sentence(name, index, noise, level, names, shares[0], shares[1], few)
    return Drift(name, index, noise, level, why, names, tuple(shares[0]), tuple(shares[1]))


def _noise(bins: int, old: int, new: int) -> float:
    from scipy.stats import chi2

    if bins < 2 or not old or not new:
        return 0.0
    return float(chi2.ppf(_SURE, bins - 1) * (1 / old + 1 / new))


def _level(index: float, noise: float, rows: int) -> Level:
    if rows < FEWEST_ROWS:
        return "cannot say"
    if index < SHIFTING:
        return "stable"
    if index <= noise:
        return "cannot say"
    return "shifting" if index < SHIFTED else "shifted"


def _sentence(
    name: str, index: float, noise: float, level: Level, bins: tuple[str, ...], old: np.ndarray,
    now: np.ndarray, rows: int,
) -> str:  # fmt: skip
    if rows < FEWEST_ROWS:
        return f"“{name}”: {rows:,} rows are too few to tell a change from chance."
    if level == "cannot say":
        return (
            f"“{name}” may have moved or not (index {index:.2f}): with {rows:,} rows, chance alone "
            f"reaches {noise:.2f}; bring more rows to tell."
        )
    if level == "stable":
        return f"“{name}” is as in training (index {index:.2f})."
    most = int(np.abs((now - old) * np.log((now + 1e-6) / (old + 1e-6))).argmax())
    change = f"{bins[most]} is {now[most]:.0%} here and {old[most]:.0%} in training"
    if level == "shifting":
        return f"“{name}” is moving (index {index:.2f}, watch from 0.1): {change}."
    return (
        f"“{name}” is no longer as in training (index {index:.2f}, alarm from 0.25): {change}. "
        "Check how it is recorded, and compare predictions with outcomes before relying on them."
    )


def _codes(
    old: pd.Series, new: pd.Series
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]] | None:
    nature = nature_of(old)
    if nature.kind in ("text", "left out"):
        return None
    if nature.numerals is not None:
        return _by_quantile(nature.numerals.read(old), nature.numerals.read(new))
    if nature.kind == "date":
        reader = date_parts(old)
        days = reader.read(old)[:, 0], reader.read(new)[:, 0]
        return _by_quantile(*days, dates=True)
    if nature.kind == "flag":
        flag = flag_of([str(each) for each in keys_of(old).dropna().unique()])
        return _by_level(old, new, [each for each in (flag.no, flag.yes) if each])
    counts = keys_of(old).value_counts()
    return _by_level(old, new, [str(each) for each in counts.index[:_LEVELS]])


def _by_level(
    old: pd.Series, new: pd.Series, levels: list[str]
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    names = (*(f"“{each}”" for each in levels), _REST, _NEW, _MISSING)
    rest, never, missing = (len(levels) + extra for extra in range(3))
    place = {level: code for code, level in enumerate(levels)}
    was = keys_of(old)
    seen = set(was.dropna().unique())

    def coded(cells: pd.Series) -> np.ndarray:
        codes, distinct = pd.factorize(cells, use_na_sentinel=True)
        of = [place.get(str(each), rest if each in seen else never) for each in distinct]
        return np.array([*of, missing], dtype=np.int64)[codes]

    return coded(was), coded(keys_of(new)), names


def _by_quantile(
    old: np.ndarray, new: np.ndarray, dates: bool = False
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    known = old[np.isfinite(old)]
    if not len(known):
        edges = np.zeros(0)
    elif len(np.unique(known)) <= _BINS:
        # A bin for each value: the edges lie between them.
        values = np.unique(known)
        edges = (values[1:] + values[:-1]) / 2
    else:
        edges = np.unique(np.quantile(known, np.arange(1, _BINS) / _BINS))
    names = (*_intervals(edges, dates), _MISSING)

    def coded(values: np.ndarray) -> np.ndarray:
        codes = np.searchsorted(edges, values, side="left")
        return np.where(np.isfinite(values), codes, len(edges) + 1)

    return coded(old), coded(new), names


def _intervals(edges: np.ndarray, dates: bool) -> list[str]:
    def shown(edge: float) -> str:
        if dates:
            return str(pd.Timestamp(0) + pd.Timedelta(days=float(edge)))[:10]
        return f"{edge:,.4g}" if abs(edge) < 10_000 else f"{edge:,.0f}"

    if not len(edges):
        return ["any value"]
    between = [f"{shown(a)} to {shown(b)}" for a, b in pairwise(edges)]
    return [f"up to {shown(edges[0])}", *between, f"above {shown(edges[-1])}"]
