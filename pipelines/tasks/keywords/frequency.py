"""The baseline of keywords: the words that stand most often in a text."""

from __future__ import annotations

from typing import Self

import pandas as pd

from pipelines.keywords.keyphrases import frequent_words
from pipelines.options import Options
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.tasks.keywords import TASK
from pipelines.tasks.keywords.answers import keyword_predictions


class FrequencyPipeline(Pipeline):
    """Counts content words."""

    def load(self) -> Self:
        self._most = int(Options(TASK, self.config.settings)["keywords"])
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        found = []
        for text in batch["text"]:
            found.append(frequent_words(str(text), self._most))
            progress.advance(1)
        return keyword_predictions(found)
