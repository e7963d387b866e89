"""The baseline: the sentence whose embedding is closest to the question's."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Self

import numpy as np

from pipelines.reading.answers import Answer
from pipelines.reading.sources import Asked, Source
from pipelines.retrieval.passages import Passage
from pipelines.runtime.minilm import sentence_encoder
from pipelines.runtime.text_model import TextModel
from pipelines.tasks.question_answering.reading import ReadingPipeline, distinct


class BestSentencePipeline(ReadingPipeline):
    """Answers with a whole sentence; its confidence is the cosine, which is not a probability."""

    @property
    def encoder(self) -> TextModel:
        """The shared encoder of sentences."""
        return sentence_encoder(self.config.device)

    def load(self) -> Self:
        encoder = self.encoder
        self.facts.device, self.facts.precision = encoder.device.type, encoder.precision
        self.facts.versions = {"torch": version("torch"), "transformers": version("transformers")}
        return self

    def answers(self, asked: Sequence[Asked]) -> list[tuple[Answer, ...]]:
        # The index knows how close its own sentences are; only given passages are encoded here.
        texts: dict[str, int] = {}
        for question, sources in asked:
            for source in sources:
                if source.cosines is None:
                    texts.setdefault(question, len(texts))
                    for start, end in _sentences(source.passage):
                        texts.setdefault(source.passage.text[start:end], len(texts))
        vectors = self.encoder.run(list(texts)) if texts else np.zeros((0, 0))

        def cosine(question: str, source: Source, start: int, end: int) -> float:
            if source.cosines is not None:
                return source.closeness(start, end)
            sentence = source.passage.text[start:end]
            return float(vectors[texts[question]] @ vectors[texts[sentence]])

        return [
            distinct([
                Answer(source, start, end,
                       min(1.0, max(0.0, cosine(question, source, start, end))))
                for source in sources for start, end in _sentences(source.passage)
            ])
            for question, sources in asked
        ]


def _sentences(passage: Passage) -> tuple[tuple[int, int], ...]:
    spans = passage.sentences or ((0, len(passage.text)),)
    trimmed = []
    for start, end in spans:
        piece = passage.text[start:end]
        left = len(piece) - len(piece.lstrip())
        if piece.strip():
            trimmed.append((start + left, start + left + len(piece.strip())))
    return tuple(trimmed)
