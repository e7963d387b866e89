"""The baseline of counting: the same number for each image."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.task import ModelCard
from pipelines.vision.boxes import BoxPredictions


class MedianCountPipeline(Pipeline):
    """Answers the median of the true counts; none before it is fitted.

    Of an even number of counts the lower middle one, which a count can be and no other number is
    nearer on average.
    """

    def __init__(self, card: ModelCard, config: LoadConfig) -> None:
        super().__init__(card, config)
        self._count = 0

    def fit(self, batch: pd.DataFrame, truth: pd.Series, progress: Progress = SILENT) -> Self:
        counts = np.sort(truth.to_numpy(dtype=float))
        self._count = int(counts[(len(counts) - 1) // 2]) if len(counts) else 0
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> BoxPredictions:
        progress.advance(len(batch))
        counts = np.full(len(batch), self._count, dtype=np.int64)
        return BoxPredictions(counts, ((),) * len(batch))
