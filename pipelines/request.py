"""What a user asks for: models of a task on a data set."""

from __future__ import annotations

from dataclasses import dataclass

from data.dataset import Dataset
from pipelines.options import Options
from pipelines.task import ModelCard, Task


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a user asks for.

    Attributes:
        training: a data set of its own to fit to; `dataset` then only judges.
        models: cards with the baseline first.
    """

    task: Task
    dataset: Dataset
    models: tuple[ModelCard, ...]
    training: Dataset | None = None
    options: Options
    seed: int = 0
    device: str = "auto"

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """The one that judges and, if there is one, the one to learn from."""
        return (self.dataset,) if self.training is None else (self.dataset, self.training)
