"""Tests of two models under repeated cross-validation, whose folds share their training rows.

The scores of folds are not independent: a plain t-test of them finds differences that are not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from data.errors import DataError
from pipelines.evaluation.claims import corrected
from pipelines.evaluation.score import Comparison


@dataclass(frozen=True)
class ResampledTest:
    """The mean of a score, or of a difference of two, over folds.

    Attributes:
        mean: over the folds.
        low: lower end of its interval; None where the folds do not vary.
        high: upper end of it.
        p: two-sided, of a mean of 0.
        folds: number of them.
    """

    mean: float
    low: float | None
    high: float | None
    p: float
    folds: int


def corrected_resampled_t(
    values: np.ndarray, training_rows: float, test_rows: float, level: float = 0.95
) -> ResampledTest:
    """The t-test and interval of the mean over folds, its variance raised for shared training rows.

    The variance of the mean is (1 / J + test / training) times that of the J folds.

    Args:
        values: (folds,) of a score, or of the difference of two models on the same folds.
        training_rows: of a fold; with unequal folds, their mean.
        test_rows: of a fold; with unequal folds, their mean.
        level: of the interval.

    Raises:
        DataError: fewer than two folds, or no rows to train on.

    Source:
        Nadeau, C. and Bengio, Y. (2003), Inference for the generalization error. Machine Learning
        52, 239-281, section 5.
    """
    from scipy import stats

    found = np.asarray(values, dtype=float)
    folds = len(found)
    if folds < 2 or not np.isfinite(found).all() or training_rows <= 0 or test_rows <= 0:
        raise DataError(
            f"A test over folds needs a score of two folds or more, each with rows to train and to "
            f"test on; found {int(np.isfinite(found).sum())} scores of {folds} folds."
        )
    mean = float(found.mean())
    variance = float(found.var(ddof=1)) * (1 / folds + test_rows / training_rows)
    if variance <= 1e-24:
        return ResampledTest(mean, None, None, 1.0 if abs(mean) <= 1e-12 else 0.0, folds)
    spread = variance**0.5
    half = float(stats.t.ppf(0.5 + level / 2, folds - 1)) * spread
    p = float(2 * stats.t.sf(abs(mean) / spread, folds - 1))
    return ResampledTest(mean, mean - half, mean + half, p, folds)


def compare_over_folds(
    scores: Mapping[str, np.ndarray],
    metric: str,
    *,
    training_rows: float,
    test_rows: float,
    baseline: str | None = None,
    favourite: str | None = None,
    level: float = 0.95,
) -> tuple[Comparison, ...]:
    """Tests every two models by their scores on the same folds, Holm-corrected.

    Args:
        scores: (folds,) of each model by its name, folds in the same order.
        metric: what they are scores of.
        training_rows: of a fold.
        test_rows: of a fold.
        baseline: stands second in its comparisons.
        favourite: the model that is spoken of; see `claims.corrected`.
        level: of the intervals.

    Raises:
        DataError: models with different numbers of folds, or fewer than two.
    """
    lengths = {name: len(each) for name, each in scores.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(
            "Models were scored on different numbers of folds ("
            + ", ".join(f"“{name}” {count}" for name, count in lengths.items())
            + "); score all on the same folds."
        )
    pairs = [
        (second, first) if first == baseline else (first, second)
        for first, second in combinations(scores, 2)
    ]
    found = []
    for first, second in pairs:
        differences = np.asarray(scores[first], float) - np.asarray(scores[second], float)
        test = corrected_resampled_t(differences, training_rows, test_rows, level)
        name = f"corrected-resampled-t|folds:{test.folds}"
        found.append(Comparison(
            metric, first, second, test.mean, test.low, test.high, test.p, name
        ))
    return tuple(corrected(found, baseline, favourite))
