"""Where in the data a system is worse: the mean score of segments by the values of a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.evaluation.bootstrap import bootstrap_mean
from pipelines.evaluation.intervals import percentile_interval
from pipelines.evaluation.paired_tests import holm
from pipelines.evaluation.permuted_means import mean_apart
from pipelines.evaluation.slices import slice_values

FEW = 30
RESAMPLES = 1000


@dataclass(frozen=True)
class MeanSlice:
    """The segments that share a value.

    Attributes:
        value: as shown: a value, a range, a month, ``(other)`` or ``(missing)``.
        n: number of segments.
        mean: of their scores.
        low: lower end of its bootstrap interval, None for a single segment.
        high: upper end of it.
        small: fewer segments than are needed to say much.
        p: two-sided, of its mean against that of all other segments (permutation), Holm-corrected
            over the slices where there are more than two; 1 when there are no others.
    """

    value: str
    n: int
    mean: float
    low: float | None
    high: float | None
    small: bool
    p: float


def mean_slices(
    column: pd.Series, values: np.ndarray, *, level: float = 0.95, seed: int = 0
) -> tuple[MeanSlice, ...]:
    """Returns the mean by value, the lowest first.

    Args:
        column: (n,) the column to slice by; cut into slices as `slices.slice_values` does.
        values: (n,) the score of each segment.
        level: of the intervals.
        seed: of the resamples.

    Raises:
        DataError: lengths that differ.
    """
    if len(column) != len(values):
        raise DataError(
            f"The column has {len(column):,} rows, but {len(values):,} segments were judged."
        )
    if len(values) == 0:
        return ()
    codes, names = pd.factorize(slice_values(column))
    scores = np.asarray(values, dtype=np.float64)
    own = [scores[codes == code] for code in range(len(names))]
    # Two slices are each other's rest: one test, which needs no correction.
    p_values = [mean_apart(scores, codes == 0, seed)] * 2 if len(own) == 2 else holm(
        [mean_apart(scores, codes == code, seed) for code in range(len(names))]
    )
    found = []
    for name, part, p in zip(names, own, p_values, strict=True):
        low: float | None = None
        high: float | None = None
        if len(part) > 1 and np.ptp(part) > 0:
            draws = bootstrap_mean(part, resamples=RESAMPLES, seed=seed)[:, 0]
            low, high = percentile_interval(draws, level)
        small = len(part) < FEW
        found.append(MeanSlice(str(name), len(part), float(part.mean()), low, high, small, p))
    return tuple(sorted(found, key=lambda each: (each.mean, -each.n, each.value)))
