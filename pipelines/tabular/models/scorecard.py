"""The scorecard: points for each bin of each column, which add up to a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from data.errors import OptionError
from pipelines.learnt_arrays import doubles
from pipelines.progress import Progress
from pipelines.tabular.models.base import DEFAULT, TabularLessons, TabularModel
from pipelines.tabular.models.binning import Bins, learn_bins, no_bins, quick_value
from pipelines.tabular.models.stacking import logistic_weights
from pipelines.tabular.tuning import Fold, HeldOut, Setting, together, tune

PENALTIES = (0.3, 1.0, 3.0, 10.0, 30.0)
LEAST_VALUES = (0.0, 0.02)
# A card of more columns would not be read, and optimal bins take a while.
MOST_COLUMNS = 50


@dataclass(frozen=True)
class Points:
    """How log odds become points: `base` at odds of `odds` good to one bad, `double` to double them."""

    base: float
    odds: float
    double: float

    @property
    def factor(self) -> float:
        """Points for one unit of log odds."""
        return self.double / float(np.log(2))

    def of(self, log_odds: np.ndarray) -> np.ndarray:
        """Points of the log odds of the yes; more points are less risk."""
        return self.base - self.factor * (np.asarray(log_odds) + float(np.log(self.odds)))


class Scorecard(TabularModel):
    """A logistic regression on weights of evidence, with weights that are never negative.

    Bins are learnt on the same rows as the weights, in each fold anew. A column whose information
    value is too small, or that adds nothing beside the others, has no weight and no points.
    """

    name: ClassVar[str] = "scorecard"
    kinds: ClassVar[tuple[str, ...]] = (DEFAULT,)
    # Steps would end what points promise: that so many of them double the odds.
    calibrations: ClassVar[tuple[str, ...]] = ("none", "sigmoid")
    defaults: ClassVar[Mapping[str, Setting]] = {
        "base_score": 600, "base_odds": 50, "double_odds": 20,
    }  # fmt: skip

    def _fit(self, lessons: TabularLessons, progress: Progress) -> HeldOut:
        self.scale()
        weight = self.learning_weights(lessons)
        folds = lessons.folds(self.seed)
        trends = [int(lessons.monotone.get(self.plan.used[at].name, 0)) for at in self.part_owner]
        values = lessons.values(self.seed)
        in_folds = [
            self._weighed(values, lessons.y, weight, fold, trends, progress) for fold in folds
        ]
        best, self.trials = tune(
            [{"least_value": least, "penalty": penalty}
             for least in LEAST_VALUES for penalty in PENALTIES],
            lambda settings: self._cross_fit(in_folds, weight, lessons, folds, settings),
            lessons.budget, progress,
        )  # fmt: skip
        self.bins = self._learn(values, lessons.y, weight, trends, progress)
        evidence = self._evidence(values)
        used = self._chosen(self.bins, float(best.trial.settings["least_value"]))
        self.weights, self.intercept = logistic_weights(
            evidence * used, lessons.y, weight, float(best.trial.settings["penalty"])
        )
        self.middle = np.average(evidence, axis=0, weights=lessons.weight)
        return best.held

    def scale(self) -> Points:
        """The scale of the points.

        Raises:
            OptionError: a figure of it is no number above 0.
        """
        try:
            found = Points(
                self.number("base_score"), self.number("base_odds"), self.number("double_odds")
            )
        except ValueError as error:
            raise OptionError("The figures of the scorecard's scale have to be numbers.") from error
        if not (found.odds > 0 and found.double > 0 and np.isfinite(found.base)):
            raise OptionError(
                "The base odds and the points to double the odds have to be above 0; "
                "usual are 50 and 20."
            )
        return found

    def points(self, features: pd.DataFrame) -> np.ndarray:
        """(n,) points of applicants; more points are less risk."""
        line = self.calibrator
        return self.scale().of(line.slope * self.scores(features) + line.intercept)

    def _learn(
        self, values: np.ndarray, y: np.ndarray, weight: np.ndarray, trends: Sequence[int],
        progress: Progress,
    ) -> list[Bins]:
        parts = range(values.shape[1])
        worth = [quick_value(values[:, part], y) for part in parts]
        kept = set(np.argsort(-np.asarray(worth), kind="stable")[:MOST_COLUMNS].tolist())
        found = []
        for part in parts:
            progress.advance(0)
            found.append(
                learn_bins(
                    values[:, part], y, weight, bool(self.categorical[part]), trends[part],
                    self.part_apart[part],
                )
                if part in kept else no_bins(len(y))
            )
        return found

    def _weighed(
        self, values: np.ndarray, y: np.ndarray, weight: np.ndarray, fold: Fold,
        trends: Sequence[int], progress: Progress,
    ) -> tuple[list[Bins], np.ndarray, np.ndarray]:  # fmt: skip
        learn = fold.learn
        bins = self._learn(values[learn], y[learn], weight[learn], trends, progress)
        return bins, _all(bins, values[learn]), _all(bins, values[fold.look])

    def _cross_fit(
        self, in_folds: Sequence[tuple[list[Bins], np.ndarray, np.ndarray]], weight: np.ndarray,
        lessons: TabularLessons, folds: Sequence[Fold], settings: Mapping[str, Setting],
    ) -> tuple[float, HeldOut, None]:  # fmt: skip
        scores = []
        for fold, (bins, learn, look) in zip(folds, in_folds, strict=True):
            used = self._chosen(bins, float(settings["least_value"]))
            weights, intercept = logistic_weights(
                learn * used, lessons.y[fold.learn], weight[fold.learn], float(settings["penalty"])
            )
            scores.append(look @ weights + intercept)
        held = together(folds, scores)
        return self.loss(held, lessons), held, None

    @staticmethod
    def _chosen(bins: Sequence[Bins], least: float) -> np.ndarray:
        used = np.array([each.value >= least for each in bins], dtype=float)
        return used if used.any() else np.ones(len(bins))

    def _evidence(self, values: np.ndarray) -> np.ndarray:
        return _all(self.bins, values)

    def _scores(self, values: np.ndarray) -> np.ndarray:
        return self._evidence(values) @ self.weights + self.intercept

    def _contributions(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        cells = (self._evidence(values) - self.middle) * self.weights
        base = self.intercept + float(self.middle @ self.weights)
        return base, self.by_column(cells, self.part_owner)

    def _facts(self) -> dict[str, Any]:
        return {"intercept": self.intercept, "bins": [each.to_json() for each in self.bins]}

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"weights": self.weights, "middle": self.middle}

    def _restore(self, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.intercept = float(facts["intercept"])
        self.bins = [Bins.from_json(each) for each in facts["bins"]]
        parts = len(self.part_owner)
        self.weights = doubles(arrays, "weights", parts)
        self.middle = doubles(arrays, "middle", parts)
        if len(self.bins) != parts:
            raise ValueError("bins of other columns")
        self.scale()


def _all(bins: Sequence[Bins], values: np.ndarray) -> np.ndarray:
    return np.stack([each.weigh(values[:, part]) for part, each in enumerate(bins)], axis=1)
