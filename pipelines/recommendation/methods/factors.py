"""What methods share that hold a vector of numbers for each item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def cosines(vectors: np.ndarray, item: int) -> np.ndarray:
    """Cosine of each row with one of them, (I,) float32; minus infinity for rows of zeros."""
    norms = np.linalg.norm(vectors, axis=1)
    there = norms > 0
    found = np.full(len(vectors), -np.inf, dtype=np.float32)
    if there[item]:
        found[there] = (vectors[there] @ vectors[item]) / (norms[there] * norms[item])
    return found


def mean_vectors(weighed: csr_matrix, vectors: np.ndarray) -> np.ndarray:
    """Mean of the vectors of each history, weighted as it is; zeros for an empty one.

    Args:
        weighed: (b, I) histories.
        vectors: (I, f) float32.

    Returns:
        (b, f) float32.
    """
    total = np.asarray(weighed.sum(axis=1)).reshape(-1, 1)
    summed: np.ndarray = weighed @ vectors
    return (summed / np.where(total > 0, total, 1.0)).astype(np.float32)
