"""Any extractive reader of the Hugging Face Hub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pipelines.reading.answers import Answer
from pipelines.reading.sources import Asked
from pipelines.runtime.readers import hub_reader
from pipelines.tasks.question_answering.reading import FROM_ONE_PASSAGE, ReadingPipeline, distinct
from pipelines.tasks.question_answering.spans import facts_of, read_passages


class HubReaderPipeline(ReadingPipeline):
    """A Hub model; its confidence is the chance it gives to the span, which it never calibrated."""

    def load(self) -> Self:
        self._reader, revision = hub_reader(
            self.config.hub_model, self.config.revision, self.config.device
        )
        self.facts = facts_of(self._reader)
        self.facts.versions["revision"] = revision
        return self

    def answers(self, asked: Sequence[Asked]) -> list[tuple[Answer, ...]]:
        found = read_passages(self._reader, asked, FROM_ONE_PASSAGE)
        return [
            distinct([
                Answer(source, span.start, span.end, min(1.0, span.chance))
                for source, span in some
            ])
            for some in found
        ]
