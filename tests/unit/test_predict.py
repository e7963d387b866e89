"""Predictions for a few records."""

from __future__ import annotations

import pytest

from pipelines.predict import predict_records
from pipelines.progress import CancelledRun, Progress


def test_cancelled_prediction_stops_between_batches() -> None:
    class Impatient(Progress):
        rows = 0

        def advance(self, rows: int) -> None:
            self.rows += rows
            raise CancelledRun("stopped")

    progress = Impatient()
    with pytest.raises(CancelledRun):
        predict_records("sentiment", "vader", [{"text": "fine"}] * 1000, progress=progress)
    assert 0 < progress.rows < 1000
