"""The network of the articles: 128, 64 and 1 units on standardised inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from pipelines.progress import Progress
from pipelines.tabular.models.base import TabularLessons
from pipelines.tabular.models.neural import NeuralModel
from pipelines.tabular.tuning import HeldOut, Setting, Trial, together

if TYPE_CHECKING:
    import torch

PATIENCE = 8


class ArticleNetwork(NeuralModel):
    """128, 64 and 1 units, ReLU and dropout, binary cross-entropy (squared error of an amount), Adam.

    How many passes over the rows it learns for is what did best in the folds, on a tenth of the rows
    that each learns from.
    """

    name: ClassVar[str] = "network"
    defaults: ClassVar[Mapping[str, Setting]] = {"dropout": 0.2, "rate": 0.001, "passes": 40}

    def _fit(self, lessons: TabularLessons, progress: Progress) -> HeldOut:
        from pipelines.tabular.models.training import Course, passes_for

        cells = self.begin(lessons)
        course = Course(
            self.number("rate"), 0.0, passes_for(len(lessons), self.whole("passes")), PATIENCE
        )
        folds, scores, passes, losses = lessons.folds(self.seed), [], [], []
        for fold in folds:
            module, done = self.taught_in(lessons, cells, fold, course, progress)
            scores.append(self.module_scores(module, cells[fold.look]))
            passes.append(done.passes)
            losses.append(self.fold_loss(scores[-1], fold, lessons))
        self.passes = max(1, round(float(np.median(passes))))
        self.trials = (Trial({"passes": self.passes}, float(np.mean(losses)), 0.0),)
        everyone = np.arange(len(lessons))
        whole = Course(course.rate, course.decay, self.passes, PATIENCE)
        self.modules = [self.taught(lessons, cells, everyone, whole, self.seed)[0]]
        self.end(cells)
        return together(folds, scores)

    def make_module(self, cells: int) -> torch.nn.Module:
        from pipelines.tabular.models.modules import ArticleModule

        return ArticleModule(cells, self.number("dropout"))

    def encoded_lessons(self, lessons: TabularLessons) -> np.ndarray:
        return lessons.dense(self.seed)

    def encode(self, values: np.ndarray) -> np.ndarray:
        return self.plan.scaling.dense(values)

    def owner(self) -> np.ndarray:
        return self.dense_owner
