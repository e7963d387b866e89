"""How far predicted amounts are off: measures for judging, and what the errors look like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.evaluation.bootstrap import bootstrap_mean
from pipelines.evaluation.grouped_rows import RowGroups
from pipelines.evaluation.intervals import percentile_interval, wilson
from pipelines.evaluation.sums import Measure

PARTS = 10
RESAMPLES = 500
# A normal distribution has 0.27 % beyond three standard deviations.
FAR = 3.0
# The largest hundredth of the errors holds a sixth of the squared error of normal ones at most.
LARGEST = 0.01


@dataclass(frozen=True)
class ResidualPart:
    """Rows of similar predicted amounts; errors are predicted less true.

    Attributes:
        least, most: of the predicted amounts.
        n: rows.
        predicted, true: their means.
        error: mean of the errors, with its bootstrap interval; above 0 too much is predicted.
        spread: standard deviation of the errors.
    """

    least: float
    most: float
    n: int
    predicted: float
    true: float
    error: float
    low: float | None
    high: float | None
    spread: float


@dataclass(frozen=True)
class Residuals:
    """What the errors of a model look like; errors are predicted less true.

    Attributes:
        parts: rows by rising predicted amount, in tenths.
        mean: of the errors.
        median: of their absolute values.
        ninetieth: absolute error that nine of ten rows stay within.
        spread: their standard deviation.
        skew: third standardised moment; 0 for symmetrical errors, NaN where they do not vary.
        excess_kurtosis: fourth standardised moment less 3; 0 for normal errors.
        far: share of the rows off by more than three standard deviations.
        largest_share: share of the squared error in the hundredth of the rows that is furthest off.
    """

    parts: tuple[ResidualPart, ...]
    mean: float
    median: float
    ninetieth: float
    spread: float
    skew: float
    excess_kurtosis: float
    far: float
    largest_share: float

    @property
    def heavy_tails(self) -> bool:
        """Whether a few rows make up much of the error: far more than normal errors have."""
        return bool(self.excess_kurtosis > 3 and self.far > 0.005)


@dataclass(frozen=True)
class Coverage:
    """How often the true amount lies in the predicted interval.

    Attributes:
        share: of the rows; with Wilson's interval.
        width: mean width of the intervals.
        n: rows.
    """

    share: float
    low: float
    high: float
    width: float
    n: int


def measures(truth: np.ndarray, predicted: np.ndarray, groups: RowGroups) -> list[Measure]:
    """RMSE, MAE and R2 as functions of sums over groups of rows.

    R2 is one less the squared error over that of the mean of the same rows, as in scikit-learn; a
    resample has a mean of its own.
    """
    n = len(truth)
    off = predicted - truth
    # A shift keeps the squares of large amounts from cancelling each other out.
    centred = truth - truth.mean() if n else truth
    table = groups.sums(np.stack([np.ones(n), off**2, np.abs(off), centred, centred**2], axis=1))
    signed = [groups.signature] if groups.signature else []
    found = [
        Measure("rmse", table[:, [1, 0]], _root, False,
                signature="|".join(["sqrt(mean(error^2))", *signed]), n=n),
        Measure("mae", table[:, [2, 0]], _mean, False,
                signature="|".join(["mean(abs(error))", *signed]), n=n),
    ]
    if n > 1 and np.ptp(truth) > 0:
        found.append(Measure(
            "r2", table[:, [1, 3, 4, 0]], _explained,
            signature="|".join(["1 - squared error / that of the mean", *signed]), n=n,
        ))
    return found


def _root(sums: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt(sums[..., 0] / sums[..., 1]))


def _mean(sums: np.ndarray) -> np.ndarray:
    return np.asarray(sums[..., 0] / sums[..., 1])


def _explained(sums: np.ndarray) -> np.ndarray:
    squared, total, squares, n = np.moveaxis(sums, -1, 0)
    around = squares - total**2 / n
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(around > 1e-12 * np.maximum(squares, 1e-300), 1 - squared / around, np.nan)


def coverage(
    truth: np.ndarray, low: np.ndarray, high: np.ndarray, level: float = 0.95
) -> Coverage:
    """How often the true amount lies between `low` and `high`, ends included; all (n,).

    Args:
        truth: what came.
        low: lower ends.
        high: upper ends.
        level: of Wilson's interval of the share.
    """
    inside = (truth >= low) & (truth <= high)
    ends = wilson(int(inside.sum()), len(truth), level)
    return Coverage(float(inside.mean()), *ends, float(np.mean(high - low)), len(truth))


def residuals(
    truth: np.ndarray, predicted: np.ndarray, *, level: float = 0.95, seed: int = 0
) -> Residuals:
    """What the errors of a model look like.

    Args:
        truth: (n,) what came.
        predicted: (n,) of it.
        level: of the intervals.
        seed: of their resamples.
    """
    off = np.asarray(predicted, float) - np.asarray(truth, float)
    spread = float(off.std())
    scaled = (off - off.mean()) / spread if spread > 0 else np.full(len(off), np.nan)
    squares = np.sort(off**2)[::-1]
    largest = squares[: max(1, int(np.ceil(LARGEST * len(off))))].sum()
    return Residuals(
        parts=_parts(truth, predicted, level, seed), mean=float(off.mean()),
        median=float(np.median(np.abs(off))), ninetieth=float(np.quantile(np.abs(off), 0.9)),
        spread=spread, skew=float((scaled**3).mean()),
        excess_kurtosis=float((scaled**4).mean() - 3),
        far=float((np.abs(scaled) > FAR).mean()),
        largest_share=float(largest / squares.sum()) if squares.sum() > 0 else 0.0,
    )


def _parts(
    truth: np.ndarray, predicted: np.ndarray, level: float, seed: int
) -> tuple[ResidualPart, ...]:
    """Tenths by the predicted amount; rows of equal ones stay together, so there may be fewer."""
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, PARTS + 1)[1:-1]))
    which = np.searchsorted(edges, predicted, side="left")
    found = []
    for part in np.unique(which):
        said, true = predicted[which == part], truth[which == part]
        off = said - true
        low: float | None = None
        high: float | None = None
        if len(off) > 1 and np.ptp(off) > 0:
            groups = RowGroups.of(len(off), seed)
            sizes = np.bincount(groups.of_row)
            # Groups differ by one row at most, which their means leave out of account.
            draws = bootstrap_mean(
                groups.sums(off[:, None])[:, 0] / sizes, resamples=RESAMPLES, seed=seed
            )[:, 0]
            low, high = percentile_interval(draws, level)
        found.append(ResidualPart(
            float(said.min()), float(said.max()), len(off), float(said.mean()), float(true.mean()),
            float(off.mean()), low, high, float(off.std()),
        ))
    return tuple(found)
