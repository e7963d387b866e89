"""litmus-reader: the span reader that this project trained, with its calibrated confidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from pipelines.reading.answers import Answer
from pipelines.reading.confidence import Confidence
from pipelines.reading.sources import Asked, Source
from pipelines.runtime.minilm import read_card
from pipelines.runtime.readers import tuned_reader
from pipelines.runtime.span_model import Span, SpanModel
from pipelines.tasks.question_answering.reading import FROM_ONE_PASSAGE, ReadingPipeline, distinct
from pipelines.tasks.question_answering.spans import facts_of, read_passages

WEIGHTS = Path(__file__).parents[2] / "weights" / "litmus_reader"


class LitmusReaderPipeline(ReadingPipeline):
    """Reads spans; candidates are ranked by their calibrated confidence."""

    @property
    def reader(self) -> SpanModel:
        """The shared reader, loaded again if it was released."""
        return tuned_reader(WEIGHTS, self.config.device)

    def load(self) -> Self:
        self.facts = facts_of(self.reader)
        card = read_card(WEIGHTS)["confidence"]
        self._given = Confidence(**card["given"])
        self._found = Confidence(**card["found"])
        return self

    def answers(self, asked: Sequence[Asked]) -> list[tuple[Answer, ...]]:
        return [
            distinct([
                Answer(source, span.start, span.end, float(chance))
                for (source, span), chance in zip(some, self._chances(some), strict=True)
            ])
            for some in read_passages(self.reader, asked, FROM_ONE_PASSAGE)
        ]

    def _chances(self, some: Sequence[tuple[Source, Span]]) -> np.ndarray:
        given = all(source.place is None for source, _ in some)
        return (self._given if given else self._found).chances(
            np.array([span.score for _, span in some]),
            np.array([source.place or 0 for source, _ in some]),
            np.array([source.closeness(span.start, span.end) for source, span in some]),
        )
