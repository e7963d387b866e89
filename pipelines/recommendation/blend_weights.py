"""Chooses how much each method counts in a blend, on validation interactions alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipelines.evaluation.ranking_metrics import Held, at
from pipelines.recommendation.choosing import people_with
from pipelines.recommendation.ranking import MOST_SCORES, best_of
from pipelines.recommendation.recommender import Recommender

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# The best of each method that are looked at: what no method has among its first hundred does not
# come into the first ten of a blend.
DEPTH = 100
STEPS = 10
PEOPLE_AT_ONCE = 512


def weights_on_validation(
    parts: Mapping[str, Recommender], histories: csr_matrix, held: Sequence[np.ndarray], k: int = 10
) -> np.ndarray:
    """The weights, in tenths, that give the highest NDCG@k on held interactions.

    Args:
        parts: fitted without the held interactions.
        histories: (U, I) what each user had taken, the held interactions left out.
        held: positions of the held items of each user, empty for some.
        k: length of the lists.

    Returns:
        (parts,) float64 that sum to 1; equal ones where nobody has a held item and a history. The
        best part alone where no mixture is better by more than the standard error of the
        difference. Of equally good ones those that lean most on the parts named first.
    """
    judges = people_with(held, histories)
    if not len(judges):
        return np.full(len(parts), 1.0 / len(parts))
    judged = Held.of([held[judge] for judge in judges], histories.shape[1])
    items, scores = _candidates(list(parts.values()), histories[judges], max(k, DEPTH))
    hits = judged.hits(items)

    def quality(weights: np.ndarray) -> np.ndarray:
        blended = np.tensordot(weights.astype(np.float32), scores, axes=1)
        places = best_of(blended, min(k, items.shape[1]))
        first = np.zeros((len(items), k), dtype=bool)
        first[:, : places.shape[1]] = np.take_along_axis(hits, places, axis=1)
        return np.asarray(at(first, judged.counts, k)[f"ndcg@{k}"])

    found = [(weights, quality(weights)) for weights in simplex(len(parts), STEPS)]
    alone = max((each for each in found if each[0].max() == 1), key=lambda each: each[1].mean())
    best = max(found, key=lambda each: each[1].mean())
    gain = best[1] - alone[1]
    # The best of many mixtures looks better than it is; a gain within its error is none.
    error = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else np.inf
    return best[0] if gain.mean() > error else alone[0]


def simplex(parts: int, steps: int) -> Iterator[np.ndarray]:
    """All weights in steps of 1 / `steps` that sum to 1, the first part's highest first."""

    def splits(left: int, places: int) -> Iterator[tuple[int, ...]]:
        if places == 1:
            yield (left,)
            return
        for mine in range(left, -1, -1):
            for rest in splits(left - mine, places - 1):
                yield (mine, *rest)

    for split in splits(steps, parts):
        yield np.asarray(split, dtype=np.float64) / steps


def standardised(scores: np.ndarray) -> np.ndarray:
    """Each row less its mean and over its standard deviation; zeros where all are equal.

    Args:
        scores: (b, I) float32.
    """
    mean = scores.mean(axis=1, keepdims=True, dtype=np.float64)
    spread = scores.std(axis=1, keepdims=True, dtype=np.float64)
    safe = np.where(spread > 0, spread, 1.0)
    return (scores - mean.astype(np.float32)) / safe.astype(np.float32)


def _candidates(
    parts: Sequence[Recommender], histories: csr_matrix, depth: int
) -> tuple[np.ndarray, np.ndarray]:
    """Items (n, c) of all the parts' best, -1 for repeats, and scores (parts, n, c) of them."""
    depth = min(depth, histories.shape[1])
    lists, scores = [], []
    step = max(1, min(PEOPLE_AT_ONCE, MOST_SCORES // (len(parts) * histories.shape[1])))
    for start in range(0, histories.shape[0], step):
        some = histories[start : start + step]
        rows = np.repeat(np.arange(some.shape[0]), np.diff(some.indptr))
        tables = [standardised(part.scores(some)) for part in parts]
        best = []
        for table in tables:
            open_ones = table.copy()
            open_ones[rows, some.indices] = -np.inf
            found = best_of(open_ones, depth)
            hidden = np.take_along_axis(open_ones, found, axis=1) == -np.inf
            best.append(np.where(hidden, -1, found))
        items = np.sort(np.concatenate(best, axis=1), axis=1)
        items[:, 1:][items[:, 1:] == items[:, :-1]] = -1
        values = np.stack([np.take_along_axis(table, np.maximum(items, 0), 1) for table in tables])
        # Far below all; minus infinity would become NaN under a weight of 0.
        values[:, items < 0] = -1e9
        lists.append(items)
        scores.append(values)
    return np.concatenate(lists), np.concatenate(scores, axis=1)
