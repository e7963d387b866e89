"""A passage as a reader gets it: given with the question, or found by retrieval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.retrieval.passages import Passage


@dataclass(frozen=True, eq=False)
class Source:
    """A passage to read for a question.

    Attributes:
        place: in retrieval, 0 for the first; None when the passage came with the question.
        cosines: of the question with each sentence, shape (sentences,); None when it was given.
    """

    passage: Passage
    place: int | None = None
    cosines: np.ndarray | None = None

    def closeness(self, start: int, end: int) -> float:
        """The cosine of the closest sentence that a span touches; 0 where it is not known.

        Args:
            start, end: characters of the span in the passage.
        """
        if self.cosines is None:
            return 0.0
        return max(
            (
                float(cosine)
                for (first, last), cosine in zip(self.passage.sentences, self.cosines, strict=True)
                if first < end and last > start
            ),
            default=0.0,
        )


Asked = tuple[str, tuple[Source, ...]]
