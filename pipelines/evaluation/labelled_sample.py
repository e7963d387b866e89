"""What a random sample, labelled by hand, says about all rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.errors import DataError
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.score import Score


@dataclass(frozen=True)
class SampleEstimate:
    """Accuracy on all rows, estimated from some.

    Attributes:
        score: accuracy with its interval.
        rows: number of all rows.
        sentence: the estimate in words.
    """

    score: Score
    rows: int
    sentence: str


def choose_sample(n_rows: int, size: int, seed: int = 0) -> np.ndarray:
    """Returns row numbers to label, in random order: any first part is a random sample, too.

    A larger sample of the same seed starts with the smaller one.

    Args:
        n_rows: rows to choose from.
        size: rows wanted; all rows if there are not so many.
        seed: of the choice.
    """
    if n_rows < 1 or size < 1:
        raise DataError(f"A sample of {size} rows cannot be drawn from {n_rows} rows.")
    return np.random.default_rng(seed).permutation(n_rows)[:size]


def estimate_accuracy(
    right: np.ndarray, n_rows: int, level: float = 0.95, *, name: str = "accuracy",
    word: str = "Right", done: str = "labelled",
) -> SampleEstimate:
    """Estimates the accuracy on all rows from labelled random ones.

    Wilson's interval with the number of labels n raised to n (N - 1) / (N - n), which is what the
    finite population correction of the variance amounts to.

    Args:
        right: (n,) whether the prediction is right, of each labelled row.
        n_rows: N, all rows the sample was drawn from.
        level: of the interval.
        name: of the score.
        word: what the rows that count are, and `done` how that was said, in the sentence.

    Raises:
        DataError: no labelled rows, or more than there are rows.

    Source:
        Cochran, W. G. (1977), Sampling Techniques, third edition, section 3.2.
    """
    n, hits = len(right), int(np.count_nonzero(right))
    if n == 0:
        raise DataError("No row is labelled yet; label at least one to estimate the accuracy.")
    if n > n_rows:
        raise DataError(f"{n} rows are labelled, but the data has only {n_rows}.")
    value = hits / n
    if n == n_rows:
        low, high = value, value
    else:
        effective = n * (n_rows - 1) / (n_rows - n)
        low, high = wilson(value * effective, effective, level)
    signature = f"wilson-finite-population|N:{n_rows}|level:{level:g}"
    score = Score(name, value, low, high, n, signature=signature)
    rows = "row" if n == 1 else "rows"
    sentence = (
        f"{word} on {hits} of {n} {rows} {done} at random: between {100 * low:.1f} and "
        f"{100 * high:.1f} % of all {n_rows:,} rows, with {100 * level:.3g} % confidence."
    )
    if n == n_rows:
        sentence = f"{word} on {hits} of {n} {rows}: every row is {done}, nothing is estimated."
    return SampleEstimate(score, n_rows, sentence)
