"""The baseline of generation: nothing is written."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress


class CopyPipeline(Pipeline):
    """Gives each prompt back as it came; a blank one as an empty text."""

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        texts = np.empty(len(batch), dtype=object)
        texts[:] = [text if text.strip() else "" for text in map(str, batch["prompt"])]
        progress.advance(len(texts))
        return TextPredictions(texts)
