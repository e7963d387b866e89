"""A stronger network for tables: pieces of numbers, residual blocks, several networks averaged."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from pipelines.progress import Progress
from pipelines.tabular.models.base import TabularLessons
from pipelines.tabular.models.neural import NeuralModel
from pipelines.tabular.models.pieces import Pieces, learn_pieces
from pipelines.tabular.tuning import Fold, HeldOut, Setting, Trial, together

if TYPE_CHECKING:
    import torch

PIECES = 16
PATIENCE = 8
# Learning rate and dropout: the first did better on German credit, the second on HMEQ.
PACES = ((0.0005, 0.4), (0.002, 0.2))


@dataclass(frozen=True)
class _One:
    pace: tuple[float, float]
    module: torch.nn.Module
    scores: np.ndarray
    trial: Trial


class DeepNetwork(NeuralModel):
    """Residual networks on standardised inputs and pieces of numbers, one learnt in each fold.

    Each learns from the rows of its fold but a tenth, by which it stops; the answer is their mean. With
    many rows there is one fold, and a network of each pace. The rate and the dropout are set
    together: slow and much where there is little to learn, fast and little where there is more.
    """

    name: ClassVar[str] = "deep-network"
    defaults: ClassVar[Mapping[str, Setting]] = {
        "width": 96, "blocks": 2, "dropout": "auto", "rate": "auto", "decay": 0.02, "passes": 40,
    }  # fmt: skip

    dropout: float = 0.0

    def _fit(self, lessons: TabularLessons, progress: Progress) -> HeldOut:
        self.pieces = self._pieces_of(lessons)
        cells = self.begin(lessons)
        folds = lessons.folds(self.seed)
        first = [self._taught_in(lessons, cells, folds[0], each, progress) for each in self._paces()]
        self.trials = tuple(each.trial for each in first)
        if len(folds) > 1:
            # The pace that does better in the first fold is that of the others.
            first = [min(first, key=lambda each: each.trial.loss)]
        self.modules = [each.module for each in first]
        scores = [np.mean([each.scores for each in first], axis=0)]
        for fold in folds[1:]:
            one = self._taught_in(lessons, cells, fold, first[0].pace, progress)
            self.modules.append(one.module)
            self.trials = (*self.trials, one.trial)
            scores.append(one.scores)
        self.end(cells)
        return together(folds, scores)

    def _paces(self) -> list[tuple[float, float]]:
        rate, dropout = self.settings["rate"], self.settings["dropout"]
        found = [
            (each[0] if rate == "auto" else float(rate),
             each[1] if dropout == "auto" else float(dropout))
            for each in PACES
        ]  # fmt: skip
        return list(dict.fromkeys(found))

    def _taught_in(
        self, lessons: TabularLessons, cells: np.ndarray, fold: Fold, pace: tuple[float, float],
        progress: Progress,
    ) -> _One:  # fmt: skip
        from pipelines.tabular.models.training import Course, passes_for

        began = time.perf_counter()
        rate, self.dropout = pace
        passes = passes_for(len(lessons), self.whole("passes"))
        course = Course(rate, self.number("decay"), passes, PATIENCE, warm=True)
        module, done = self.taught_in(lessons, cells, fold, course, progress)
        scores = self.module_scores(module, cells[fold.look])
        settings: dict[str, Setting] = {"rate": rate, "dropout": pace[1], "passes": done.passes}
        seconds = round(time.perf_counter() - began, 3)
        trial = Trial(settings, self.fold_loss(scores, fold, lessons), seconds)
        return _One(pace, module, scores, trial)

    def make_module(self, cells: int) -> torch.nn.Module:
        from pipelines.tabular.models.modules import ResidualModule

        return ResidualModule(
            cells, self.whole("width"), self.whole("blocks"), self.dropout
        )

    def _pieces_of(self, lessons: TabularLessons) -> Pieces:
        values = lessons.values(self.seed)
        return lessons.once(
            ("pieces", self.seed, PIECES), lambda: learn_pieces(values, self.categorical, PIECES)
        )

    def encoded_lessons(self, lessons: TabularLessons) -> np.ndarray:
        return lessons.once(
            ("in pieces", self.seed, PIECES), lambda: self.encode(lessons.values(self.seed))
        )

    def encode(self, values: np.ndarray) -> np.ndarray:
        return np.concatenate(
            [self.plan.scaling.dense(values), self.pieces.encode(values)], axis=1
        )

    def owner(self) -> np.ndarray:
        return np.concatenate([self.dense_owner, self.part_owner[self.pieces.owner]])

    def _facts(self) -> dict[str, Any]:
        return {**super()._facts(), "pieces": self.pieces.to_json()}

    def _restore(self, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.pieces = Pieces.from_json(facts["pieces"])
        self.pieces.check([len(each) for each in self.part_levels])
        super()._restore(facts, arrays)
