"""Names by any token-classification model of the Hugging Face Hub."""

from __future__ import annotations

from typing import Self

import pandas as pd

from pipelines.keywords.entities import hub_token_classifier
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.tasks.keywords.answers import entity_predictions


class HubEntityPipeline(Pipeline):
    """A Hub model; the names are the keywords, and each type of name is a column."""

    def load(self) -> Self:
        self._model, revision = hub_token_classifier(
            self.config.hub_model, self.config.revision, self.config.device
        )
        self.facts.device = self._model.device.type
        self.facts.versions["revision"] = revision
        return self

    def memory_mb(self) -> float:
        return self._model.memory_mb()

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        texts = [str(text) for text in batch["text"]]
        return entity_predictions(self._model.entities(texts, progress), self._model.types)
