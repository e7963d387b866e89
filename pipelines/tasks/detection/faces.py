"""Faces by the cascade that an optional package carries."""

from __future__ import annotations

from importlib.metadata import version
from typing import Self

import pandas as pd

from pipelines.options import Options
from pipelines.pipeline import Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.tasks.detection import TASK
from pipelines.vision.boxes import BoxPredictions, label_called


class FacesPipeline(Pipeline):
    """Counts faces seen from the front; see `vision.faces.USE` on what for."""

    def load(self) -> Self:
        """Load the cascade.

        Raises:
            WeightsError: the optional package is not there, or carries no cascade.
            DataError: something else than faces is to be counted.
        """
        from pipelines.vision.faces import FACE, face_detector

        options = Options(TASK, self.config.settings)
        label_called(options["what"].removesuffix("s"), [FACE], f"The model {self.card.id}")
        self._threshold = options.number("threshold")
        self._detector = face_detector()
        self.facts.versions = {"opencv-python-headless": version("opencv-python-headless")}
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> BoxPredictions:
        return BoxPredictions.of(
            self._detector.find(batch["image"].tolist(), self._threshold, progress)
        )
