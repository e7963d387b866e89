"""Whether the mean of some rows differs from that of all others by more than chance."""

from __future__ import annotations

import numpy as np

PERMUTATIONS = 4999
# Above it the mean of rows drawn at random is normal, and drawing them would take seconds.
MOST_DRAWN = 2000
# Sums of the same numbers in another order differ in their last digits.
_EQUAL = 1e-9


def mean_apart(values: np.ndarray, part: np.ndarray, seed: int = 0) -> float:
    """The p-value of the mean of a part against that of the rest, two-sided, by permutation.

    It asks how often as many rows, drawn at random from all, have a mean as low or as high, and
    doubles the rarer: exact up to the number of draws however skewed the values are, as many zeros
    make them. Where both sides have more than `MOST_DRAWN` rows, the normal distribution with the
    variance of such draws stands for them.

    Args:
        values: (n,) one for each row.
        part: (n,) whether each row belongs to the part.
        seed: of the draws.

    Returns:
        1 where nothing can differ: an empty side, or all values equal.

    Source:
        Pitman, E. J. G. (1937), Significance tests which may be applied to samples from any
        populations; Hoeffding, W. (1951), A combinatorial central limit theorem.
    """
    inside = np.asarray(part, dtype=bool)
    n, size = len(values), int(inside.sum())
    if size in (0, n) or np.ptp(values) == 0:
        return 1.0
    centred = np.asarray(values, dtype=np.float64) - np.mean(values)
    # The two sides add up to nothing, so the smaller one tells about both.
    few = min(size, n - size)
    seen = float(centred[inside if few == size else ~inside].sum())
    if few > MOST_DRAWN:
        from scipy import stats

        spread = np.sqrt(few * (n - few) / (n - 1) * np.mean(centred**2))
        return float(2 * stats.norm.sf(abs(seen) / spread))
    rng = np.random.default_rng(seed)
    sums = np.array([
        centred[rng.choice(n, few, replace=False, shuffle=False)].sum() for _ in range(PERMUTATIONS)
    ])
    same = _EQUAL * float(np.abs(centred).sum())
    rarer = min(int((sums >= seen - same).sum()), int((sums <= seen + same).sum()))
    return min(1.0, 2 * (1 + rarer) / (1 + PERMUTATIONS))
