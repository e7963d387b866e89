"""What Measure holds the bits of a model against."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.components.generation.measure import foreseen_texts
from pipelines.pipeline import TextPredictions


def test_missing_references_are_not_packed() -> None:
    references = pd.Series(["the sea", None, "", np.nan, "is wide"], dtype=object)
    sizes = np.array([7, 0, 0, 0, 7])
    predictions = TextPredictions(np.array([""] * 5, dtype=object), {"reference_bytes": sizes})
    assert foreseen_texts(references, predictions, "reference") == ["the sea", "is wide"]
