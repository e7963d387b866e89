"""How sure a probability is: what came of those who were given nearly the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.evaluation.intervals import wilson

# Enough that an interval says something, and few enough that they are alike.
FEWEST, MOST, SHARE = 50, 400, 0.05


@dataclass(frozen=True)
class SameScore:
    """Rows that judge and were given probabilities near to one.

    Attributes:
        n: how many.
        share: of them that had the outcome.
        low, high: 95 % interval of the share (Wilson).
        least, most: probabilities that they were given.
    """

    n: int
    share: float
    low: float
    high: float
    least: float
    most: float


def same_score(said: np.ndarray, actual: np.ndarray, chance: float) -> SameScore | None:
    """The outcome of the rows nearest in probability; None with too few rows.

    Those who were given exactly as far a probability as the last one taken count as well, so that
    the order of rows decides nothing.

    Args:
        said: (n,) probabilities given by models that had not seen the rows.
        actual: (n,) outcomes, 1 and 0.
        chance: the probability in question.
    """
    if len(said) < FEWEST:
        return None
    wanted = int(np.clip(SHARE * len(said), FEWEST, MOST))
    apart = np.abs(np.asarray(said, dtype=float) - chance)
    near = apart <= np.partition(apart, wanted - 1)[wanted - 1]
    count, yes = int(near.sum()), float(actual[near].sum())
    low, high = wilson(yes, count)
    return SameScore(
        count, yes / count, low, high, float(said[near].min()), float(said[near].max())
    )
