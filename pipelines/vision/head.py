"""Learns a user's classes from features: a linear rule that is stored and differentiated alike.

Logistic regression where classes have five different images or more, nearest centroid (Snell et al.
2017) below. Both choose what they choose on the training images alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import log_softmax, softmax
from threadpoolctl import threadpool_limits

from pipelines.classifiers.linear import ONE_FIT
from pipelines.vision.strength import choose_strength, frequent_rows, rule_of

# How much it counts what the mirror image changes; the loss on rows left out decides. Photos rarely
# need it (CIFAR-10 at 224 pixels: 0.786 right at 0.3, 0.765 at 1), but digits told from their mirror
# images do: 0.53 right at 0.3, 0.68 at 1.
MIRRORS = (0.3, 1.0)
# As good as all 3,264 features on CIFAR-10 (0.794), and more than ten times faster to fit.
DIRECTIONS = 256
SAMPLE = 3000
CHUNK = 1000
TEMPERATURES = (0.03, 0.05, 0.08, 0.12, 0.2, 0.3)
# Best for one image a class of CIFAR-10, where there is nothing to choose it on.
USUAL_TEMPERATURE = 0.08
FEWEST_LEFT_OUT = 5


@dataclass(frozen=True)
class LinearHead:
    """Class logits of features x: weights · (x - centre) * scale + bias.

    Attributes:
        classes: names in the order of the logits.
        centre, scale: shape (features,).
        weights: shape (classes, features).
        bias: shape (classes,).
        unit: whether (x - centre) * scale is brought to unit length first.
    """

    classes: tuple[str, ...]
    centre: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    unit: bool

    def probabilities(self, rows: Sequence[np.ndarray]) -> np.ndarray:
        """Float64, shape (rows, classes); each row of the argument is of shape (features,)."""
        found = [
            softmax(self._logits(np.stack(rows[start : start + CHUNK])), axis=1)
            for start in range(0, len(rows), CHUNK)
        ]
        return np.concatenate(found) if found else np.zeros((0, len(self.classes)))

    def _logits(self, features: np.ndarray) -> np.ndarray:
        shifted = (features.astype(np.float32) - self.centre) * self.scale
        if self.unit:
            shifted = _unit(shifted)
        # In float64, as a product is rounded by its shape: a row alone would differ visibly.
        return shifted.astype(np.float64) @ self.weights.T.astype(np.float64) + self.bias


def learn(
    rows: Sequence[np.ndarray], labels: Sequence[str], seed: int, groups: np.ndarray | None = None
) -> LinearHead:
    """Fit to labelled features.

    Args:
        rows: float arrays of shape (features,): means of both views, then half their difference.
        labels: the class of each, two classes at least.
        seed: decides folds, and the rows that stand for a large set in finding directions.
        groups: shape (rows,), equal for copies: none judges what another taught when strength and
            temperature are chosen. Each row is a group of its own when None.
    """
    truth = pd.Series(list(labels), dtype=object)
    groups = np.arange(len(truth)) if groups is None else np.asarray(groups)
    frequent = frequent_rows(truth.to_numpy(dtype=str), groups)
    if truth[frequent].nunique() >= 2 and 2 * frequent.sum() >= len(truth):
        return _regression(rows, truth, frequent, groups, seed)
    return _centroids(rows, truth, groups)


def _regression(
    rows: Sequence[np.ndarray], truth: pd.Series, frequent: np.ndarray, groups: np.ndarray, seed: int
) -> LinearHead:
    """Logistic regression; what it chooses is chosen on the classes that have enough rows for it."""
    from sklearn.linear_model import LogisticRegression

    classes, codes = np.unique(truth.to_numpy(dtype=str), return_inverse=True)
    known = np.unique(codes[frequent], return_inverse=True)[1]
    axes = [_main_axes(rows, mirror, seed) for mirror in MIRRORS]
    # On matrices this small several threads mostly wait for each other.
    with ONE_FIT, threadpool_limits(1, user_api="blas"):
        coordinates = [each.of(rows) for each in axes]
        tried = [
            choose_strength(each[frequent], known, seed, groups[frequent]) for each in coordinates
        ]
        best = min(range(len(MIRRORS)), key=lambda place: tried[place].loss)
        model = LogisticRegression(C=tried[best].strength, max_iter=300, tol=1e-3)
        weights, bias = rule_of(model.fit(coordinates[best], codes))
    temperature = tried[best].temperature
    return LinearHead(
        classes=tuple(str(name) for name in classes), centre=axes[best].centre,
        scale=axes[best].scale, bias=bias / temperature, unit=False,
        weights=(weights @ axes[best].directions / temperature).astype(np.float32),
    )


@dataclass(frozen=True)
class _Axes:
    """Where features lie among the training rows: centre, scale, and directions (axes, features)."""

    centre: np.ndarray
    scale: np.ndarray
    directions: np.ndarray

    def of(self, rows: Sequence[np.ndarray]) -> np.ndarray:
        """Coordinates in float64, shape (rows, axes)."""
        found = []
        for start in range(0, len(rows), CHUNK):
            features = np.stack(rows[start : start + CHUNK]).astype(np.float32)
            found.append(((features - self.centre) * self.scale) @ self.directions.T)
        return np.concatenate(found).astype(np.float64)


def _main_axes(rows: Sequence[np.ndarray], mirror: float, seed: int) -> _Axes:
    """The main directions of the standardised rows."""
    from sklearn.decomposition import PCA

    chosen = np.arange(len(rows))
    if len(rows) > SAMPLE:
        chosen = np.sort(np.random.default_rng(seed).choice(len(rows), SAMPLE, replace=False))
    sample = np.stack([rows[row] for row in chosen.tolist()]).astype(np.float32)
    centre, spread = sample.mean(axis=0), sample.std(axis=0)
    # Divided by the root of their number too, so that one grid of strengths suits any number.
    size = np.sqrt(sample.shape[1] / 2) * spread
    scale = np.divide(1, size, out=np.zeros_like(size), where=size > 1e-4)
    scale *= _mirror_weights(sample.shape[1], mirror)
    sample -= centre
    sample *= scale
    count = min(DIRECTIONS, *sample.shape)
    solver = "full" if count < DIRECTIONS else "randomized"
    found = PCA(count, svd_solver=solver, iterated_power=2, random_state=seed).fit(sample)
    return _Axes(centre, scale, found.components_.astype(np.float32))


def _centroids(
    rows: Sequence[np.ndarray], truth: pd.Series, groups: np.ndarray
) -> LinearHead:
    """The class whose mean direction is nearest, softened by a temperature."""
    features = np.stack(rows).astype(np.float32)
    centre, scale = features.mean(axis=0), _mirror_weights(features.shape[1], MIRRORS[0])
    directions = _unit((features - centre) * scale)
    classes, codes = np.unique(truth.to_numpy(dtype=str), return_inverse=True)
    sums = np.stack([directions[codes == code].sum(axis=0) for code in range(len(classes))])
    temperature = _temperature(directions, codes, sums, groups)
    return LinearHead(
        classes=tuple(str(name) for name in classes), centre=centre, scale=scale,
        weights=_unit(sums) / np.float32(temperature), bias=np.zeros(len(classes)), unit=True,
    )


def _temperature(
    directions: np.ndarray, codes: np.ndarray, sums: np.ndarray, groups: np.ndarray
) -> float:
    """The temperature that is best for each image when classes are made of all but its copies."""
    likeness = directions @ _unit(sums).T
    group_of = np.unique(groups, return_inverse=True)[1]
    for members in np.split(np.argsort(group_of, kind="stable"), np.cumsum(np.bincount(group_of))[:-1]):
        for code in np.unique(codes[members]):
            rest = sums[code] - directions[members[codes[members] == code]].sum(axis=0)
            likeness[members, code] = directions[members] @ _unit(rest[None])[0]
    different = np.array([len(set(group_of[codes == code])) for code in range(len(sums))])
    # A class that is made of one image and its copies is nowhere without them.
    judged = np.flatnonzero(different[codes] > 1)
    if len(set(group_of[judged])) < FEWEST_LEFT_OUT:
        return USUAL_TEMPERATURE
    losses = [
        -log_softmax(likeness[judged] / each, axis=1)[np.arange(len(judged)), codes[judged]].mean()
        for each in TEMPERATURES
    ]
    return TEMPERATURES[int(np.argmin(losses))]


def _mirror_weights(features: int, mirror: float) -> np.ndarray:
    weights = np.ones(features, dtype=np.float32)
    weights[features // 2 :] = mirror
    return weights


def _unit(vectors: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(length, 1e-9).astype(vectors.dtype)
