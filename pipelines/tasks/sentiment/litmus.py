"""litmus-sentiment: the default, trained by `pipelines.training.sentiment`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Self

from pipelines.classifiers.transformer import TransformerPipeline
from pipelines.runtime.minilm import read_card, tuned_classifier

WEIGHTS = Path(__file__).parents[2] / "weights" / "litmus_sentiment"


class LitmusSentimentPipeline(TransformerPipeline):
    """The fine-tuned six-layer transformer with its temperature from calibration rows."""

    def load(self) -> Self:
        card = read_card(WEIGHTS)
        resident = partial(tuned_classifier, WEIGHTS, self.config.device)
        self.ready(resident, card["labels"], card["temperature"])
        return self
