"""Any text-classification model of the Hugging Face Hub whose labels can be read as sentiment."""

from __future__ import annotations

from typing import Self

import pandas as pd

from data.errors import OptionError
from data.labels import key_of, recognise
from pipelines.classifiers.transformer import TransformerPipeline
from pipelines.runtime.hub import hub_classifier
from pipelines.tasks.sentiment import SCHEME


class HubSentimentPipeline(TransformerPipeline):
    """A Hub model; stars and other scales are gathered into negative, neutral and positive."""

    def load(self) -> Self:
        model, revision = hub_classifier(
            self.config.hub_model, self.config.revision, self.config.device
        )
        names = model.labels
        meaning = recognise(pd.Series(names, dtype=str), SCHEME)
        outputs = [meaning.get(key_of(name)) for name in names]
        if len({output for output in outputs if output}) < 2:
            raise OptionError(
                f"The labels of {self.config.hub_model} are {', '.join(names[:6])}, which cannot "
                "be read as negative, neutral or positive; choose a sentiment model."
            )
        self.ready(lambda: model, outputs, temperature=1.0)
        self.facts.versions["revision"] = revision
        return self
