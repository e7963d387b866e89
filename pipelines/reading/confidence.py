"""From a reader's scores to the chance that a span answers the question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Confidence:
    """A logistic model of a few features, fitted to questions that the reader was not trained on.

    Attributes:
        score: weight of the span's score over "no answer" (Devlin et al. 2019, section 4.3).
        place: weight of 1 / (1 + place of the passage in retrieval).
        closeness: weight of the cosine of question and sentence.
        bias: the constant.
    """

    score: float
    place: float
    closeness: float
    bias: float

    def chances(
        self, scores: np.ndarray, places: np.ndarray, closeness: np.ndarray
    ) -> np.ndarray:
        """Chances, 0 to 1, that spans are right.

        Args:
            scores: of the spans, shape (spans,).
            places: of their passages in retrieval, 0 for the first, shape (spans,).
            closeness: of their sentences to the question, shape (spans,).
        """
        logits = (
            self.score * scores + self.place / (1 + places) + self.closeness * closeness + self.bias
        )
        return 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
