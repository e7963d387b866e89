"""VADER (Hutto and Gilbert 2014): a lexicon with rules."""

from __future__ import annotations

from importlib.metadata import version
from typing import Self

import numpy as np
import pandas as pd

from pipelines.pipeline import ClassPredictions, Pipeline
from pipelines.progress import SILENT, Progress

NEUTRAL_BAND = 0.05
SHARPNESS = 5.0
ROWS_PER_REPORT = 500
LONGEST = 5_000


class VaderPipeline(Pipeline):
    """Classes from VADER's compound score with its authors' thresholds, -0.05 and 0.05.

    VADER gives no probabilities; a softmax of the compound score keeps its order and its classes.
    """

    def load(self) -> Self:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        self._analyzer = SentimentIntensityAnalyzer()
        self.facts.versions = {"vaderSentiment": version("vaderSentiment")}
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        compound = np.zeros(len(batch))
        for row, text in enumerate(batch["text"]):
            compound[row] = self._analyzer.polarity_scores(text[:LONGEST])["compound"]
            if (row + 1) % ROWS_PER_REPORT == 0:
                progress.advance(ROWS_PER_REPORT)
        progress.advance(len(batch) % ROWS_PER_REPORT)
        evidence = {
            "negative": -compound,
            "neutral": np.full(len(batch), NEUTRAL_BAND),
            "positive": compound,
        }
        classes = self.config.classes
        scores = np.exp(SHARPNESS * np.stack([evidence[name] for name in classes], axis=1))
        return ClassPredictions(classes, scores / scores.sum(axis=1, keepdims=True))
