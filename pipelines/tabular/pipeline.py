"""A model of a table as a pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Self

import pandas as pd

from data.errors import DataError
from pipelines.evaluation.decisions import Choosers, HeldScores
from pipelines.pipeline import Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.tabular.batch import features_of
from pipelines.tabular.decision import (
    chosen_threshold,
    decision_of,
    read_threshold,
    set_threshold,
    write_threshold,
)
from pipelines.tabular.models.base import DEFAULT, TabularLessons, TabularModel
from pipelines.tabular.predictions import AmountPredictions, RiskPredictions


class TabularPipeline(Pipeline):
    """Learns a yes/no outcome or an amount from the features of rows.

    Attributes:
        method: the class of the model.
        model: the fitted model.
        threshold: from which probability on a row is said to be of the outcome.
    """

    method: ClassVar[type[TabularModel]]
    model: TabularModel
    threshold: float

    def learn(self, lessons: TabularLessons, progress: Progress = SILENT) -> Self:
        """Choose settings, learn and calibrate, on training rows alone.

        Raises:
            DataError: there is too little to learn from, or the model cannot learn such a target.
            OptionError: the threshold that was set is none.
        """
        set_threshold(self.config.settings)
        if lessons.kind not in self.method.kinds:
            raise DataError("It learns a yes/no target only, and the target here is an amount.")
        self.model = self.method({}, self.config.device, self.config.seed)
        self.model.fit(lessons, progress)
        if self.model.kind == DEFAULT:
            self.threshold = chosen_threshold(self.config.settings, self._held(), self.model.margin)
        return self

    def predict(
        self, batch: pd.DataFrame, progress: Progress = SILENT
    ) -> RiskPredictions | AmountPredictions:
        """The calibrated probability of the outcome, or the amount, of each row.

        Raises:
            DataError: a column that the model learnt from is not there at all.
        """
        features = self.known(features_of(batch))
        values = self.model.predict(features)
        progress.advance(len(batch))
        if self.model.kind == DEFAULT:
            classes = self.config.classes or ("no", "yes")
            return RiskPredictions.of(
                classes, values, self.threshold, decision_of(self.config.settings),
                self._choosers(len(values)),
            )
        ends = self.model.interval(features)
        return AmountPredictions(values, *(ends or (None, None)))

    def known(self, features: pd.DataFrame) -> pd.DataFrame:
        """The columns that the model learnt from.

        Raises:
            DataError: one is not there.
        """
        wanted = [each.name for each in self.model.plan.used]
        missing = [name for name in wanted if name not in features.columns]
        if missing:
            more = f" and {len(missing) - 1} more columns" if len(missing) > 1 else ""
            raise DataError(
                f"“{missing[0]}”{more} is missing, which the model learnt from; add it, with empty "
                "values where it is not known."
            )
        return features[wanted]

    def save(self, folder: Path) -> None:
        self.model.save(folder)
        if self.model.kind == DEFAULT:
            write_threshold(folder, decision_of(self.config.settings), self.threshold)

    def restore(self, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            DataError: the bundle is damaged, or of another model.
        """
        self.model = self.method({}, self.config.device, self.config.seed).restore(folder)
        if self.model.kind == DEFAULT:
            self.threshold = read_threshold(folder)
        return self

    def _held(self) -> HeldScores:
        """What was said of training rows that the model had not learnt from."""
        return HeldScores(self.model.held_out_predictions(), self.model.held_y == 1)

    def _choosers(self, rows: int) -> Choosers | None:
        """The rows that chose the threshold; None where a profit or the user did."""
        settings = self.config.settings
        if decision_of(settings).rule == "profit" or set_threshold(settings) is not None:
            return None
        return Choosers.of(self._held(), rows)
