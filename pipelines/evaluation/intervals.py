"""Confidence intervals: Wilson's for proportions, the percentile bootstrap for everything else."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np


def normal_quantile(level: float) -> float:
    """Returns the z with ``level`` of a standard normal between -z and z."""
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(successes: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Returns Wilson's score interval of a proportion.

    Holds its level for proportions near 0 and 1 and for few rows, where the textbook interval
    does not.

    Args:
        successes: number of rows that count, 0 to ``n``.
        n: number of rows; may be fractional, as an effective sample size is.
        level: coverage, such as 0.95.

    Returns:
        Low and high, each 0 to 1; (0, 1) for no rows.

    Source:
        Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference.
        Journal of the American Statistical Association 22, 209-212.
    """
    if n <= 0:
        return 0.0, 1.0
    z = normal_quantile(level)
    share = successes / n
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def wilson_f1(
    true_positives: int, false_positives: int, false_negatives: int, level: float = 0.95
) -> tuple[float, float]:
    """Returns an interval of the F1 of one class.

    Given the number of rows that are of the class or said to be, the hits are binomial with the
    Jaccard index J as their probability, and F1 = 2 J / (1 + J) grows with J: Wilson's interval of
    J, carried through, is one of F1. It stays honest for a perfect class, where a bootstrap has no
    width.
    """
    low, high = wilson(true_positives, true_positives + false_positives + false_negatives, level)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def percentile_interval(
    draws: np.ndarray, level: float = 0.95
) -> tuple[float, float] | tuple[None, None]:
    """Returns the percentile interval of bootstrap draws; NaN draws are undefined and left out.

    Args:
        draws: (resamples,) values of a statistic.
        level: coverage, such as 0.95.

    Returns:
        Low and high, or (None, None) when fewer than half of the draws are defined.

    Source:
        Efron, B. and Tibshirani, R. (1993), An Introduction to the Bootstrap, chapter 13.
    """
    defined = draws[np.isfinite(draws)]
    if len(defined) == 0 or 2 * len(defined) < len(draws):
        return None, None
    tail = (1 - level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)
