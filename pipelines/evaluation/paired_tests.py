"""Tests of two systems on the same rows, and the correction for making several of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# With more rows on which one system alone is right both tests agree in every digit shown.
EXACT_UP_TO = 10_000
# Differences of sums that are equal on paper differ by rounding; these count as no difference.
ROUNDING = 1e-12


def mcnemar(only_first: int, only_second: int) -> tuple[float, str]:
    """Tests whether two systems are equally often right.

    Args:
        only_first: rows on which only the first system is right.
        only_second: rows on which only the second system is right.

    Returns:
        The two-sided p-value and the test's name: ``mcnemar-exact`` (binomial), or ``mcnemar-chi2``
        with Edwards' continuity correction above 10,000 such rows.

    Source:
        McNemar, Q. (1947), Note on the sampling error of the difference between correlated
        proportions or percentages. Psychometrika 12, 153-157.
    """
    from scipy import stats

    discordant = only_first + only_second
    if discordant == 0:
        return 1.0, "mcnemar-exact"
    if discordant <= EXACT_UP_TO:
        tail = stats.binom.cdf(min(only_first, only_second), discordant, 0.5)
        return float(min(1.0, 2 * tail)), "mcnemar-exact"
    distance = max(0, abs(only_first - only_second) - 1)
    return float(stats.chi2.sf(distance**2 / discordant, 1)), "mcnemar-chi2"


def bootstrap_p(differences: np.ndarray) -> float:
    """Returns the two-sided p-value of paired bootstrap differences.

    Twice the smaller of the shares at or below and at or above zero, with one added to both counts
    so that it is never 0. NaN draws are left out; with none left p is 1.

    Source:
        Davison, A. C. and Hinkley, D. V. (1997), Bootstrap Methods and their Application,
        sections 4.2 and 5.4.
    """
    defined = differences[np.isfinite(differences)]
    if len(defined) == 0:
        return 1.0
    below = np.count_nonzero(defined <= ROUNDING)
    above = np.count_nonzero(defined >= -ROUNDING)
    return float(min(1.0, 2 * (min(below, above) + 1) / (len(defined) + 1)))


def centred_bootstrap_p(differences: np.ndarray, observed: float) -> float:
    """Returns the two-sided p-value of paired bootstrap differences moved to a mean of zero.

    The share of draws that lie at least as far from their mean as the observed difference lies from
    zero, with one added to both counts so that it is never 0. NaN draws are left out; with none left
    p is 1.

    Args:
        differences: of two systems' scores, one a resample.
        observed: the difference on the rows themselves.

    Source:
        Efron, B. and Tibshirani, R. (1993), An Introduction to the Bootstrap, section 16.4.
    """
    defined = differences[np.isfinite(differences)]
    if len(defined) == 0:
        return 1.0
    away = np.abs(defined - defined.mean())
    count = np.count_nonzero(away >= abs(observed) - ROUNDING * _scale(defined))
    return float((count + 1) / (len(defined) + 1))


def sacrebleu_bootstrap_p(differences: np.ndarray, observed: float) -> float:
    """Returns the p-value that sacreBLEU gives for the same paired bootstrap draws.

    The share of draws whose size exceeds the mean size by more than the observed difference, with
    one added to both counts. Only one tail can: for a clear difference this is about half of
    `centred_bootstrap_p`. Systems that never differ get 1, where sacreBLEU gives its smallest p.

    Args:
        differences: of two systems' scores, one a resample; NaN draws are left out.
        observed: the difference on the rows themselves.

    Source:
        Riezler, S. and Maxwell, J. (2005), On some pitfalls in automatic evaluation and significance
        testing for MT, as in `sacrebleu.significance`.
    """
    sizes = np.abs(differences[np.isfinite(differences)])
    if len(sizes) == 0 or max(sizes.max(), abs(observed)) <= ROUNDING * 100:
        return 1.0
    count = np.count_nonzero(sizes - sizes.mean() > abs(observed))
    return float((count + 1) / (len(sizes) + 1))


def _scale(values: np.ndarray) -> float:
    return max(1.0, float(np.abs(values).max()))


def holm(p_values: Sequence[float]) -> list[float]:
    """Corrects p-values so that the chance of any false finding among them keeps its level.

    Source:
        Holm, S. (1979), A simple sequentially rejective multiple test procedure. Scandinavian
        Journal of Statistics 6, 65-70.
    """
    corrected = [1.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        largest = max(largest, min(1.0, p_values[index] * (len(p_values) - rank)))
        corrected[index] = largest
    return corrected
