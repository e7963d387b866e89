"""Any object detector of the Hugging Face Hub."""

from __future__ import annotations

from importlib.metadata import version
from typing import Self

import pandas as pd

from pipelines.options import Options
from pipelines.pipeline import Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.tasks.detection import TASK
from pipelines.vision.boxes import BoxPredictions, label_called, only


class HubDetectionPipeline(Pipeline):
    """Counts what a Hub model finds: all of it, or one label."""

    def load(self) -> Self:
        """Read the weights.

        Raises:
            HubError: as `detection.hub_detector`.
            DataError: the label to count is none that the model has.
        """
        from pipelines.vision.detection import hub_detector

        options = Options(TASK, self.config.settings)
        self._detector, revision = hub_detector(
            self.config.hub_model, self.config.revision, self.config.device
        )
        self._label = label_called(
            options["what"], self._detector.labels, f"The model {self.config.hub_model}"
        )
        self._threshold = options.number("threshold")
        self.facts.device = self._detector.device.type
        self.facts.precision = self._detector.precision
        self.facts.versions = {
            **{each: version(each) for each in ("torch", "transformers", "pillow")},
            "revision": revision,
        }
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> BoxPredictions:
        found = self._detector.find(batch["image"].tolist(), self._threshold, progress)
        return BoxPredictions.of(only(found, self._label))

    def memory_mb(self) -> float:
        return self._detector.memory_mb()
