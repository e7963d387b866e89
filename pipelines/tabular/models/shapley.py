"""What each column adds to the score of any model, by switching columns on one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# Walks from a past applicant to this one; each costs one score a column.
SCORES_A_ROW = 4_000
FEWEST_WALKS, MOST_WALKS = 4, 128
MOST_AT_ONCE = 60_000


@dataclass(frozen=True)
class Walks:
    """Orders in which columns are switched, and the applicants they begin at.

    Attributes:
        starts: (w, q) encoded rows that walks begin at.
        orders: (w, columns) the order of each walk; every second one is the reverse of the one
            before, which halves the noise (Mitchell et al. 2022).
        owner: (q,) the position of the user's column that each encoded column comes from.
    """

    starts: np.ndarray
    orders: np.ndarray
    owner: np.ndarray


def make_walks(encoded: np.ndarray, owner: np.ndarray, columns: int, seed: int) -> Walks:
    """Walks that start at rows of the training data.

    Args:
        encoded: (n, q) training rows as the model reads them.
        owner: (q,) position of the user's column of each.
        columns: number of the user's columns.
        seed: decides the rows and the orders.
    """
    rng = np.random.default_rng(seed)
    number = int(np.clip(SCORES_A_ROW // (columns + 1), FEWEST_WALKS, MOST_WALKS)) // 2 * 2
    half = rng.permuted(np.tile(np.arange(columns), (number // 2, 1)), axis=1)
    orders = np.stack([half, half[:, ::-1]], axis=1).reshape(number, columns)
    starts = np.repeat(rng.choice(len(encoded), number // 2, replace=len(encoded) < number), 2)
    return Walks(np.asarray(encoded[starts]), orders, np.asarray(owner))


def shares(
    score: Callable[[np.ndarray], np.ndarray], rows: np.ndarray, walks: Walks
) -> tuple[float, np.ndarray]:
    """The mean change of the score when each column is switched to the row's own value.

    Sampled Shapley values (Štrumbelj and Kononenko 2014): the changes along a walk add up to the
    score of the row less that of the walk's start, whatever the number of walks.

    Args:
        score: scores of (m, q) encoded rows.
        rows: (n, q) encoded rows to explain.
        walks: where to start and in which order to go.

    Returns:
        The mean score of the starts, and (n, columns) what each column adds to it.
    """
    number, columns = walks.orders.shape
    place = np.argsort(walks.orders, axis=1)
    # switched[w, s, q]: whether walk w has the row's own value in encoded column q after s steps.
    switched = place[:, None, walks.owner] < np.arange(columns + 1)[None, :, None]
    base = float(np.mean(score(walks.starts)))
    added = np.zeros((len(rows), columns))
    every = max(1, MOST_AT_ONCE // (columns + 1))
    for at, row in enumerate(rows):
        for first in range(0, number, every):
            part = slice(first, first + every)
            mixed = np.where(switched[part], row, walks.starts[part, None, :])
            found = score(mixed.reshape(-1, rows.shape[1])).reshape(-1, columns + 1)
            changes = np.diff(found, axis=1)
            np.add.at(added[at], walks.orders[part].ravel(), changes.ravel())
    return base, added / number
