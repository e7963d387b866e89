"""Encoder-decoders of the Hugging Face Hub that were trained to summarise: BART, Pegasus, T5."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from pipelines.options import Options
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.runtime.sequence_model import hub_sequence_model
from pipelines.tasks.summarization import TASK
from pipelines.tasks.summarization.measures import closest, summaries


class HubSummaryPipeline(Pipeline):
    """A Hub model; what it writes is traced to the source sentence that shares most words.

    The column `read` is the share of the source's tokens that fitted into the model.
    """

    def load(self) -> Self:
        options = Options(TASK, self.config.settings)
        self._beams, self._most = int(options["beams"]), int(options["max_tokens"])
        self._model, revision = hub_sequence_model(
            self.config.hub_model, self.config.revision, self.config.device
        )
        # T5 was trained on several tasks and told which by the first words.
        known = getattr(self._model.model.config, "task_specific_params", None) or {}
        self._prefix = str(known.get("summarization", {}).get("prefix", ""))
        self.facts.device = self._model.device.type
        self.facts.versions["revision"] = revision
        return self

    def memory_mb(self) -> float:
        return self._model.memory_mb()

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        sources = [str(text) for text in batch["text"]]
        worded = [row for row, source in enumerate(sources) if source.strip()]
        progress.advance(len(sources) - len(worded))
        asked = [self._prefix + sources[row] for row in worded]
        written = self._model.write(
            self._model.tokens(asked), beams=self._beams, max_tokens=self._most,
            done=lambda some: progress.advance(len(some)),
        )
        texts = [""] * len(sources)
        read = np.ones(len(sources))
        for row, text, share in zip(worded, written, self._model.shares_read(asked), strict=True):
            texts[row], read[row] = text, round(share, 4)
        places = [closest(text, source) for text, source in zip(texts, sources, strict=True)]
        found = summaries(texts, sources, places)
        return TextPredictions(found.texts, {**found.columns, "read": read})
