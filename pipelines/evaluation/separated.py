"""What a perfect ranking proves: bounds where no resample and no formula of spread has any."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pipelines.evaluation.paired_tests import ROUNDING


def separated_interval(
    area: float, sizes: Iterable[tuple[int, int]], level: float = 0.95
) -> tuple[float, float] | None:
    """The interval of an area under the ROC curve of 1 or of 0; None of any other.

    Rows of the two kinds can be paired off, min(m, n) of them, without any row in two pairs. Each of
    these pairs is in order with the probability that the area is, and all of them are where the ranking
    is perfect: so the bound is the exact one of a share of which all came.

    Args:
        area: on the rows.
        sizes: rows, and rows of the class, of each fold within which pairs were counted.
        level: coverage, at least.

    Source:
        Clopper, C. J. and Pearson, E. S. (1934), The use of confidence or fiducial limits illustrated
        in the case of the binomial. Biometrika 26, 404-413.
    """
    pairs = sum(min(own, rows - own) for rows, own in sizes)
    if pairs < 1 or ROUNDING < area < 1 - ROUNDING:
        return None
    bound = float(((1 - level) / 2) ** (1 / pairs))
    return (bound, 1.0) if area > 0.5 else (0.0, 1 - bound)


def separated_distance(rows: int, of_class: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of a Kolmogorov-Smirnov distance of 1, from that of the area.

    A curve whose height is never more than k above the diagonal lies below min(1, x + k), and its
    area is at most 1 - (1 - k)^2 / 2.

    Args:
        rows: all of them.
        of_class: those of the class.
        level: coverage, at least.
    """
    found = separated_interval(1.0, [(rows, of_class)], level)
    least = found[0] if found else 0.0
    return max(0.0, 1 - float(np.sqrt(2 * (1 - least)))), 1.0
