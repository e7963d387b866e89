"""Maximal marginal relevance: what matters most and does not repeat what was chosen."""

from __future__ import annotations

import numpy as np


def choose(relevance: np.ndarray, likeness: np.ndarray, most: int, weight: float) -> list[int]:
    """Indices of the chosen items, the most relevant first (Carbonell and Goldstein 1998).

    Args:
        relevance: of each item, shape (items,).
        likeness: of each pair of items on the same scale, shape (items, items).
        most: how many to choose.
        weight: 1 looks at relevance alone, 0 only at being unlike what was chosen.
    """
    left = list(range(len(relevance)))
    chosen: list[int] = []
    while left and len(chosen) < most:
        repeated = likeness[np.ix_(left, chosen)].max(axis=1) if chosen else np.zeros(len(left))
        gain = weight * relevance[left] - (1 - weight) * repeated
        chosen.append(left.pop(int(gain.argmax())))
    return chosen
