"""Which interactions are kept: the k-core, and users that behave as no person does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Tukey's outer fence, on the logarithm of counts, which are far from symmetric otherwise.
FENCE = 3.0
LEAST_ROWS_OF_A_BOT = 500


@dataclass(frozen=True)
class Core:
    """Entries of the k-core.

    Attributes:
        kept: (n,) mask of entries.
        rounds: how often users and items were looked through until nothing changed.
    """

    kept: np.ndarray
    rounds: int


def k_core(user: np.ndarray, item: np.ndarray, least: int) -> Core:
    """Leaves out users and items with fewer than `least` entries until all have as many.

    Args:
        user, item: (n,) positions, each pair once.
        least: entries that every user and every item needs; 1 keeps everything.

    Source:
        Seidman, S. B. (1983), Network structure and minimum degree. Social Networks 5, 269-287.
    """
    rows = np.arange(len(user))
    rounds = 0
    while least > 1 and len(rows):
        rounds += 1
        enough = (np.bincount(user[rows]) >= least)[user[rows]]
        enough &= (np.bincount(item[rows]) >= least)[item[rows]]
        if enough.all():
            break
        rows = rows[enough]
    kept = np.zeros(len(user), dtype=bool)
    kept[rows] = True
    return Core(kept, rounds)


def implausible(counts: np.ndarray) -> tuple[np.ndarray, int]:
    """Users whose number of rows no person reaches, as bots, shops and test accounts do.

    Those above the third quartile by more than three interquartile ranges of the logarithm of the
    counts, and above 500 rows at any rate.

    Args:
        counts: (U,) rows of each user, 0 where none.

    Returns:
        Their positions, and the number of rows above which a user is one of them.

    Source:
        Tukey, J. W. (1977), Exploratory Data Analysis: the outer fence.
    """
    present = counts[counts > 0]
    if not len(present):
        return np.zeros(0, dtype=np.int64), LEAST_ROWS_OF_A_BOT
    low, high = np.quantile(np.log(present), [0.25, 0.75])
    # Counts of a single value have no spread; the exponent stays within what a float can hold.
    fence = float(np.exp(min(high + FENCE * (high - low), 40.0)))
    limit = int(max(fence, LEAST_ROWS_OF_A_BOT))
    return np.flatnonzero(counts > limit), limit
