"""Lists of the best items, and the place of items that were held back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipelines.progress import SILENT, Progress
from pipelines.recommendation.recommender import Recommender

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Scores held at once: 128 MB of float32, however many items there are.
MOST_SCORES = 32_000_000


def top(
    recommender: Recommender,
    histories: csr_matrix,
    number: int,
    batch: int = 1024,
    seen: csr_matrix | None = None,
    progress: Progress = SILENT,
) -> tuple[np.ndarray, np.ndarray]:
    """The best items for each history, best first; equal scores stand in order of position.

    Args:
        recommender: a fitted method.
        histories: (n, I) weights.
        number: items wanted for each.
        batch: histories scored at once, fewer where the catalogue is large.
        seen: (n, I) what is never listed; the histories where None.
        progress: hears of the rows done.

    Returns:
        (n, number) int32 positions, -1 where nothing is left to offer, and (n, number) float32
        scores, minus infinity there.
    """
    items = np.full((histories.shape[0], number), -1, dtype=np.int32)
    scores = np.full((histories.shape[0], number), -np.inf, dtype=np.float32)
    for rows, found in _unseen_scores(recommender, histories, batch, seen):
        some = best_of(found, min(number, found.shape[1]))
        scores[rows, : some.shape[1]] = np.take_along_axis(found, some, axis=1)
        items[rows, : some.shape[1]] = some
        progress.advance(len(found))
    items[scores == -np.inf] = -1
    return items, scores


def best_of(scores: np.ndarray, number: int) -> np.ndarray:
    """Positions of the `number` highest scores of each row, best first, ties by position.

    Args:
        scores: (b, I) float32 without NaN.
        number: from 1 to I.

    Returns:
        (b, number) int64.
    """
    import torch

    values, places = torch.from_numpy(scores).topk(number, dim=1)
    chosen, lowest = places.numpy(), values[:, -1:].numpy()
    # topk picks any of the items that share the lowest place; the first of them are wanted.
    crowded = np.flatnonzero(np.count_nonzero(scores >= lowest, axis=1) > number)
    for row in crowded:
        above = np.flatnonzero(scores[row] > lowest[row])
        level = np.flatnonzero(scores[row] == lowest[row])[: number - len(above)]
        chosen[row] = np.concatenate([above, level])
    order = np.lexsort((chosen, -np.take_along_axis(scores, chosen, axis=1)), axis=1)
    return np.take_along_axis(chosen, order, axis=1)


def ranks_of(
    recommender: Recommender,
    histories: csr_matrix,
    held: Sequence[np.ndarray],
    batch: int = 1024,
    seen: csr_matrix | None = None,
) -> list[np.ndarray]:
    """Where items stand that were held back, among all items that are not seen.

    Args:
        recommender: a fitted method.
        histories: (n, I) weights.
        held: positions of items for each history, none of them seen.
        batch: histories scored at once, fewer where the catalogue is large.
        seen: (n, I) what is never listed; the histories where None.

    Returns:
        For each history the ranks of its held items in the order given, int64, 0 for the best.
    """
    ranks: list[np.ndarray] = []
    for rows, found in _unseen_scores(recommender, histories, batch, seen):
        for scores, wanted in zip(found, held[rows], strict=True):
            ranks.append(_places(scores, np.asarray(wanted, dtype=np.int64)))
    return ranks


def _places(scores: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return np.fromiter(
        (
            np.count_nonzero(scores > scores[item])
            + np.count_nonzero(scores[:item] == scores[item])
            for item in wanted
        ),
        dtype=np.int64,
        count=len(wanted),
    )


def _unseen_scores(
    recommender: Recommender, histories: csr_matrix, batch: int, seen: csr_matrix | None
) -> Iterator[tuple[slice, np.ndarray]]:
    """Batches of rows and their scores, minus infinity at what is seen."""
    histories = histories.tocsr()
    hidden = histories if seen is None else seen.tocsr()
    step = max(1, min(batch, MOST_SCORES // max(1, histories.shape[1])))
    for start in range(0, histories.shape[0], step):
        rows = slice(start, min(start + step, histories.shape[0]))
        found = recommender.scores(histories[rows])
        here = hidden[rows]
        found[np.repeat(np.arange(here.shape[0]), np.diff(here.indptr)), here.indices] = -np.inf
        yield rows, found
