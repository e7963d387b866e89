"""Areas under ROC curves of several models on the same rows, with their covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, prod

import numpy as np

from pipelines.evaluation.areas import Ranking, area_influence, weighted_areas


@dataclass(frozen=True)
class Delong:
    """Areas under ROC curves on the same rows.

    Attributes:
        areas: (models,).
        covariance: (models, models) of their estimates; NaN with fewer than two rows of a kind.
        sizes: rows, and rows of the class, of each fold that has both kinds.
    """

    areas: np.ndarray
    covariance: np.ndarray
    sizes: tuple[tuple[int, int], ...] = ()

    @property
    def orders(self) -> int:
        """In how many ways rows of the two kinds can follow each other."""
        return prod(comb(rows, own) for rows, own in self.sizes)


def delong(
    truth: np.ndarray, scores: Sequence[np.ndarray], folds: np.ndarray | None = None
) -> Delong:
    """Areas under the ROC curves of several models with their covariance.

    With folds only pairs of rows within one fold count. Models of different folds are different
    models: their levels differ against what their rows came to, so that pairs across folds rank a
    model that says the same of all rows below 0.5. The area is then the mean of those of the folds,
    weighted by their pairs, and the variance the sum of theirs.

    Args:
        truth: (n,) whether a row is of the class.
        scores: (n,) of each model, higher for rows more likely to be.
        folds: (n,) the fold that judged each row; one model said all if not given.

    Returns:
        NaN where no fold holds rows of both kinds.

    Source:
        DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988), Comparing the areas under two
        or more correlated receiver operating characteristic curves. Biometrics 44, 837-845.
        Sun, X. and Xu, W. (2014), Fast implementation of DeLong's algorithm, for the ranks.
    """
    positive = np.asarray(truth, dtype=bool)
    given = [np.asarray(score, dtype=float) for score in scores]
    models = len(given)
    parts = [
        (rows, own) for rows in _rows_of(folds, len(positive))
        if 0 < (own := int(positive[rows].sum())) < len(rows)
    ]
    if not parts:
        return Delong(np.full(models, np.nan), np.full((models, models), np.nan))
    pairs = np.array([own * (len(rows) - own) for rows, own in parts])
    areas, placed = np.empty((len(parts), models)), np.zeros((len(positive), models))
    for at, (rows, _) in enumerate(parts):
        for model, score in enumerate(given):
            ranking = Ranking.of(score[rows], positive[rows])
            areas[at, model] = weighted_areas(ranking, np.ones((len(rows), 1))).roc[0]
            placed[rows, model] = area_influence(ranking).roc / len(rows)
    weights = pairs / pairs.sum()
    kinds = [[rows[positive[rows] == kind] for rows, _ in parts] for kind in (True, False)]
    covariance = sum(
        (_spread(rows, placed, areas, weights) for rows in kinds), np.zeros((models, models))
    )
    # Sums of whole numbers first: models that say the same of all rows then have 0.5 exactly.
    found = pairs @ areas / pairs.sum()
    return Delong(found, covariance, tuple((len(rows), own) for rows, own in parts))


def _rows_of(folds: np.ndarray | None, rows: int) -> list[np.ndarray]:
    if folds is None:
        return [np.arange(rows)]
    return [np.flatnonzero(folds == fold) for fold in np.unique(folds)]


def _spread(
    rows: Sequence[np.ndarray], placed: np.ndarray, areas: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """What the rows of one kind add to the covariance of the weighted mean.

    A single row of its kind does not tell how such rows vary; it takes what those of other folds
    do, and where every fold has but one, how these vary from fold to fold.

    Args:
        rows: of this kind in each fold.
        placed: (n, models) influence of each row on the area of its fold.
        areas: (folds, models).
        weights: (folds,) of the areas in the mean.
    """
    counts = np.array([len(each) for each in rows])
    products = [placed[each].T @ placed[each] for each in rows]
    many = counts > 1
    if many.any():
        # Of one row, in units of placement values.
        within = sum(
            (products[at] * counts[at] ** 2 for at in np.flatnonzero(many)),
            np.zeros_like(products[0]),
        ) / (counts[many] - 1).sum()
    elif len(counts) > 1:
        away = areas - areas.mean(axis=0)
        within = away.T @ away / (len(counts) - 1)
    else:
        within = np.full_like(products[0], np.nan)
    total = np.zeros_like(products[0])
    for weight, count, product in zip(weights, counts, products, strict=True):
        total += weight**2 * (product * count / (count - 1) if count > 1 else within / count)
    return total
