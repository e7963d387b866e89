"""Where in the data a system is worse: accuracy by the values of a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.paired_tests import holm

MOST_VALUES = 12
MISSING = "(missing)"
OTHER = "(other)"
# The chi-squared approximation is safe from five expected rows in each cell on (Cochran 1954).
EXPECTED_FOR_CHI2 = 5


@dataclass(frozen=True)
class Slice:
    """The rows that share a value.

    Attributes:
        value: as shown: a value, a range, a month, ``(other)`` or ``(missing)``.
        n: number of rows.
        accuracy: share of them that is right.
        low: lower end of its Wilson interval.
        high: upper end of it.
        small: fewer rows than are needed to say much.
        p: two-sided, of the slice against all other rows, Holm-corrected over the slices; 1 when
            there are no others.
    """

    value: str
    n: int
    accuracy: float
    low: float
    high: float
    small: bool
    p: float


def slices(
    frame_column: pd.Series, right: np.ndarray, min_rows: int = 30, level: float = 0.95
) -> tuple[Slice, ...]:
    """Returns accuracy by value, the worst first.

    Numbers of more than 12 values fall into quartiles, dates into months; of other values the 12
    most frequent stand alone.

    Args:
        frame_column: (n,) the column to slice by.
        right: (n,) whether the prediction is right.
        min_rows: slices with fewer rows are flagged as small.
        level: of the Wilson intervals.

    Raises:
        DataError: lengths that differ.
    """
    hit = np.asarray(right, dtype=bool)
    if len(frame_column) != len(hit):
        raise DataError(
            f"The column has {len(frame_column):,} rows, but {len(hit):,} predictions were judged."
        )
    if len(hit) == 0:
        return ()
    codes, names = pd.factorize(slice_values(frame_column))
    sizes = np.bincount(codes)
    hits = np.bincount(codes, weights=hit).astype(int)
    p_values = holm(
        [
            _against_rest(int(h), int(n), int(hit.sum()), len(hit))
            for h, n in zip(hits, sizes, strict=True)
        ]
    )
    found = []
    for name, n, h, p in zip(names, sizes, hits, p_values, strict=True):
        low, high = wilson(int(h), int(n), level)
        small = bool(n < min_rows)
        found.append(Slice(str(name), int(n), float(h / n), low, high, small, p))
    return tuple(sorted(found, key=lambda each: (each.accuracy, -each.n, each.value)))


def slice_values(column: pd.Series) -> np.ndarray:
    """Returns (n,) the name of the slice that each row of a column falls into."""
    missing = column.isna().to_numpy()
    names = np.full(len(column), MISSING, dtype=object)
    known = column[~missing]
    if len(known) == 0:
        return names
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if pd.api.types.is_datetime64_any_dtype(column):
        names[~missing] = known.dt.strftime("%Y-%m").to_numpy(dtype=object)
        return names
    if numeric and known.nunique() > MOST_VALUES:
        names[~missing] = _quartiles(known.to_numpy(dtype=float))
        return names
    text = known.astype(str).to_numpy(dtype=object)
    values, sizes = np.unique(text.astype(str), return_counts=True)
    if len(values) > MOST_VALUES:
        top = set(values[np.argsort(-sizes, kind="stable")[:MOST_VALUES]])
        text = np.array([value if value in top else OTHER for value in text], dtype=object)
    names[~missing] = text
    return names


def _quartiles(values: np.ndarray) -> np.ndarray:
    edges = np.unique(np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
    if len(edges) == 1:
        return np.full(len(values), f"{edges[0]:.6g}", dtype=object)
    at = np.clip(np.searchsorted(edges, values, side="left") - 1, 0, len(edges) - 2)
    names = [
        f"{'' if i == 0 else 'over '}{edges[i]:.6g} to {edges[i + 1]:.6g}"
        for i in range(len(edges) - 1)
    ]
    return np.array(names, dtype=object)[at]


def _against_rest(hits: int, n: int, all_hits: int, rows: int) -> float:
    from scipy import stats

    rest, rest_hits = rows - n, all_hits - hits
    if rest == 0 or all_hits in (0, rows):
        return 1.0
    table = [[hits, n - hits], [rest_hits, rest - rest_hits]]
    expected = min(n, rest) * min(all_hits, rows - all_hits) / rows
    if expected >= EXPECTED_FOR_CHI2:
        return float(stats.chi2_contingency(table, correction=False).pvalue)
    return float(stats.fisher_exact(table).pvalue)
