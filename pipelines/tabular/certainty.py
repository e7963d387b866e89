"""How sure a predicted probability is: what became of held-out applicants with a score like it."""

from __future__ import annotations

import numpy as np

FEWEST, MOST, SHARE = 50, 1_000, 0.05
# 97.5 % of the normal distribution lie below it.
Z = 1.959963984540054


def similar_rates(
    scores: np.ndarray, held: np.ndarray, outcomes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """95 % intervals (Wilson 1927) of the share of the outcome among those nearest in score.

    Args:
        scores: (n,) of the applicants in question.
        held: (m,) of rows that the models which scored them had not learnt from.
        outcomes: (m,) what became of these, 0 and 1.

    Returns:
        The bounds, each (n,), between 0 and 1.
    """
    order = np.argsort(held, kind="stable")
    ordered, sums = held[order], np.r_[0.0, np.cumsum(outcomes[order])]
    number = int(min(len(held), np.clip(SHARE * len(held), FEWEST, MOST)))
    middle = np.searchsorted(ordered, scores)
    first = np.clip(middle - number // 2, 0, len(held) - number)
    share = (sums[first + number] - sums[first]) / number
    spread = Z * np.sqrt(share * (1 - share) / number + Z**2 / (4 * number**2))
    centre = share + Z**2 / (2 * number)
    scale = 1 + Z**2 / number
    return np.maximum(0.0, (centre - spread) / scale), np.minimum(1.0, (centre + spread) / scale)
