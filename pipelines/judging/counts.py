"""Judges tasks whose answer is how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError, OptionError
from data.roles import Role
from pipelines.evaluation.claims import resamples_for
from pipelines.evaluation.count_verdict import count_verdict
from pipelines.evaluation.counts import CountJudgement, judge_counts
from pipelines.judging import Judged
from pipelines.judging.base.columns import MOSTLY, named, slices
from pipelines.judging.base.row_by_row import RowByRow
from pipelines.pipeline import Predictions
from pipelines.progress import SILENT, Progress
from pipelines.purpose import Purpose
from pipelines.vision.boxes import BoxPredictions

BASELINE = "median-count"
COUNT = "count"


class Counts(RowByRow):
    """Whole numbers of 0 and more against true ones."""

    name = "counts"
    roles = (
        Role("truth", "True count", "number", required=True,
             description="how many a person counts",
             hints=("truth", "true", "count", "true_count", "label", "actual", "expected", "gold",
                    "human", "manual")),
        Role("prediction", "Count", "number", required=True,
             description="how many the system counts; several columns are several systems",
             hints=("prediction", "predicted", "pred", "output", "model", "system")),
        slices("group", "camera", "site", "store", "segment", "category"),
    )

    def truth(self, dataset: Dataset, outputs: tuple[str, ...]) -> pd.Series | None:
        """The true count of each row as a float, missing where there is none.

        Raises:
            DataError: a count is negative.
        """
        cells = dataset.column(COUNT)
        return None if cells is None else _numbers(cells)

    def judge(
        self,
        truth: pd.Series,
        predictions: Mapping[str, Predictions],
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
        """Scores, paired tests and a verdict."""
        found = cast("dict[str, BoxPredictions]", dict(predictions))
        judgement = judge_counts(
            truth.to_numpy(dtype=float), {name: each.counts for name, each in found.items()},
            baseline=baseline, favourite=favourite, seed=seed, progress=progress,
            resamples=resamples_for(len(found)),
        )
        return _judged(judgement, favourite)

    def right(self, truth: pd.Series, predictions: Predictions) -> np.ndarray:
        """Whether each count is exactly right, shape (rows,)."""
        counts = cast(BoxPredictions, predictions).counts
        return np.asarray(counts == truth.to_numpy(dtype=float), dtype=bool)

    def suggest(self, frame: pd.DataFrame) -> dict[str, list[str]]:
        """Columns of whole numbers from 0: the truth by its name, the others are predictions."""
        counts = [str(name) for name in frame.columns if _holds_counts(frame[name])]
        hints = next(role.hints for role in self.roles if role.name == "truth")
        said = next(role.hints for role in self.roles if role.name == "prediction")
        outputs = [name for name in counts if named(name, said)]
        truth = [name for name in counts if name not in outputs and named(name, hints)][:1]
        if not truth:
            return {"prediction": outputs} if outputs else {}
        others = [name for name in counts if name not in truth]
        return {"truth": truth, "prediction": outputs or others} if others else {"truth": truth}

    def judged_rows(self, frame: pd.DataFrame, mapping: Mapping[str, list[str]]) -> np.ndarray:
        """Positions of the rows with a true count."""
        return np.flatnonzero(_numbers(frame[mapping["truth"][0]]).notna())

    def evaluate(
        self, frame: pd.DataFrame, mapping: Mapping[str, list[str]], seed: int,
        progress: Progress = SILENT,
    ) -> Judged:
        """Judge counts made anywhere else, against always saying the median count.

        Args:
            frame: one row an image.
            mapping: role to columns: one `truth`, one or more `prediction`.

        Raises:
            OptionError: a column plays two parts.
            DataError: no true counts, a negative count, or an image without a prediction.
        """
        column, columns = mapping["truth"][0], mapping["prediction"]
        if column in columns:
            raise OptionError(
                f"The column “{column}” is given both as true count and as count; give another."
            )
        rows = self.judged_rows(frame, mapping)
        if not len(rows):
            raise DataError(f"The column “{column}” has no numbers in it.")
        truth = _numbers(frame[column]).iloc[rows].to_numpy(dtype=float)
        systems: dict[str, np.ndarray] = {}
        for name in columns:
            said = _numbers(frame[name]).iloc[rows]
            blank = int(said.isna().sum())
            if blank:
                raise DataError(
                    f"The column “{name}” has no count in {blank:,} counted rows; each needs one."
                )
            systems[name] = said.to_numpy(dtype=float)
        baseline = BASELINE if BASELINE not in systems else f"{BASELINE} (baseline)"
        # The lower middle one is a count also where there is an even number of them.
        median = np.sort(truth)[(len(truth) - 1) // 2]
        judgement = judge_counts(
            truth, {baseline: np.full(len(truth), median), **systems},
            baseline=baseline, favourite=columns[0], seed=seed, progress=progress,
            resamples=resamples_for(len(systems) + 1),
        )
        return _judged(judgement, columns[0])


def _judged(judgement: CountJudgement, favourite: str) -> Judged:
    def say(titles: Mapping[str, str]) -> str:
        return count_verdict(judgement.called(titles), titles.get(favourite, favourite))

    def warn(titles: Mapping[str, str]) -> tuple[str, ...]:
        return judgement.called(titles).warnings

    return Judged(
        rows=len(judgement.truth), baseline=judgement.baseline, scores=judgement.scores,
        comparisons=judgement.comparisons, warnings=judgement.warnings, verdict=say({}),
        detail=judgement, say=say, warn=warn,
    )


def _numbers(cells: pd.Series) -> pd.Series:
    """Counts as floats, missing where a cell is no number.

    Raises:
        DataError: one is negative or without end.
    """
    found = pd.to_numeric(cells, errors="coerce").astype(float)
    odd = found[(found < 0) | np.isinf(found)]
    if len(odd):
        raise DataError(
            f"The column “{cells.name}” holds {odd.iloc[0]:g}; a count is 0 or more."
        )
    return found


def _holds_counts(cells: pd.Series) -> bool:
    found = pd.to_numeric(cells, errors="coerce").astype(float)
    known = found.dropna()
    if len(known) < MOSTLY * cells.notna().sum() or known.empty:
        return False
    return bool(((known >= 0) & (known == np.floor(known)) & np.isfinite(known)).all())


KIND = Counts()
