"""A stronger network for tables: pieces of numbers, residual blocks, several networks averaged."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from pipelines.progress import Progress
from pipelines.tabular.models.base import TabularLessons
from pipelines.tabular.models.neural import NeuralModel
from pipelines.tabular.models.pieces import Pieces, learn_pieces
from pipelines.tabular.tuning import HeldOut, Setting, Trial, together

if TYPE_CHECKING:
    import torch

PIECES = 16
PATIENCE = 8


class DeepNetwork(NeuralModel):
    """Residual networks on standardised inputs and pieces of numbers, one learnt in each fold.

    Each learns from the rows of its fold and stops by the others; the answer is their mean. With
    many rows there is one fold, and two networks that begin differently.
    """

    name: ClassVar[str] = "deep-network"
    defaults: ClassVar[Mapping[str, Setting]] = {
        "width": 96, "blocks": 2, "dropout": 0.4, "rate": 0.0005, "decay": 0.02, "passes": 40,
    }  # fmt: skip

    def _fit(self, lessons: TabularLessons, progress: Progress) -> HeldOut:
        from pipelines.tabular.models.training import Course, passes_for

        self.pieces = self._pieces_of(lessons)
        cells = self.begin(lessons)
        passes = passes_for(len(lessons), self.whole("passes"))
        course = Course(self.number("rate"), self.number("decay"), passes, PATIENCE, warm=True)
        folds = lessons.folds(self.seed)
        seeds = 2 if len(folds) == 1 else 1
        scores, trials = [], []
        self.modules = []
        for fold in folds:
            of_fold = []
            for at in range(seeds):
                began = time.perf_counter()
                module, done = self.taught(
                    lessons, cells, fold.learn, course, self.seed + at, fold.look, progress
                )
                self.modules.append(module)
                of_fold.append(self.module_scores(module, cells[fold.look]))
                loss = self.fold_loss(of_fold[-1], fold, lessons)
                seconds = round(time.perf_counter() - began, 3)
                trials.append(Trial({"passes": done.passes}, loss, seconds))
            scores.append(np.mean(of_fold, axis=0))
        self.trials = tuple(trials)
        self.end(cells)
        return together(folds, scores)

    def make_module(self, cells: int) -> torch.nn.Module:
        from pipelines.tabular.models.modules import ResidualModule

        return ResidualModule(
            cells, self.whole("width"), self.whole("blocks"), self.number("dropout")
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
        super()._restore(facts, arrays)
