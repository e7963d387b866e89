"""The honest baseline: always the most frequent class."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from pipelines.pipeline import ClassPredictions, LoadConfig, Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.task import ModelCard


class MajorityPipeline(Pipeline):
    """Answers the most frequent class, with the class shares as probabilities.

    Before it is fitted every class is as likely as any other and the middle one is answered.
    """

    def __init__(self, card: ModelCard, config: LoadConfig) -> None:
        super().__init__(card, config)
        count = len(config.classes)
        self._shares = np.full(count, 1 / count)
        self._shares[count // 2] += 1e-9

    def fit(self, batch: pd.DataFrame, truth: pd.Series, progress: Progress = SILENT) -> Self:
        counts = truth.value_counts().reindex(self.config.classes, fill_value=0)
        self._shares = (counts / counts.sum()).to_numpy(dtype=float)
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        progress.advance(len(batch))
        return ClassPredictions(self.config.classes, np.tile(self._shares, (len(batch), 1)))
