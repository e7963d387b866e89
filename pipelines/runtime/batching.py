"""Batches of texts of similar length, and what happens when one does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

TOKENS_PER_BATCH = 2048
ROWS_PER_BATCH = 64


def token_batches(
    lengths: Sequence[int], tokens: int = TOKENS_PER_BATCH, rows: int = ROWS_PER_BATCH
) -> Iterator[np.ndarray]:
    """Indices of batches, shortest texts first, so that little is padded.

    Args:
        lengths: tokens of each text.
        tokens: most padded tokens of a batch; a longer text stands alone.
        rows: most texts of a batch.
    """
    order = np.argsort(np.asarray(lengths), kind="stable")
    start = 0
    for stop in range(1, len(order) + 1):
        full = stop - start == rows
        if stop == len(order) or full or (stop - start + 1) * lengths[order[stop]] > tokens:
            yield order[start:stop]
            start = stop


def halve_when_full(
    forward: Callable[[np.ndarray], np.ndarray], rows: np.ndarray
) -> np.ndarray:
    """`forward(rows)`, in halves when the device runs out of memory.

    Args:
        forward: gives one output row for each index.
        rows: indices of the batch.

    Raises:
        torch.OutOfMemoryError: a single row does not fit.
    """
    import torch

    try:
        return forward(rows)
    except torch.OutOfMemoryError:
        if len(rows) == 1:
            raise
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    middle = len(rows) // 2
    return np.concatenate(
        [halve_when_full(forward, rows[:middle]), halve_when_full(forward, rows[middle:])]
    )
