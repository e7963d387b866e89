"""What the networks trained from scratch share: pixels in, training, calibrated classes out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from data.images.picture import Picture
from pipelines.classifiers.linear import enough_labels, in_order
from pipelines.pipeline import ClassPredictions, LoadConfig, Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.task import ModelCard

if TYPE_CHECKING:
    import torch

    from pipelines.vision.from_scratch import Fitted, PixelLessons
    from pipelines.vision.networks import SmallNetwork

IMAGE = "image"
GREY = "pixels_grey"
COLOUR = "pixels_colour"


class SmallNetworkPipeline(Pipeline):
    """A network for small images, trained on the user's labelled rows alone."""

    def __init__(self, card: ModelCard, config: LoadConfig) -> None:
        super().__init__(card, config)
        self._classes = config.classes

    @abstractmethod
    def _takes_colour(self, images: Sequence[np.ndarray]) -> bool:
        """Whether the network is to see the colours, given the training images."""

    @abstractmethod
    def _build(self, classes: int, channels: int, generator: torch.Generator) -> SmallNetwork:
        """The untrained network."""

    @abstractmethod
    def _train(
        self, classes: int, lessons: PixelLessons, progress: Progress
    ) -> Fitted:
        """The trained network and how training went."""

    def load(self) -> Self:
        from pipelines.runtime.device import choose_device

        self._device = choose_device(self.config.device)
        self.facts.device = self._device.type
        self.facts.versions = {name: version(name) for name in ("torch", "numpy", "pillow")}
        return self

    def encode(self, batch: pd.DataFrame, progress: Progress = SILENT) -> pd.DataFrame:
        from pipelines.vision.pixels import decode

        found = decode(batch[IMAGE].tolist(), progress)
        return batch.assign(**{
            GREY: _column([each.grey for each in found], batch.index),
            COLOUR: _column([each.colour for each in found], batch.index),
        })

    def fit(self, batch: pd.DataFrame, truth: pd.Series, progress: Progress = SILENT) -> Self:
        """Train on the rows given; a part of them tells when to stop.

        Raises:
            DataError: fewer than two classes, or fewer than 5 rows in one of them.
            CancelledRun: the user stopped it.
        """
        from pipelines.runtime.device import CPU, choose_device
        from pipelines.vision.alike import groups_of
        from pipelines.vision.from_scratch import PixelLessons

        enough_labels(truth)
        names = truth.astype(str)
        self._learnt = tuple(name for name in self.config.classes if (names == name).any())
        encoded = batch if GREY in batch else self.encode(batch)
        self._channels = 3 if self._takes_colour(encoded[COLOUR].tolist()) else 1
        codes = names.map({name: code for code, name in enumerate(self._learnt)})
        lessons = PixelLessons.of(
            self._pixels(encoded), codes.to_numpy(dtype=np.int64, copy=True),
            groups=groups_of(encoded, self.config.device, progress),
            seed=self.config.seed, device=self._device,
        )
        # Networks are drawn on the CPU, so that a seed gives the same weights on every device.
        with choose_device(CPU):
            fitted = self._train(len(self._learnt), lessons, progress)
        self._network, self._temperature = fitted.network, fitted.temperature
        self.facts.precision = fitted.trained.precision
        self.notes = fitted.notes
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        from pipelines.vision.from_scratch import probabilities

        classes = self._classes
        if batch.empty:
            return ClassPredictions(classes, np.zeros((0, len(classes))))
        # Decoding a row and judging it are one step to whoever watches.
        encoded = batch if GREY in batch else self.encode(batch)
        found = probabilities(
            self._network, self._pixels(encoded), self._temperature, self._device, progress
        )
        return ClassPredictions(classes, in_order(found, np.asarray(self._learnt), classes))

    def heat(self, picture: Picture, target: str) -> np.ndarray | None:
        from pipelines.vision.heat_map import small_heat

        if target not in self._learnt:
            return None
        seen = self._pixels(self.encode(pd.DataFrame({IMAGE: [picture]})))
        return small_heat(picture, self._network, seen, self._learnt.index(target))

    def _pixels(self, encoded: pd.DataFrame) -> np.ndarray:
        """uint8, shape (rows, height, width, channels), as the network takes them."""
        from pipelines.vision.pixels import stack

        column = COLOUR if self._channels == 3 else GREY
        return stack(encoded[column].tolist(), self._channels)

    def save(self, folder: Path) -> None:
        from pipelines.vision.network_files import save_network

        facts: dict[str, Any] = {
            "model": self.card.id, "classes": list(self._classes),
            "learnt": list(self._learnt), "channels": self._channels,
            "temperature": self._temperature, "seed": self.config.seed,
            "precision": self.facts.precision, "notes": list(self.notes),
            "versions": self.facts.versions,
        }
        save_network(folder, self._network, facts)

    def restore(self, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            DataError: the bundle is damaged, of another model, or of other classes.
        """
        from pipelines.vision.network_files import number_of, read_facts, restore_weights
        from pipelines.vision.training import seeded

        self.load()
        facts = read_facts(folder, self.card.id, self.config.classes)
        self._classes, self._learnt = tuple(facts["classes"]), tuple(facts["learnt"])
        self._channels = 3 if number_of(facts, "channels") == 3 else 1
        self._temperature = number_of(facts, "temperature")
        network = self._build(len(self._learnt), self._channels, seeded(self.config.seed))
        restore_weights(folder, network)
        self._network = network.to(self._device).eval()
        self.notes = tuple(str(each) for each in facts.get("notes") or ())
        return self

    def memory_mb(self) -> float:
        """Megabytes of the weights."""
        return sum(weight.nbytes for weight in self._network.state_dict().values()) / 1e6


def _column(arrays: list[np.ndarray], index: pd.Index) -> pd.Series:
    """A column that holds one array a row."""
    cells = np.empty(len(arrays), dtype=object)
    for place, array in enumerate(arrays):
        cells[place] = array
    return pd.Series(cells, index=index)
