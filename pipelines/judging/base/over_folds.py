"""Folds of cross-validation scored one by one, and models tested over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pipelines.evaluation.capacity import AT_CAPACITY, expected_hits, reviewed
from pipelines.evaluation.claims import OF_FOLDS
from pipelines.evaluation.delong import delong
from pipelines.evaluation.regression_judgement import RegressionJudgement
from pipelines.evaluation.resampled_tests import compare_over_folds, corrected_resampled_t
from pipelines.evaluation.score import Comparison, Score
from pipelines.judging import Judged
from pipelines.judging.base.saying import Saying

# Fewer scores say nothing of how they vary.
FEWEST_FOLDS = 3


def over_folds(
    judged: Judged,
    truth: pd.Series,
    folds: Mapping[str, Sequence[tuple[np.ndarray, Any]]],
    *,
    training_rows: float,
    favourite: str,
) -> Judged:
    """Mean and corrected test of the AUC, or of the error of amounts, over folds.

    The verdict is said again by these tests: those of pooled rows take rows whose models share
    what they learnt from for independent ones, and find differences that are not there. A fold
    without rows of both outcomes is left out.

    Args:
        truth: of all questions.
        folds: of each model that learns, the positions that judged and what was said of them.
        training_rows: of a fold.
        favourite: the model that the verdict speaks of.
    """
    known, drawn = truth.to_numpy(), [rows for rows, _ in next(iter(folds.values()), ())]
    usable = _usable(known, drawn, judged)
    if len(usable) < FEWEST_FOLDS:
        return judged.doubted(_too_few(len(usable), len(drawn))) if drawn else judged
    pieces = {model: [own[at] for at in usable] for model, own in folds.items()}
    rows = float(np.mean([len(drawn[at]) for at in usable]))
    tests: list[Comparison] = []
    found = dict(judged.scores)
    for metric, score in _of_fold(judged).items():
        values = {
            model: np.array([score(known[each], said) for each, said in own])
            for model, own in pieces.items()
        }
        tests += compare_over_folds(
            values, f"{metric}{OF_FOLDS}", training_rows=training_rows, test_rows=rows,
            baseline=judged.baseline, favourite=favourite,
        )
        if metric == judged.detail.primary:
            found = {
                model: (*own, *_means(values.get(model), metric, training_rows, rows))
                for model, own in found.items()
            }
    out = len(drawn) - len(usable)
    left = f", {out} without rows of both outcomes left out" if out else ""
    detail = replace(
        judged.detail, over_folds=tuple(tests), folds=f"{_scheme(drawn)}{left}"
    )
    judged = replace(
        judged, scores=found, comparisons=(*judged.comparisons, *tests), detail=detail
    ).noting([_left_out(out, len(drawn))] if out else [])
    if not isinstance(judged.say, Saying):
        return judged
    say = judged.say.about(detail)
    return replace(judged, say=say, verdict=say(say.titles))


def _of_fold(judged: Judged) -> dict[str, Callable[[np.ndarray, Any], float]]:
    """What folds are scored by: by the name of each metric, the score of one fold."""
    if isinstance(judged.detail, RegressionJudgement):
        return {judged.detail.primary: lambda truth, said: float(
            np.sqrt(np.mean((said.values - truth.astype(float)) ** 2))
        )}

    def area(truth: np.ndarray, said: Any) -> float:
        return float(delong(truth == said.classes[1], [said.probabilities[:, 1]]).areas[0])

    found = {"roc_auc": area, "gini": lambda truth, said: 2 * area(truth, said) - 1}
    decision = judged.detail.decision
    if decision.rule != "capacity":
        return found

    def hits(truth: np.ndarray, said: Any) -> tuple[float, int]:
        looked_at = reviewed(decision.share, len(truth))
        came, chance = truth == said.classes[1], said.probabilities[:, 1]
        return float(expected_hits(came, chance, np.array([looked_at]))[0]), looked_at

    def precision(truth: np.ndarray, said: Any) -> float:
        found, looked_at = hits(truth, said)
        return found / looked_at

    def recall(truth: np.ndarray, said: Any) -> float:
        return hits(truth, said)[0] / int((truth == said.classes[1]).sum())

    return {**found, **dict(zip(AT_CAPACITY, (precision, recall), strict=True))}


def _usable(known: np.ndarray, drawn: Sequence[np.ndarray], judged: Judged) -> list[int]:
    """The folds that can be scored; those of outcomes need rows of both."""
    if isinstance(judged.detail, RegressionJudgement):
        return list(range(len(drawn)))
    return [at for at, rows in enumerate(drawn) if len(set(known[rows])) > 1]


def _too_few(usable: int, drawn: int) -> str:
    few = f"Only {usable} of {drawn} folds {'holds' if usable == 1 else 'hold'} rows of both outcomes"
    return (
        f"{few if usable < drawn else f'{drawn} folds were drawn'}, too few to test over folds: only "
        "the tests of all rows together decide, and these find differences a little too easily."
    )


def _left_out(out: int, drawn: int) -> str:
    return (
        f"{out:,} of {drawn:,} folds {'has' if out == 1 else 'have'} no rows of both outcomes and "
        f"{'is' if out == 1 else 'are'} left out of the tests over folds; choose fewer folds, which "
        "hold more rows each."
    )


def _means(
    values: np.ndarray | None, metric: str, training_rows: float, rows: float
) -> tuple[Score, ...]:
    """The mean over folds as a score; none of a model that did not learn in folds."""
    if values is None:
        return ()
    mean = corrected_resampled_t(values, training_rows, rows)
    return (Score(
        f"{metric}{OF_FOLDS}", mean.mean, mean.low, mean.high, mean.folds, "folds",
        signature=f"mean-of-folds|{mean.folds}|nadeau-bengio",
        higher_is_better=metric == "roc_auc",
    ),)


def _scheme(pieces: Sequence[np.ndarray]) -> str:
    """How folds were drawn, from the rows that each judges."""
    every = np.concatenate(pieces)
    repeats = round(len(every) / max(len(np.unique(every)), 1))
    each = f"{len(pieces) // repeats}-fold"
    return each if repeats == 1 else f"{repeats} x {each}"
