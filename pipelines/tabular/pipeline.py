"""A model of a table as a pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
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
from pipelines.tabular.models.scorecard import Scorecard
from pipelines.tabular.predictions import AmountPredictions, RiskPredictions
from pipelines.tabular.target import read_money
from pipelines.tabular.unread import unread_cells

# Of columns that are not there.
MOST_NAMED = 5
SCORES_KEPT = (
    "It holds the score and the outcome of training rows, without saying which rows they were, and "
    "the values of its columns of categories; hand it on as you would such data."
)
ROWS_KEPT = (
    "It holds up to 64 training rows whole, as numbers from which their values can be told, and the "
    "score and the outcome of more; hand it on as you would the data."
)


class TabularPipeline(Pipeline):
    """Learns a yes/no outcome or an amount from the features of rows.

    Attributes:
        method: the class of the model.
        model: the fitted model.
        threshold: from which probability on a row is said to be of the outcome.
    """

    carries = SCORES_KEPT
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

    def answer(
        self, batch: pd.DataFrame, roles: Mapping[str, str], progress: Progress = SILENT
    ) -> pd.DataFrame:
        """Predictions with the threshold, the decision, and what the model and the money add.

        Points are those of a scorecard; the expected loss is probability x exposure x loss given
        default, where records hold the column of the exposure.

        Raises:
            DataError: a column that the model learnt from is missing, or an exposure is negative.
        """
        predictions = self.predict(batch, progress)
        found = predictions.frame()
        if not isinstance(predictions, RiskPredictions):
            return found
        decision = predictions.decision
        found["threshold"] = np.round(predictions.own_cuts, 6)
        found["decision"] = np.where(predictions.codes == 1, decision.caught, decision.spared)
        features = features_of(batch)
        if isinstance(self.model, Scorecard):
            found["points"] = np.round(self.model.points(self.known(features))).astype(int)
        if roles.get("exposure") in features.columns:
            found["expected_loss"] = self.expected_loss(
                predictions.risk, features[roles["exposure"]]
            )
        return found

    def expected_loss(self, risk: np.ndarray, exposure: pd.Series) -> np.ndarray:
        """(n,) probability x exposure x loss given default, in units of the exposure.

        Raises:
            DataError: an exposure is negative or no number.
        """
        share = float(self.config.settings.get("loss_given_default", 0.5))
        return np.round(risk * read_money(exposure, "exposure") * share, 2)

    def check_roles(self, roles: Mapping[str, str]) -> None:
        target = roles.get("target")
        if target in self.columns:
            raise DataError(
                f"The bundle names “{target}” as its target, which its model learns from; download it "
                "again."
            )

    def unread(self, batch: pd.DataFrame) -> tuple[str, ...]:
        return unread_cells(self.model.plan, features_of(batch))

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.model.plan.used)

    def known(self, features: pd.DataFrame) -> pd.DataFrame:
        """The columns that the model learnt from.

        Raises:
            DataError: one is not there, and there are rows.
        """
        wanted = list(self.columns)
        if not len(features):
            return features.reindex(columns=wanted)
        missing = [name for name in wanted if name not in features.columns]
        if missing:
            raise DataError(_lacking(missing, len(wanted)))
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


def _lacking(missing: list[str], wanted: int) -> str:
    """What to say of columns that are not there."""
    if len(missing) == 1:
        return (
            f"“{missing[0]}” is missing, which the model learnt from; add it, with empty values where "
            "it is not known."
        )
    named = ", ".join(f"“{name}”" for name in missing[:MOST_NAMED])
    more = f" and {len(missing) - MOST_NAMED:,} more" if len(missing) > MOST_NAMED else ""
    return (
        f"{len(missing):,} of the {wanted:,} columns that the model learnt from are missing: "
        f"{named}{more}; add them, with empty values where they are not known."
    )
