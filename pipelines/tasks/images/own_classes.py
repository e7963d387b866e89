"""Own classes: features of the packaged network under a linear rule, fitted to the user's labels."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from data.errors import DataError
from data.images.picture import Picture
from pipelines.classifiers.linear import in_order, sklearn_versions
from pipelines.pipeline import ClassPredictions, LoadConfig, Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.task import ModelCard
from pipelines.vision.alike import groups_of
from pipelines.vision.backbone import backbone
from pipelines.vision.features import WHOLE, feature_rows, seconds_spared
from pipelines.vision.head import LinearHead, learn
from pipelines.vision.head_files import read_head, write_head

FEATURES = "features"


class OwnClassesPipeline(Pipeline):
    """EfficientNet-lite2 as published under logistic regression, or nearest centroid for few images.

    One image a class is enough to begin with.
    """

    def __init__(self, card: ModelCard, config: LoadConfig) -> None:
        super().__init__(card, config)
        self._classes = config.classes
        self._head: LinearHead | None = None

    def load(self) -> Self:
        network = backbone(WHOLE.network, WHOLE.sides[0], self.config.device, classes=False)
        self.facts.device = network.device.type
        self.facts.precision = network.precision
        self.facts.versions = {**network.versions, **sklearn_versions()}
        return self

    def encode(self, batch: pd.DataFrame, progress: Progress = SILENT) -> pd.DataFrame:
        rows = feature_rows(batch["image"].tolist(), WHOLE, self.config.device, progress)
        cells = np.empty(len(rows), dtype=object)
        cells[:] = rows
        return batch.assign(**{FEATURES: pd.Series(cells, index=batch.index, dtype=object)})

    def spared(self, batch: pd.DataFrame) -> float:
        return seconds_spared(batch["image"].tolist(), WHOLE, self.config.device)

    def fit(self, batch: pd.DataFrame, truth: pd.Series, progress: Progress = SILENT) -> Self:
        """Learn from labelled images, one a class at least.

        Raises:
            DataError: the labels name fewer than two classes.
        """
        names = truth.astype(str).tolist()
        if len(set(names)) < 2:
            found = f"only “{names[0]}”" if names else "none"
            raise DataError(
                f"Learning your own classes needs images of at least two; the labels have {found}."
            )
        rows = self._rows(batch, progress)
        groups = groups_of(batch, self.config.device, progress)
        self._head = learn(rows, names, self.config.seed, groups)
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        head = self._fitted()
        found = head.probabilities(self._rows(batch, progress))
        return ClassPredictions(
            self._classes, in_order(found, np.asarray(head.classes), self._classes)
        )

    def heat(self, picture: Picture, target: str) -> np.ndarray | None:
        from pipelines.vision.heat_map import described_heat

        head = self._fitted()
        if target not in head.classes:
            return None
        return described_heat(picture, head, head.classes.index(target), self.config.device)

    def save(self, folder: Path) -> None:
        write_head(folder, self._fitted(), {
            "model": self.card.id, "classes": list(self._classes), "network": WHOLE.network,
            "seed": self.config.seed, "versions": self.facts.versions,
        })

    def restore(self, folder: Path) -> Self:
        """Read what `save` wrote; the network comes from its package.

        Raises:
            DataError: the bundle is damaged, of another model, or of other classes.
        """
        self.load()
        self._head, self._classes = read_head(folder, self.card.id, self._classes)
        return self

    def memory_mb(self) -> float:
        """Megabytes of the weights, and of the rule that was learnt."""
        network = backbone(WHOLE.network, WHOLE.sides[0], self.config.device, classes=False)
        own = 0.0 if self._head is None else self._head.weights.nbytes / 1e6
        return network.memory_mb() + own

    def _rows(self, batch: pd.DataFrame, progress: Progress) -> list[np.ndarray]:
        if batch.empty:
            return []
        encoded = batch if FEATURES in batch else self.encode(batch, progress)
        found: list[np.ndarray] = encoded[FEATURES].tolist()
        return found

    def _fitted(self) -> LinearHead:
        assert self._head is not None, "fit or restore comes before this"
        return self._head
