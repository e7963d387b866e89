"""Weights of a sum, logistic or linear, whose signs are given."""

from __future__ import annotations

import numpy as np

STEPS = 100
SMALL = 1e-9


def logistic_weights(
    cells: np.ndarray, y: np.ndarray, weight: np.ndarray, penalty: float = 1e-3
) -> tuple[np.ndarray, float]:
    """Weights of a ridge-penalised logistic regression, none below 0, and its intercept.

    Newton steps on the columns that are in; one that would go below 0 leaves (an active set), and
    comes back where its gradient asks for it. A step that makes the loss worse is halved.

    Args:
        cells: (n, k) columns.
        y: (n,) 0 and 1.
        weight: (n,) of each row.
        penalty: on half the sum of the squared weights.
    """
    rows, columns = cells.shape
    x = np.concatenate([cells, np.ones((rows, 1))], axis=1)
    ridge = np.r_[np.full(columns, penalty), SMALL]
    beta = np.zeros(columns + 1)
    share = np.average(y, weights=weight)
    beta[-1] = np.log(share / (1 - share))

    def loss(given: np.ndarray) -> float:
        z = x @ given
        return float(weight @ (np.logaddexp(0.0, z) - y * z) + ridge @ given**2 / 2)

    now = loss(beta)
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (weight * (y - p)) - ridge * beta
        free = (beta > 0) | (gradient > SMALL)
        free[-1] = True
        some = x[:, free]
        curve = (some * (weight * p * (1 - p) + SMALL)[:, None]).T @ some + np.diag(ridge[free])
        step = np.zeros(columns + 1)
        step[free] = np.linalg.solve(curve, gradient[free])
        size = 1.0
        while True:
            after = beta + size * step
            after[:-1] = np.maximum(after[:-1], 0.0)
            ahead = loss(after)
            if ahead <= now or size < 1e-4:
                break
            size /= 2
        if now - ahead < SMALL * max(1.0, abs(now)):
            break
        beta, now = after, ahead
    return beta[:-1], float(beta[-1])


def square_weights(
    cells: np.ndarray, y: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, float]:
    """Weights of least squares, none below 0, and the intercept; shapes as in `logistic_weights`."""
    middle, level = np.average(cells, axis=0, weights=weight), np.average(y, weights=weight)
    root = np.sqrt(weight)
    found = _nnls((cells - middle) * root[:, None], (y - level) * root)
    return found, float(level - middle @ found)


def signed_weights(
    cells: np.ndarray, y: np.ndarray, weight: np.ndarray, penalty: float, signs: np.ndarray,
    classes: bool,
) -> tuple[np.ndarray, float]:  # fmt: skip
    """Ridge-penalised weights of a logistic or linear regression, some of one sign only.

    Args:
        cells: (n, k) columns.
        y: (n,) 0 and 1, or amounts.
        weight: (n,) of each row.
        penalty: on half the sum of the squared weights.
        signs: (k,) 1, -1, or 0 where the weight is free.
        classes: whether the target is yes or no.
    """
    held = signs != 0
    # A free weight is the difference of two, of which the penalty leaves one.
    both = np.concatenate([cells[:, held] * signs[held], cells[:, ~held], -cells[:, ~held]], axis=1)
    if classes:
        found, level = logistic_weights(both, y, weight, penalty)
    else:
        middle, level = np.average(both, axis=0, weights=weight), np.average(y, weights=weight)
        root = np.sqrt(weight)[:, None]
        curve = np.concatenate([(both - middle) * root, np.sqrt(penalty) * np.eye(both.shape[1])])
        goal = np.r_[(y - level) * root[:, 0], np.zeros(both.shape[1])]
        found = _nnls(curve, goal)
        level = float(level - middle @ found)
    number, free = int(held.sum()), int((~held).sum())
    weights = np.zeros(len(signs))
    weights[held] = found[:number] * signs[held]
    weights[~held] = found[number : number + free] - found[number + free :]
    return weights, float(level)


def _nnls(curve: np.ndarray, goal: np.ndarray) -> np.ndarray:
    from scipy.optimize import nnls

    return nnls(curve, goal)[0]
