"""Judges tasks whose answer is an amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError, OptionError
from data.roles import Role
from pipelines.evaluation.claims import resamples_for
from pipelines.evaluation.regression_judgement import RegressionJudgement, judge_regression
from pipelines.evaluation.regression_verdict import BASELINE_WORDS, regression_verdict
from pipelines.judging import Judged
from pipelines.judging.base.columns import (
    amounts,
    computable,
    holds_numbers,
    named,
    slices,
    words_of,
)
from pipelines.judging.base.row_by_row import RowByRow
from pipelines.judging.base.saying import Saying
from pipelines.progress import SILENT, Progress
from pipelines.purpose import Purpose

BASELINE = "mean"
TARGET = "target"


class Regression(RowByRow):
    """Amounts against true ones."""

    name = "regression"
    roles = (
        Role("truth", "True amount", "number", required=True, description="what came of each row",
             hints=("truth", "true", "actual", "target", "observed", "label", "expected", "gold",
                    "y_true", "amount")),
        Role("prediction", "Predicted amount", "number", required=True,
             description="what the system says; several columns are several systems",
             hints=("prediction", "predicted", "pred", "y_pred", "forecast", "estimate", "output",
                    "model", "system")),
        Role("low", "Lower end", "number", description="of the predicted interval",
             hints=("low", "lower", "lower_bound", "minimum")),
        Role("high", "Upper end", "number", description="of the predicted interval",
             hints=("high", "upper", "upper_bound", "maximum")),
        slices("group", "segment", "region", "country", "product", "channel"),
    )

    def truth(self, dataset: Dataset, outputs: tuple[str, ...]) -> pd.Series | None:
        """The true amount of each row as a float, missing where there is none."""
        cells = dataset.column(TARGET)
        return None if cells is None else amounts(cells)

    def judge(
        self,
        truth: pd.Series,
        predictions: Mapping[str, Any],
        *,
        batch: pd.DataFrame,
        metrics: Sequence[str] = (),
        source: str | None = None,
        baseline: str,
        favourite: str,
        seed: int,
        progress: Progress = SILENT,
        purpose: Purpose | None = None,
    ) -> Judged:
        """Scores, paired tests and a verdict.

        Args:
            truth: (n,) amounts.
            predictions: with `values`, (n,), and `low` and `high`, (n,), where a model has intervals.
        """
        intervals = {
            name: (np.asarray(each.low), np.asarray(each.high))
            for name, each in predictions.items()
            if getattr(each, "low", None) is not None and getattr(each, "high", None) is not None
        }
        judgement = judge_regression(
            truth.to_numpy(dtype=float),
            {name: np.asarray(each.values, dtype=float) for name, each in predictions.items()},
            baseline=baseline, favourite=favourite, intervals=intervals, seed=seed, progress=progress,
            resamples=resamples_for(len(predictions)),
        )
        return judged_amounts(judgement, favourite)

    def right(self, truth: pd.Series, predictions: Any) -> np.ndarray:
        """Whether each amount is near, shape (rows,).

        Near is within the predicted interval; without one, less off than the middle amount is for the
        middle row (the median absolute deviation).
        """
        true = truth.to_numpy(dtype=float)
        low, high = (getattr(predictions, name, None) for name in ("low", "high"))
        if low is not None and high is not None:
            return np.asarray((true >= low) & (true <= high), dtype=bool)
        usual = np.nanmedian(np.abs(true - np.nanmedian(true)))
        return np.asarray(np.abs(np.asarray(predictions.values) - true) <= usual, dtype=bool)

    def suggest(self, frame: pd.DataFrame) -> dict[str, list[str]]:
        """Columns of numbers: the truth and the ends by their names, the others are predictions."""
        numbers = [str(name) for name in frame.columns if holds_numbers(frame[name])]
        found: dict[str, list[str]] = {}
        for role in ("low", "high"):
            hints = next(each.hints for each in self.roles if each.name == role)
            ends = [name for name in numbers if words_of(name) & set(hints)]
            if ends:
                found[role] = ends
                numbers = [name for name in numbers if name not in ends]
        if set(found) != {"low", "high"} or len(found["low"]) != len(found["high"]):
            found = {}
        said = [name for name in numbers if named(name, self.roles[1].hints)]
        rest = [name for name in numbers if name not in said]
        truth = [name for name in rest if named(name, self.roles[0].hints)][:1]
        if truth:
            found["truth"] = truth
        if said or truth:
            outputs = said or [name for name in rest if name not in truth]
            if outputs:
                found["prediction"] = outputs
        if "low" in found and len(found["low"]) != len(found.get("prediction", [])):
            found = {role: each for role, each in found.items() if role not in ("low", "high")}
        return found

    def judged_rows(self, frame: pd.DataFrame, mapping: Mapping[str, list[str]]) -> np.ndarray:
        """Positions of the rows with a true amount."""
        return np.flatnonzero(amounts(frame[mapping["truth"][0]]).notna())

    def evaluate(
        self, frame: pd.DataFrame, mapping: Mapping[str, list[str]], seed: int,
        progress: Progress = SILENT,
    ) -> Judged:
        """Judge amounts predicted anywhere else, against always saying their mean.

        Args:
            frame: one row an amount.
            mapping: role to columns: one `truth`, one or more `prediction`, as many `low` and `high`
                or none.

        Raises:
            OptionError: a column plays two parts, or there are not as many ends as predictions.
            DataError: no true amounts, or a row without a prediction.
        """
        column, columns = mapping["truth"][0], mapping["prediction"]
        lows, highs = mapping.get("low", []), mapping.get("high", [])
        used = [column, *columns, *lows, *highs]
        twice = next((name for name in used if used.count(name) > 1), None)
        if twice is not None:
            raise OptionError(
                f"The column “{twice}” is given twice; give another for one of its parts."
            )
        if len(lows) != len(highs) or (lows and len(lows) != len(columns)):
            raise OptionError(
                f"There are {len(columns)} predictions, {len(lows)} lower and {len(highs)} upper ends; "
                "give one of each for every prediction, in the same order, or no ends."
            )
        rows = self.judged_rows(frame, mapping)
        if not len(rows):
            raise DataError(f"The column “{column}” has no numbers in it.")
        truth = computable(frame[column]).iloc[rows].to_numpy(dtype=float)
        systems = {name: _complete(frame[name].iloc[rows]) for name in columns}
        intervals = {
            name: (_complete(frame[low].iloc[rows]), _complete(frame[high].iloc[rows]))
            for name, low, high in zip(columns, lows, highs, strict=False)
        }
        baseline = BASELINE if BASELINE not in systems else f"{BASELINE} (baseline)"
        judgement = judge_regression(
            truth, {baseline: np.full(len(truth), truth.mean()), **systems}, baseline=baseline,
            favourite=columns[0], intervals=intervals, seed=seed, progress=progress,
            resamples=resamples_for(len(systems) + 1),
        )
        return judged_amounts(judgement, columns[0])


def judged_amounts(judgement: RegressionJudgement, favourite: str) -> Judged:
    """What was found out, with a verdict about the favourite."""
    def words(detail: RegressionJudgement, titles: Mapping[str, str]) -> str:
        return regression_verdict(detail, favourite, baseline_words=BASELINE_WORDS, titles=titles)

    say = Saying(words, judgement)
    return Judged(
        rows=len(judgement.truth), baseline=judgement.baseline, scores=judgement.scores,
        comparisons=judgement.comparisons, warnings=judgement.warnings, verdict=say({}),
        detail=judgement, say=say,
    )


def _complete(cells: pd.Series) -> np.ndarray:
    found = computable(cells)
    blank = int(found.isna().sum())
    if blank:
        raise DataError(
            f"The column “{cells.name}” has no number in {blank:,} judged rows; each needs one."
        )
    values: np.ndarray = found.to_numpy(dtype=float)
    return values


KIND = Regression()
