"""What the transformer classifiers share: calibrated probabilities over the classes of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version

import numpy as np
import pandas as pd
from scipy.special import softmax

from pipelines.pipeline import Attribution, ClassPredictions, Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.runtime.text_model import TextModel


class TransformerPipeline(Pipeline):
    """A loaded classifier whose outputs are gathered into the classes of the run.

    Attributes:
        temperature: divides the logits (Guo et al. 2017).
        gather: shape (outputs, classes of the run), 1 where an output counts for a class.
    """

    temperature: float
    gather: np.ndarray

    @property
    def model(self) -> TextModel:
        """The shared transformer; a finished run does not keep it from being released."""
        return self._resident()

    def ready(
        self,
        resident: Callable[[], TextModel],
        outputs: Sequence[str | None],
        temperature: float,
    ) -> None:
        """Take over a model whose outputs mean `outputs`, class names or None.

        Args:
            resident: gives the model, loading it again if it was released.
        """
        self._resident = resident
        model = resident()
        self.temperature = temperature
        self.gather = np.array(
            [[float(name == output) for name in self.config.classes] for output in outputs]
        )
        self.facts.device = model.device.type
        self.facts.precision = model.precision
        self.facts.versions = {"torch": version("torch"), "transformers": version("transformers")}

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        classes = self.config.classes
        if batch.empty:
            return ClassPredictions(classes, np.zeros((0, len(classes))))
        return ClassPredictions(
            classes, self.chances(self.model.run(batch["text"].tolist(), progress))
        )

    def explain(self, batch: pd.DataFrame, targets: Sequence[str]) -> list[Attribution]:
        from pipelines.runtime.occlusion import occlude_words

        return [
            occlude_words(self.model, text, target, partial(self._chance_of, target))
            for text, target in zip(batch["text"], targets, strict=True)
        ]

    def chances(self, logits: np.ndarray) -> np.ndarray:
        """Probabilities of the classes of the run, renormalised over them."""
        found = softmax(logits.astype(np.float64) / self.temperature, axis=1) @ self.gather
        return found / np.maximum(found.sum(axis=1, keepdims=True), 1e-12)

    def _chance_of(self, target: str, logits: np.ndarray) -> np.ndarray:
        return self.chances(logits)[:, self.config.classes.index(target)]
