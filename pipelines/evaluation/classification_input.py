"""Refuses truth and predictions that cannot be judged, and says why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.errors import DataError
from pipelines.evaluation.judgement import System

# Wider than bfloat16's rounding of a softmax, narrower than scores that were never probabilities.
SUM_TOLERANCE = 0.01


def checked(
    truth: np.ndarray,
    systems: Sequence[System],
    classes: tuple[str, ...],
    baseline: str | None,
    positive: Sequence[str],
) -> tuple[np.ndarray, tuple[System, ...]]:
    """Returns truth and systems with whole class numbers and float64 probabilities.

    Raises:
        DataError: nothing to judge, lengths that differ, names, class numbers or probabilities that
            cannot be.
    """
    if not systems:
        raise DataError("There are no predictions to judge; give those of at least one model.")
    names = [system.name for system in systems]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f'Two models are both named "{twice}"; give each a name of its own.')
    if baseline is not None and baseline not in names:
        raise DataError(f'The baseline "{baseline}" is not among the models: {", ".join(names)}.')
    for name in positive:
        if name not in classes:
            raise DataError(f'The class "{name}" is not among the classes: {", ".join(classes)}.')
    if len(classes) > 1 and set(positive) >= set(classes):
        raise DataError(
            f"All classes ({', '.join(classes)}) are given as positive; leave at least one out."
        )
    rows = _codes("The true labels", truth, classes)
    if len(rows) == 0:
        raise DataError("No row has a true label; at least one labelled row is needed to judge.")
    checked = []
    for system in systems:
        labels = _codes(f'The predictions of "{system.name}"', system.labels, classes)
        if len(labels) != len(rows):
            raise DataError(
                f'"{system.name}" has {len(labels):,} predictions for {len(rows):,} labelled rows; '
                "one for each row is needed, in the same order."
            )
        probabilities = system.probabilities
        if probabilities is not None:
            probabilities = _probabilities(system.name, probabilities, (len(rows), len(classes)))
        checked.append(System(system.name, probabilities, labels))
    return rows, tuple(checked)


def _codes(what: str, codes: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    found = np.asarray(codes)
    if found.ndim != 1:
        raise DataError(f"{what} have {found.ndim} dimensions; one class number per row is needed.")
    if len(found) == 0:
        return found.astype(np.intp)
    try:
        whole = found.astype(np.intp)
        same = bool(np.all(whole == found))
    except (TypeError, ValueError):
        same = False
    if not same:
        raise DataError(f"{what} hold values that are not class numbers; map labels to numbers.")
    unknown = whole[(whole < 0) | (whole >= len(classes))]
    if len(unknown):
        raise DataError(
            f"{what} hold the class number {unknown[0]}, but there are {len(classes)} classes, "
            f"numbered from 0: {', '.join(classes)}."
        )
    return whole


def _probabilities(name: str, given: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    found = np.asarray(given, dtype=np.float64)
    if found.shape != shape:
        raise DataError(
            f'The probabilities of "{name}" have the shape {found.shape}; {shape[0]:,} rows of '
            f"{shape[1]} classes are needed."
        )
    inside = np.isfinite(found).all() and found.min() >= -1e-6 and found.max() <= 1 + 1e-6
    if not inside or np.abs(found.sum(axis=1) - 1).max() > SUM_TOLERANCE:
        raise DataError(
            f'The probabilities of "{name}" are not between 0 and 1 and adding up to 1 in each '
            "row; give probabilities, or leave them out and give labels alone."
        )
    return np.clip(found, 0.0, 1.0)
