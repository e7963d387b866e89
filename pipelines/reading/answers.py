"""What a reader answers: spans of passages with a confidence, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.reading.sources import Source
from pipelines.retrieval.passages import Passage


@dataclass(frozen=True)
class Answer:
    """A span of a passage.

    Attributes:
        start, end: characters of the answer in the passage's text.
        confidence: chance, 0 to 1, that this answers the question.
        source: the passage as it was read, with its place in retrieval.
    """

    source: Source
    start: int
    end: int
    confidence: float

    @property
    def passage(self) -> Passage:
        """The passage that it stands in."""
        return self.source.passage

    @property
    def text(self) -> str:
        """The words of the answer."""
        return self.passage.text[self.start : self.end]

    @property
    def sentence(self) -> str:
        """The sentences of the passage that the answer touches."""
        touched = [
            (start, end) for start, end in self.passage.sentences
            if start < self.end and end > self.start
        ]
        if not touched:
            return self.text
        return self.passage.text[touched[0][0] : touched[-1][1]].strip()


@dataclass(frozen=True)
class Reading:
    """What a reader found for one question.

    Attributes:
        given: candidates in the passage that came with the question, best first; None without one.
        found: candidates in the passages that retrieval brought, best first; None without
            documents.
        retrieved: the passages in the order of retrieval.
        rank: place among `retrieved` of the first that holds the answer, of those that the passage
            given was cut into; 1 for the first, 0 when none was brought, None when nobody knows
            which it should be.
        document_rank: the same for passages of the expected document, of a question that came
            without a passage.
        ranks_by: the rank that is known, of passage or document, by each method of retrieval; empty
            when none is.
    """

    given: tuple[Answer, ...] | None = None
    found: tuple[Answer, ...] | None = None
    retrieved: tuple[Passage, ...] = ()
    rank: int | None = None
    document_rank: int | None = None
    ranks_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def candidates(self) -> tuple[Answer, ...]:
        """Those that count as the prediction: of the passage given, else of the documents."""
        return (self.found or ()) if self.given is None else self.given


@dataclass(frozen=True)
class AnswerPredictions:
    """Readings of questions, in their order.

    Attributes:
        threshold: a less confident answer counts as "not in these documents".
        abstain: whether scores go by the threshold; "auto" where some questions have no answer.
        passages: how many were searched; 0 when none were.
        retrieval: the method that brought the passages; "" when none did.
    """

    readings: tuple[Reading, ...]
    threshold: float
    abstain: Literal["auto", "always", "never"] = "auto"
    passages: int = 0
    retrieval: str = ""

    def __len__(self) -> int:
        return len(self.readings)

    def take(self, rows: np.ndarray) -> AnswerPredictions:
        chosen = tuple(self.readings[row] for row in rows)
        return replace(self, readings=chosen)

    def replaced(
        self, pieces: Sequence[tuple[np.ndarray, AnswerPredictions]]
    ) -> AnswerPredictions:
        readings = list(self.readings)
        for rows, others in pieces:
            for row, reading in zip(rows, others.readings, strict=True):
                readings[row] = reading
        return replace(self, readings=tuple(readings))

    def best(self, *, found: bool = False) -> list[Answer | None]:
        """The most confident candidate of each question, whatever the threshold.

        Args:
            found: from the documents even where a passage came with the question.
        """
        chosen = [(r.found or ()) if found else r.candidates for r in self.readings]
        return [candidates[0] if candidates else None for candidates in chosen]

    def frame(self, *, withheld: bool | None = None) -> pd.DataFrame:
        """One row a question, with the columns a user downloads.

        Args:
            withheld: whether answers below the threshold count as none, as scores may have taken
                them; if not given, they do unless the user said never.
        """
        threshold = self.threshold if withheld or (withheld is None and self.abstain != "never") else 0
        rows = []
        for reading, answer in zip(self.readings, self.best(), strict=True):
            sure = answer is not None and answer.confidence >= threshold
            row: dict[str, object] = {
                "prediction": answer.text if answer is not None and sure else "",
                "confidence": 0.0 if answer is None else round(answer.confidence, 6),
                "withheld": answer is not None and not sure,
                "best_guess": "" if answer is None else answer.text,
                "sentence": "" if answer is None else answer.sentence,
                "source_document": "" if answer is None else answer.passage.document,
                "source_page": None if answer is None else answer.passage.page,
                "next_best": " || ".join(each.text for each in reading.candidates[1:]),
            }
            rows.append(row)
        columns = ["prediction", "confidence", "withheld", "best_guess", "sentence",
                   "source_document", "source_page", "next_best"]
        frame = pd.DataFrame(rows, columns=columns)
        frame["withheld"] = frame["withheld"].astype("boolean")
        frame["source_page"] = frame["source_page"].astype("Int64")
        return frame
