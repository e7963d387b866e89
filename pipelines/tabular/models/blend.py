"""A blend: several models' scores, weighed by what each adds on rows that none has learnt from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from data.errors import OptionError
from pipelines.learnt_arrays import doubles
from pipelines.progress import Progress
from pipelines.tabular.models import MODELS, fitted, model_class, restored
from pipelines.tabular.models.base import DEFAULT, TabularLessons, TabularModel
from pipelines.tabular.models.stacking import logistic_weights, square_weights
from pipelines.tabular.tuning import HeldOut, Setting, Trial


class Blend(TabularModel):
    """A weighted sum of the scores of other models, with weights that are never negative.

    The weights are learnt on the held-out scores of the same folds for all of them (stacking,
    Wolpert 1992), and the sum is calibrated on those scores, too. `models` names them, with spaces;
    where directions are set for columns, those that cannot keep them are left out.
    """

    name: ClassVar[str] = "blend"
    defaults: ClassVar[Mapping[str, Setting]] = {"models": "logistic boosting deep-network"}

    def members(self) -> tuple[str, ...]:
        """Names of the models in the blend.

        Raises:
            OptionError: one is unknown or the blend itself, or there is none.
        """
        found = tuple(dict.fromkeys(str(self.settings["models"]).replace(",", " ").split()))
        wrong = [name for name in found if name not in MODELS or name == self.name]
        if wrong or not found:
            known = ", ".join(name for name in MODELS if name != self.name)
            raise OptionError(
                f"A blend is of models such as “logistic boosting”, not “{' '.join(wrong)}”; "
                f"choose of {known}."
            )
        return found

    def _fit(self, lessons: TabularLessons, progress: Progress) -> HeldOut:
        own = {"balance": self.settings["balance"]}
        if any(lessons.monotone.values()):
            kept = [name for name in self.members() if model_class(name).keeps_directions]
            self.settings["models"] = " ".join(kept or self.members())
        self.parts = [
            fitted(name, own, lessons, self.device, self.seed, progress) for name in self.members()
        ]
        rows = self.parts[0].held.rows
        scores = np.stack([each.held.scores for each in self.parts], axis=1)
        y, weight = lessons.y[rows], self.learning_weights(lessons)[rows]
        learn = logistic_weights if self.kind == DEFAULT else square_weights
        self.weights, self.intercept = learn(scores, y, weight)
        held = HeldOut(rows, scores @ self.weights + self.intercept)
        shown = {name: round(float(each), 4) for name, each in self.shares().items()}
        self.trials = (Trial(shown, self.loss(held, lessons), 0.0),)
        return held

    def shares(self) -> dict[str, float]:
        """The weight of each model in the blend."""
        return dict(zip(self.members(), self.weights.tolist(), strict=True))

    def _scores(self, values: np.ndarray) -> np.ndarray:
        found = np.stack([each._scores(values) for each in self.parts], axis=1)
        return found @ self.weights + self.intercept

    def _contributions(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        base, total = self.intercept, np.zeros((len(values), len(self.plan.used)))
        for weight, part in zip(self.weights, self.parts, strict=True):
            if weight:
                begin, added = part._contributions(values)
                base, total = base + weight * begin, total + weight * added
        return base, total

    def _facts(self) -> dict[str, Any]:
        return {"intercept": self.intercept}

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"weights": self.weights}

    def _restore(self, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.intercept = float(facts["intercept"])
        self.weights = doubles(arrays, "weights", len(self.members()))

    def _save_more(self, folder: Path) -> None:
        for name, part in zip(self.members(), self.parts, strict=True):
            part.save(folder / name, part=True)

    def _restore_more(self, folder: Path) -> None:
        self.parts = [restored(name, folder / name, self.device) for name in self.members()]
        if any(part.plan.names != self.plan.names for part in self.parts):
            raise ValueError("parts of other columns")
