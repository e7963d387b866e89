"""MiniLM embeddings with logistic regression, fitted to the user's labels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from pipelines.classifiers.linear import (
    enough_labels,
    fit_quietly,
    in_order,
    logistic,
    restore_model,
    save_bundle,
    sklearn_versions,
)
from pipelines.pipeline import Attribution, ClassPredictions, Pipeline
from pipelines.progress import SILENT, Progress

if TYPE_CHECKING:
    from pipelines.runtime.text_model import TextModel

EMBEDDING = "embedding"
SIZE = 384
STEPS = ("LogisticRegressionCV",)


class EmbeddingPipeline(Pipeline):
    """Sentence embeddings of all-MiniLM-L6-v2 under a logistic regression."""

    def load(self) -> Self:
        from pipelines.runtime.minilm import sentence_encoder

        self._resident = partial(sentence_encoder, self.config.device)
        self.facts.device = self._encoder.device.type
        self.facts.precision = self._encoder.precision
        self.facts.versions = {"torch": version("torch"), **sklearn_versions()}
        return self

    @property
    def _encoder(self) -> TextModel:
        return self._resident()

    def encode(self, batch: pd.DataFrame, progress: Progress = SILENT) -> pd.DataFrame:
        features = self._encoder.run(batch["text"].tolist(), progress)
        columns = pd.MultiIndex.from_product([[EMBEDDING], range(features.shape[1])])
        return pd.DataFrame(features, index=batch.index, columns=columns)

    def fit(self, batch: pd.DataFrame, truth: pd.Series, progress: Progress = SILENT) -> Self:
        enough_labels(truth)
        self._model = logistic(truth, self.config.seed)
        fit_quietly(self._model, self._features(batch, progress), truth)
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        classes = self.config.classes
        if batch.empty:
            return ClassPredictions(classes, np.zeros((0, len(classes))))
        found = self._model.predict_proba(self._features(batch, progress))
        return ClassPredictions(classes, in_order(found, self._model.classes_, classes))

    def _features(self, batch: pd.DataFrame, progress: Progress) -> np.ndarray:
        encoded = batch if EMBEDDING in batch else self.encode(batch, progress)
        return encoded[EMBEDDING].to_numpy()

    def explain(self, batch: pd.DataFrame, targets: Sequence[str]) -> list[Attribution]:
        from pipelines.runtime.occlusion import occlude_words

        def chance_of(target: str, embeddings: np.ndarray) -> np.ndarray:
            found = in_order(
                self._model.predict_proba(embeddings), self._model.classes_, self.config.classes
            )
            return found[:, self.config.classes.index(target)]

        return [
            occlude_words(self._encoder, text, target, partial(chance_of, target))
            for text, target in zip(batch["text"], targets, strict=True)
        ]

    def save(self, folder: Path) -> None:
        save_bundle(
            folder, self._model,
            {"model": self.card.id, "classes": self.config.classes, "encoder": "all-MiniLM-L6-v2"},
        )

    def restore(self, folder: Path) -> Self:
        """Read what `save` wrote; the encoder comes from its package.

        Raises:
            DataError: the bundle is damaged, of another model, or of other classes.
        """
        row = np.zeros((1, SIZE), dtype=np.float32)
        self._model = restore_model(folder, STEPS, self.config.classes, row)
        return self.load()
