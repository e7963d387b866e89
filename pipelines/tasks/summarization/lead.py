"""The baseline of summaries: the first sentences."""

from __future__ import annotations

from typing import Self

import pandas as pd

from pipelines.options import Options
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.sentences import sentence_spans
from pipelines.tasks.summarization import TASK
from pipelines.tasks.summarization.measures import extracted


class LeadPipeline(Pipeline):
    """Takes the first sentences, as many as the option `sentences` says."""

    def load(self) -> Self:
        self._most = int(Options(TASK, self.config.settings)["sentences"])
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        sources = [str(text) for text in batch["text"]]
        places = []
        for source in sources:
            places.append(sentence_spans(source)[: self._most])
            progress.advance(1)
        return extracted(sources, places)
