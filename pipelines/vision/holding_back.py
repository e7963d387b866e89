"""Which training rows are held back to tell when training should end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# With fewer, a held back part would decide by chance and be missed in training.
FEWEST_ROWS = 40
# A fifth of a small set, and of a large one no more than measures a share to one or two points.
SHARE = 0.2
MOST_ROWS = 500
LEAST_TRAINED = 2


class Parts(NamedTuple):
    """Positions of training rows: those that weights are fitted to, and those that watch."""

    train: np.ndarray
    validation: np.ndarray


def hold_back(codes: np.ndarray, groups: np.ndarray, seed: int) -> Parts:
    """Divide training rows, evenly within each class, with each group on one side.

    Args:
        codes: class number of each row.
        groups: rows of equal number are not parted.
        seed: decides the draw.

    Returns:
        Both parts in ascending order; `validation` is empty below 40 rows. Each class keeps
        two rows to train on, if it has them.
    """
    count = len(codes)
    if count < FEWEST_ROWS:
        return Parts(np.arange(count), np.zeros(0, dtype=np.int64))
    share = min(SHARE, MOST_ROWS / count)
    rng = np.random.default_rng(seed)
    heads, first, group_of = np.unique(groups, return_index=True, return_inverse=True)
    held = np.zeros(len(heads), dtype=bool)
    for code in np.unique(codes):
        members = np.flatnonzero(codes[first] == code)
        # Rounded down, so that a class of one group is trained on.
        held[rng.permutation(members)[: int(len(members) * share)]] = True
    validation = held[group_of]
    for code in np.unique(codes):
        # A group of several classes may have taken most rows of a class that leads few others.
        if (~validation[codes == code]).sum() < LEAST_TRAINED:
            validation[np.isin(group_of, group_of[codes == code])] = False
    return Parts(np.flatnonzero(~validation), np.flatnonzero(validation))
