"""The baseline: what is known without looking at the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

from pipelines.progress import SILENT, Progress
from pipelines.tabular.calibration import Calibrator
from pipelines.tabular.models.base import DEFAULT, TabularLessons, TabularModel
from pipelines.tabular.tuning import HeldOut, together


class BaseRate(TabularModel):
    """Says the share of the yes, or the mean amount, of the training rows for everyone."""

    name: ClassVar[str] = "base-rate"

    def _fit(self, lessons: TabularLessons, progress: Progress) -> HeldOut:
        self.score = self._middle(lessons, np.arange(len(lessons)))
        folds = lessons.folds(self.seed)
        return together(
            folds, [np.full(len(fold.look), self._middle(lessons, fold.learn)) for fold in folds]
        )

    def fit(self, lessons: TabularLessons, progress: Progress = SILENT) -> Self:
        super().fit(lessons, progress)
        # The share is what it is: nothing is left to calibrate.
        self.calibrator = Calibrator("none")
        return self

    def _middle(self, lessons: TabularLessons, rows: np.ndarray) -> float:
        mean = float(np.average(lessons.y[rows], weights=lessons.weight[rows]))
        return float(np.log(mean / (1 - mean))) if lessons.kind == DEFAULT else mean

    def _scores(self, values: np.ndarray) -> np.ndarray:
        return np.full(len(values), self.score)

    def _contributions(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        return self.score, np.zeros((len(values), len(self.plan.used)))

    def _facts(self) -> dict[str, Any]:
        return {"score": self.score}

    def _arrays(self) -> dict[str, np.ndarray]:
        return {}

    def _restore(self, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.score = float(facts["score"])
