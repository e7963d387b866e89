"""Precision, recall and F1 of each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.evaluation.intervals import wilson, wilson_f1
from pipelines.evaluation.score import Score, library_version


@dataclass(frozen=True)
class ClassScores:
    """How well one class is found.

    Attributes:
        name: of the class.
        n: rows that truly are of it.
        predicted: rows that are said to be.
        precision: share of the rows said to be of it that are; None when none is.
        recall: share of its rows that are found; None when it has none.
        f1: harmonic mean of both; None when no row is, or is said to be, of the class.
    """

    name: str
    n: int
    predicted: int
    precision: Score | None
    recall: Score | None
    f1: Score | None


def confusion_matrix(truth: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Returns (classes, classes) row counts: true class down, predicted class across."""
    cells = np.asarray(truth, dtype=np.intp) * classes + np.asarray(labels, dtype=np.intp)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def per_class(
    truth: np.ndarray, labels: np.ndarray, classes: Sequence[str], level: float = 0.95
) -> list[ClassScores]:
    """Returns the scores of each class, in the order of the classes.

    Args:
        truth: (n,) class numbers.
        labels: (n,) predicted class numbers.
        classes: their names.
        level: of the Wilson intervals; F1's is carried over from the Jaccard index.
    """
    matrix = confusion_matrix(truth, labels, len(classes))
    rest = f"level:{level:g}|sklearn:{library_version('scikit-learn')}"
    found = []
    for c, name in enumerate(classes):
        hits, held, said = int(matrix[c, c]), int(matrix[c].sum()), int(matrix[:, c].sum())
        precision = recall = f1 = None
        if said:
            low, high = wilson(hits, said, level)
            precision = Score("precision", hits / said, low, high, said, signature=f"wilson|{rest}")
        if held:
            low, high = wilson(hits, held, level)
            recall = Score("recall", hits / held, low, high, held, signature=f"wilson|{rest}")
        if held or said:
            low, high = wilson_f1(hits, said - hits, held - hits, level)
            value, n = 2 * hits / (held + said), held + said - hits
            f1 = Score("f1", value, low, high, n, signature=f"wilson-jaccard|{rest}")
        found.append(ClassScores(str(name), held, said, precision, recall, f1))
    return found
