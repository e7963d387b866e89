"""Curves over all thresholds: ROC, precision-recall, and risk against coverage.

Areas are exact; the points are thinned for drawing, spread along the length of the curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.errors import DataError

MOST_POINTS = 400


@dataclass(frozen=True)
class RocCurve:
    """True against false positive rate, from (0, 0) to (1, 1).

    ``thresholds[i]`` is the least score flagged at point i; infinite at the first.
    """

    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray
    thresholds: np.ndarray
    area: float


@dataclass(frozen=True)
class PrecisionRecallCurve:
    """Precision against recall, from recall 0 (precision 1 by convention) to recall 1.

    ``area`` is the average precision; ``prevalence`` is the precision of flagging every row.
    """

    recall: np.ndarray
    precision: np.ndarray
    thresholds: np.ndarray
    area: float
    prevalence: float


@dataclass(frozen=True)
class RiskCoverage:
    """Share of wrong predictions among the most confident rows.

    ``thresholds[i]`` is the least confidence kept at coverage i; ``area`` is the mean risk over all
    coverages (AURC).
    """

    coverage: np.ndarray
    risk: np.ndarray
    thresholds: np.ndarray
    area: float


def roc_curve(truth: np.ndarray, score: np.ndarray) -> RocCurve:
    """Returns the ROC curve.

    Args:
        truth: (n,) whether a row is of the positive class.
        score: (n,) higher for rows more likely to be.

    Raises:
        DataError: without rows of both kinds.
    """
    thresholds, hits, flagged = _by_threshold(truth, score)
    positives = hits[-1]
    negatives = flagged[-1] - positives
    if positives == 0 or negatives == 0:
        raise DataError("A ROC curve needs rows of the class and rows that are not of it.")
    tpr = np.append(0.0, hits / positives)
    fpr = np.append(0.0, (flagged - hits) / negatives)
    kept = _thinned(fpr, tpr)
    area = float(np.trapezoid(tpr, fpr))
    return RocCurve(fpr[kept], tpr[kept], np.append(np.inf, thresholds)[kept], area)


def precision_recall_curve(truth: np.ndarray, score: np.ndarray) -> PrecisionRecallCurve:
    """Returns the precision-recall curve.

    Args:
        truth: (n,) whether a row is of the positive class.
        score: (n,) higher for rows more likely to be.

    Raises:
        DataError: without a row of the positive class.
    """
    thresholds, hits, flagged = _by_threshold(truth, score)
    positives = hits[-1]
    if positives == 0:
        raise DataError("A precision-recall curve needs rows of the class; there is none.")
    recall = np.append(0.0, hits / positives)
    precision = np.append(1.0, hits / flagged)
    area = float(np.diff(recall) @ precision[1:])
    kept = _thinned(recall, precision)
    return PrecisionRecallCurve(
        recall[kept],
        precision[kept],
        np.append(np.inf, thresholds)[kept],
        area,
        float(positives / flagged[-1]),
    )


def risk_coverage(confidence: np.ndarray, right: np.ndarray) -> RiskCoverage:
    """Returns the risk left when only the most confident predictions are kept.

    Args:
        confidence: (n,) of the prediction of each row.
        right: (n,) whether it is right.

    Source:
        Geifman, Y. and El-Yaniv, R. (2017), Selective classification for deep neural networks.
    """
    thresholds, hits, kept_rows = _by_threshold(right, confidence)
    coverage = kept_rows / kept_rows[-1]
    risk = 1 - hits / kept_rows
    area = float(np.diff(coverage, prepend=0.0) @ risk)
    kept = _thinned(coverage, risk)
    return RiskCoverage(coverage[kept], risk[kept], thresholds[kept], area)


def _by_threshold(truth: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, ...]:
    values = np.asarray(score, dtype=float)
    if len(values) == 0:
        raise DataError("A curve needs labelled rows; there is none.")
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
    hits = np.cumsum(np.asarray(truth, dtype=bool)[order])[ends]
    return ordered[ends], hits.astype(float), (ends + 1).astype(float)


def _thinned(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if len(x) <= MOST_POINTS:
        return np.arange(len(x))
    length = np.append(0.0, np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y))))
    wanted = np.linspace(0, length[-1], MOST_POINTS)
    kept = np.unique(np.searchsorted(length, wanted).clip(0, len(x) - 1))
    kept[0], kept[-1] = 0, len(x) - 1
    return kept
