"""What makes classification scores hard to believe, as sentences for those who decide by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipelines.evaluation.score import Score

FEW_ROWS = 100
FEW_ROWS_OF_CLASS = 10


def judgement_warnings(
    truth: np.ndarray, classes: Sequence[str], scores: Mapping[str, Sequence[Score]],
    unit: str = "row",
) -> tuple[str, ...]:
    """Returns a sentence for each reason to doubt the scores, the gravest first.

    Args:
        truth: (n,) class numbers.
        classes: their names.
        scores: of each system by its name, undefined ones left out.
        unit: what a row is called.
    """
    n = len(truth)
    held = np.bincount(truth, minlength=len(classes))
    found = []
    if np.count_nonzero(held) == 1:
        only = classes[int(truth[0])]
        found.append(
            f'Every labelled {unit} is "{only}": nothing can be said about telling classes apart, and '
            f"ROC AUC and similar scores are left out; add {unit}s of another class."
        )
    if n < FEW_ROWS:
        noun = unit if n == 1 else f"{unit}s"
        found.append(
            f"Only {n} labelled {noun}: the intervals are wide, and only large differences between "
            f"models can show; label {FEW_ROWS} or more."
        )
    few = [
        (name, int(rows))
        for name, rows in zip(classes, held, strict=True)
        if rows < FEW_ROWS_OF_CLASS
    ]
    missing = [f'"{name}"' for name, rows in few if rows == 0]
    if missing and np.count_nonzero(held) > 1:
        found.append(
            f"No labelled {unit} is {_listed(missing, 'or')}: the scores say nothing about that, and "
            "averages over classes leave it out unless a model predicts it."
        )
    for name, rows in few:
        if rows:
            only = f"{unit} is" if rows == 1 else f"{unit}s are"
            found.append(
                f'Only {rows} labelled {only} "{name}": its scores would change a lot with a few '
                f"more {unit}s; label {FEW_ROWS_OF_CLASS} or more of each class."
            )
    perfect = [
        f'"{name}"'
        for name, each in scores.items()
        if any(score.name == "accuracy" and score.value == 1 for score in each)
    ]
    if perfect:
        verb = "makes" if len(perfect) == 1 else "make"
        found.append(
            f"{_listed(perfect, 'and')} {verb} no error on these {unit}s: check that the label is not "
            f"hidden in the data and that the {unit}s were not used for training; scores other than "
            f"accuracy get no interval from {unit}s without an error."
        )
    return tuple(found)


def _listed(names: Sequence[str], word: str) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
