"""Whether a system is right as often as it says it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.evaluation.intervals import wilson

BINS = 15


@dataclass(frozen=True)
class ReliabilityBin:
    """Rows of similar confidence.

    Attributes:
        lower: the bin holds confidence above this (and 0 itself, for the first bin).
        upper: up to and including this.
        n: rows in it.
        confidence: their mean confidence; None without rows.
        accuracy: the share of them that is right; None without rows.
        low: lower end of the accuracy's Wilson interval; None without rows.
        high: upper end of it.
    """

    lower: float
    upper: float
    n: int
    confidence: float | None
    accuracy: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Reliability:
    """A reliability diagram: ``bins`` in order of confidence and their ``ece``."""

    bins: tuple[ReliabilityBin, ...]
    ece: float


def confidence_bins(confidence: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Returns (n,) the number, from 0, of the equal-width bin (lower, upper] of each row."""
    edges = np.linspace(0, 1, bins + 1)
    return np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)


def expected_calibration_error(
    confidence: np.ndarray, right: np.ndarray, bins: int = BINS
) -> float:
    """Returns the mean distance of confidence from accuracy, over equal-width bins.

    Args:
        confidence: (n,) probability given to the predicted class, 0 to 1.
        right: (n,) whether the prediction is right.
        bins: number of bins.

    Source:
        Guo, C. et al. (2017), On calibration of modern neural networks, equation 3.
    """
    gap = np.asarray(confidence, dtype=float) - np.asarray(right, dtype=float)
    sums = np.bincount(confidence_bins(confidence, bins), weights=gap, minlength=bins)
    return float(np.abs(sums).sum() / len(gap)) if len(gap) else 0.0


def reliability(
    confidence: np.ndarray, right: np.ndarray, bins: int = BINS, level: float = 0.95
) -> Reliability:
    """Returns accuracy with its interval per bin of confidence.

    Args:
        confidence: (n,) probability given to the predicted class, 0 to 1.
        right: (n,) whether the prediction is right.
        bins: number of equal-width bins.
        level: of Wilson's interval.
    """
    which = confidence_bins(confidence, bins)
    number = np.bincount(which, minlength=bins)
    total = np.bincount(which, weights=confidence, minlength=bins)
    hits = np.bincount(which, weights=np.asarray(right, dtype=float), minlength=bins)
    edges = np.linspace(0, 1, bins + 1)
    rows = []
    for b in range(bins):
        n = int(number[b])
        if n == 0:
            rows.append(ReliabilityBin(edges[b], edges[b + 1], 0, None, None, None, None))
            continue
        low, high = wilson(float(hits[b]), n, level)
        rows.append(
            ReliabilityBin(
                float(edges[b]),
                float(edges[b + 1]),
                n,
                float(min(1.0, total[b] / n)),
                float(hits[b] / n),
                low,
                high,
            )
        )
    return Reliability(tuple(rows), expected_calibration_error(confidence, right, bins))


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Returns the temperature by which logits are divided to be calibrated.

    Fit it on rows that were used neither for training nor for the report.

    Args:
        logits: (n, k) unnormalised scores.
        labels: (n,) class numbers.

    Returns:
        The temperature, 0.05 to 20, with the least log loss; 1.0 for no rows.

    Source:
        Guo, C. et al. (2017), On calibration of modern neural networks, section 4.2.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    scores = np.asarray(logits, dtype=float)
    if len(scores) == 0:
        return 1.0
    true = scores[np.arange(len(scores)), labels]

    def log_loss(log_temperature: float) -> float:
        inverse = np.exp(-log_temperature)
        return float(np.mean(logsumexp(scores * inverse, axis=1) - true * inverse))

    bounds = (np.log(0.05), np.log(20.0))
    found = minimize_scalar(log_loss, bounds=bounds, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))
