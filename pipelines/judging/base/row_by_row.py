"""The common case of a kind: every usable row asks one question, and its label answers it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.dataset import Dataset
from pipelines.arrangement import Arrangement, arrange_rows, labelled_rows
from pipelines.options import Options
from pipelines.pipeline import Examples
from pipelines.progress import Progress
from pipelines.request import Request
from pipelines.task import Task


class RowByRow:
    """Asks every usable row and learns from every labelled one; a kind says what the truth is."""

    def outputs(
        self, task: Task, datasets: Sequence[Dataset], options: Options
    ) -> tuple[str, ...]:
        """Nothing to choose from: answers are free."""
        return ()

    def truth(self, dataset: Dataset, outputs: tuple[str, ...]) -> pd.Series | None:
        """What each row's answer should be, missing where unknown; None without labels."""
        raise NotImplementedError

    def arrange(
        self, request: Request, outputs: tuple[str, ...], progress: Progress
    ) -> Arrangement:
        """Every usable row asks."""
        return arrange_rows(self.truth, request, outputs, progress)

    def lessons(
        self, task: Task, dataset: Dataset, outputs: tuple[str, ...], options: Options
    ) -> Examples:
        """Every labelled row."""
        return labelled_rows(self.truth, task, dataset, outputs)
