"""Own classes with the last blocks of the network tuned to them."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from data.images.picture import Picture
from pipelines.classifiers.linear import enough_labels, in_order
from pipelines.pipeline import ClassPredictions, LoadConfig, Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.task import ModelCard

if TYPE_CHECKING:
    from pipelines.vision.tuning import TunedNetwork

IMAGE = "image"
MAPS = "early_maps"


class TunedPipeline(Pipeline):
    """EfficientNet-lite2 whose last blocks are tuned to the user's classes where that helps.

    Attributes:
        notes: sentences on how tuning went.
    """

    def __init__(self, card: ModelCard, config: LoadConfig) -> None:
        super().__init__(card, config)
        self.notes: tuple[str, ...] = ()
        self._classes = config.classes
        self._tuned: TunedNetwork | None = None

    def load(self) -> Self:
        from pipelines.vision.features import WHOLE
        from pipelines.vision.tuning import eyes

        network = eyes(WHOLE.sides[0], self.config.device)
        self.facts.device = network.device.type
        self.facts.precision = network.precision
        self.facts.versions = {**network.versions, "scikit-learn": version("scikit-learn")}
        return self

    def encode(self, batch: pd.DataFrame, progress: Progress = SILENT) -> pd.DataFrame:
        from pipelines.vision.tuning import early_maps

        found = early_maps(batch[IMAGE].tolist(), self.config.device, progress)
        cells = np.empty(len(found), dtype=object)
        for place, maps in enumerate(found):
            cells[place] = maps
        return batch.assign(**{MAPS: pd.Series(cells, index=batch.index, dtype=object)})

    def fit(self, batch: pd.DataFrame, truth: pd.Series, progress: Progress = SILENT) -> Self:
        """Tune on the rows given; a part of them tells whether it helps and when to stop.

        Raises:
            DataError: fewer than two classes, or fewer than 5 rows in one of them.
            CancelledRun: the user stopped it.
        """
        from pipelines.runtime.device import CPU, choose_device
        from pipelines.vision.alike import groups_of
        from pipelines.vision.tuning import tune

        enough_labels(truth)
        names = truth.astype(str)
        self._learnt = tuple(name for name in self._classes if (names == name).any())
        codes = names.map({name: code for code, name in enumerate(self._learnt)})
        title = f"{self.card.title}: training"
        if MAPS not in batch:
            progress.stage(f"{title}, images", len(batch))
            batch = self.encode(batch, progress)
        groups = groups_of(batch, self.config.device, progress)
        # Networks are drawn on the CPU, so that a seed gives the same weights on every device.
        with choose_device(CPU):
            found = tune(
                batch[MAPS].tolist(), codes.to_numpy(dtype=np.int64, copy=True),
                groups=groups, seed=self.config.seed,
                device=self.config.device, name=title, progress=progress,
            )
        self._tuned, self._temperature, self.notes = found.network, found.temperature, found.notes
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        from pipelines.runtime.device import CPU, choose_device
        from pipelines.vision.tuning import probabilities

        if batch.empty:
            return ClassPredictions(self._classes, np.zeros((0, len(self._classes))))
        # Decoding a row and judging it are one step to whoever watches.
        encoded = batch if MAPS in batch else self.encode(batch)
        with choose_device(CPU):
            found = probabilities(
                self._fitted(), encoded[MAPS].tolist(), self._temperature, progress
            )
        return ClassPredictions(
            self._classes, in_order(found, np.asarray(self._learnt), self._classes)
        )

    def heat(self, picture: Picture, target: str) -> np.ndarray | None:
        from pipelines.vision.heat_map import tuned_heat

        if target not in self._learnt:
            return None
        position = self._learnt.index(target)
        return tuned_heat(picture, self._fitted(), position, self.config.device)

    def save(self, folder: Path) -> None:
        from pipelines.vision.features import WHOLE
        from pipelines.vision.network_files import save_network

        network = self._fitted()
        save_network(folder, network, {
            "model": self.card.id, "classes": list(self._classes), "learnt": list(self._learnt),
            "network": WHOLE.network, "unit": network.unit, "temperature": self._temperature,
            "seed": self.config.seed, "notes": list(self.notes), "versions": self.facts.versions,
        })

    def restore(self, folder: Path) -> Self:
        """Read what `save` wrote; the early blocks come from their package.

        Raises:
            DataError: the bundle is damaged, of another model, or of other classes.
        """
        from pipelines.vision.network_files import number_of, read_facts, restore_weights
        from pipelines.vision.tuning import untuned

        self.load()
        facts = read_facts(folder, self.card.id, self._classes)
        self._classes, self._learnt = tuple(facts["classes"]), tuple(facts["learnt"])
        self._temperature = number_of(facts, "temperature")
        network = untuned(len(self._learnt), facts.get("unit") is True, self.config.device)
        restore_weights(folder, network)
        self._tuned = network
        self.notes = tuple(str(each) for each in facts.get("notes") or ())
        return self

    def memory_mb(self) -> float:
        """Megabytes of the published weights and of those that were tuned."""
        own = 0 if self._tuned is None else sum(
            weight.nbytes for weight in self._tuned.state_dict().values()
        )
        return self.card.size_mb + own / 1e6

    def _fitted(self) -> TunedNetwork:
        assert self._tuned is not None, "fit or restore comes before this"
        return self._tuned
