"""EfficientNet-lite as published, for the 1,000 classes of ImageNet or those of them a user names."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from scipy.special import softmax

from data.images.picture import Picture
from pipelines.pipeline import ClassPredictions, Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.vision import imagenet
from pipelines.vision.backbone import Backbone, backbone
from pipelines.vision.features import Look, feature_rows, seconds_spared

FEATURES = "features"
CHUNK = 512


class PretrainedPipeline(Pipeline):
    """The network that the card's id names, with nothing learnt.

    Where the classes are a user's, the chance of each is that of all it may mean, as a share of
    those of the user's classes.
    """

    def load(self) -> Self:
        """Read the weights.

        Raises:
            DataError: a class is none of ImageNet's.
        """
        self._look = Look(self.card.id, descriptive=False)
        self._outputs = imagenet.outputs_of(self.config.classes)
        network = self._network
        self.facts.device = network.device.type
        self.facts.precision = network.precision
        self.facts.versions = network.versions
        return self

    @property
    def _network(self) -> Backbone:
        return backbone(self.card.id, device=self.config.device)

    def encode(self, batch: pd.DataFrame, progress: Progress = SILENT) -> pd.DataFrame:
        rows = feature_rows(batch["image"].tolist(), self._look, self.config.device, progress)
        cells = np.empty(len(rows), dtype=object)
        cells[:] = rows
        return batch.assign(**{FEATURES: pd.Series(cells, index=batch.index, dtype=object)})

    def spared(self, batch: pd.DataFrame) -> float:
        return seconds_spared(batch["image"].tolist(), self._look, self.config.device)

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        found = np.zeros((len(batch), len(self.config.classes)), dtype=np.float32)
        if len(batch):
            encoded = batch if FEATURES in batch else self.encode(batch, progress)
            features = encoded[FEATURES].tolist()
            for start in range(0, len(batch), CHUNK):
                some = slice(start, start + CHUNK)
                found[some] = self._chances(np.stack(features[some]))
        return ClassPredictions(self.config.classes, found)

    def heat(self, picture: Picture, target: str) -> np.ndarray | None:
        from pipelines.vision.heat_map import published_heat

        outputs = self._outputs[self.config.classes.index(target)]
        return published_heat(picture, self._network, outputs)

    def memory_mb(self) -> float:
        """Megabytes of the weights."""
        return self._network.memory_mb()

    def _chances(self, features: np.ndarray) -> np.ndarray:
        """Probabilities of the classes, shape (rows, classes), of pooled features."""
        weights, bias = self._network.classifier
        # In float64, as a product is rounded by its shape: a row alone would differ visibly.
        logits = features.astype(np.float64) @ weights.T.astype(np.float64) + bias
        chances = softmax(logits, axis=1)
        own = np.stack([chances[:, list(each)].sum(axis=1) for each in self._outputs], axis=1)
        return own / own.sum(axis=1, keepdims=True)
