"""The one interface of everything that predicts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np
import pandas as pd

from pipelines.progress import SILENT, Progress
from pipelines.runtime.device import CPU
from pipelines.task import ModelCard

if TYPE_CHECKING:
    from data.images.picture import Picture

# With more classes than these, a download holds the best few in place of every probability.
MOST_COLUMNS = 50
NEXT_BEST = 4


@dataclass(frozen=True, kw_only=True)
class LoadConfig:
    """What a pipeline needs to know before it touches weights.

    Attributes:
        device: "auto", "cpu", "cuda" or "mps".
        hub_model, revision: of a Hugging Face Hub model, else empty.
        seed: decides everything that is drawn.
        classes: names of the classes to choose from, in order; empty where answers are free.
        settings: the options of the run that the task defines, by name.
    """

    device: str = "auto"
    hub_model: str = ""
    revision: str = ""
    seed: int = 0
    classes: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


class Predictions(Protocol):
    """The outputs of one model for one batch, row by row."""

    def __len__(self) -> int: ...

    def take(self, rows: np.ndarray) -> Self:
        """The predictions of some rows, in that order."""
        ...

    def replaced(self, pieces: Sequence[tuple[np.ndarray, Self]]) -> Self:
        """These predictions with some rows taken from others: positions and predictions."""
        ...

    def frame(self) -> pd.DataFrame:
        """One row a prediction, with the columns a user downloads."""
        ...


@dataclass(frozen=True)
class ClassPredictions:
    """Class probabilities, shape (rows, classes); each row sums to one."""

    classes: tuple[str, ...]
    probabilities: np.ndarray

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def codes(self) -> np.ndarray:
        """Index of the most probable class of each row."""
        if len(self) == 0:
            return np.zeros(0, dtype=np.int64)
        return self.probabilities.argmax(axis=1)

    @property
    def labels(self) -> np.ndarray:
        """Name of the most probable class of each row."""
        return np.asarray(self.classes, dtype=object)[self.codes]

    @property
    def confidence(self) -> np.ndarray:
        """Probability of the predicted class."""
        return self.probabilities.max(axis=1) if len(self) else np.zeros(0)

    def take(self, rows: np.ndarray) -> ClassPredictions:
        return ClassPredictions(self.classes, self.probabilities[rows])

    def replaced(self, pieces: Sequence[tuple[np.ndarray, ClassPredictions]]) -> ClassPredictions:
        probabilities = self.probabilities.copy()
        for rows, others in pieces:
            probabilities[rows] = others.probabilities
        return ClassPredictions(self.classes, probabilities)

    def frame(self) -> pd.DataFrame:
        columns: dict[str, object] = {
            "prediction": self.labels,
            "confidence": np.round(self.confidence, 6),
        }
        if len(self.classes) <= MOST_COLUMNS:
            for position, name in enumerate(self.classes):
                columns[f"probability_{name}"] = np.round(self.probabilities[:, position], 6)
            return pd.DataFrame(columns)
        names, chances = self.top(NEXT_BEST + 1)
        for place in range(1, NEXT_BEST + 1):
            columns[f"prediction_{place + 1}"] = names[:, place]
            columns[f"confidence_{place + 1}"] = np.round(chances[:, place], 6)
        return pd.DataFrame(columns)

    def top(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """The most probable classes of each row and their probabilities, each (rows, number)."""
        order = np.argsort(-self.probabilities, axis=1, kind="stable")[:, :number]
        names = np.asarray(self.classes, dtype=object)[order]
        return names, np.take_along_axis(self.probabilities, order, axis=1)


@dataclass(frozen=True)
class TextPredictions:
    """A text for each row.

    Attributes:
        texts: object array of strings, shape (rows,); empty where the model gave none.
        columns: further columns of the download, each of shape (rows,).
    """

    texts: np.ndarray
    columns: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: np.ndarray) -> TextPredictions:
        return TextPredictions(
            self.texts[rows], {name: values[rows] for name, values in self.columns.items()}
        )

    def replaced(self, pieces: Sequence[tuple[np.ndarray, TextPredictions]]) -> TextPredictions:
        texts = self.texts.copy()
        columns = {name: values.copy() for name, values in self.columns.items()}
        for rows, others in pieces:
            texts[rows] = others.texts
            for name, values in columns.items():
                values[rows] = others.columns[name]
        return TextPredictions(texts, columns)

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame({"prediction": self.texts, **self.columns})


@dataclass(frozen=True)
class Examples:
    """Rows with their answers, to learn from.

    Attributes:
        batch: frame whose columns are role names.
        truth: the answer of each row, aligned with `batch`.
    """

    batch: pd.DataFrame
    truth: pd.Series

    @classmethod
    def known(cls, batch: pd.DataFrame, truth: pd.Series) -> Examples:
        """Those rows of a batch whose answer is known."""
        there = truth.notna().to_numpy()
        return cls(batch[there], truth[there])

    def __len__(self) -> int:
        return len(self.truth)


@dataclass(frozen=True)
class Attribution:
    """What each piece of a text did to the chance of a class.

    Attributes:
        pieces: words in reading order.
        weights: signed effect of each, same length; positive speaks for the class.
        target: the class that the weights speak about.
    """

    pieces: tuple[str, ...]
    weights: tuple[float, ...]
    target: str


@dataclass
class Facts:
    """What a loaded pipeline knows of itself, for the report."""

    device: str = CPU
    precision: str = "float32"
    versions: dict[str, str] = field(default_factory=dict)


class Pipeline(ABC):
    """A model of a task. Read-only after `load` and `fit`, as sessions share it.

    Attributes:
        notes: sentences on how learning went, for whoever reads its scores.
        borrowed: seconds that learning would take longer, had another model of the run not learnt
            some of it already.
        carries: what of the rows that it learnt from stands in its bundle, in a sentence; empty where
            nothing does.

    `predict` takes a frame whose columns are role names, keeps its order and length, takes an empty
    frame, and gives each row the same answer alone as in company.
    """

    carries: ClassVar[str] = ""

    def __init__(self, card: ModelCard, config: LoadConfig) -> None:
        self.card = card
        self.config = config
        self.facts = Facts()
        self.notes: tuple[str, ...] = ()
        self.borrowed = 0.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the user that it has learnt from; none where the roles of its task say it."""
        return ()

    def load(self) -> Self:
        """Read weights; the only step that touches them. Does nothing for what is fitted."""
        return self

    def answer(
        self, batch: pd.DataFrame, roles: Mapping[str, str], progress: Progress = SILENT
    ) -> pd.DataFrame:
        """What is said of records that somebody sent: predictions with what acting on them needs.

        Args:
            batch: encoded rows.
            roles: the column that each role had in the data it learnt from.
        """
        found: pd.DataFrame = self.predict(batch, progress).frame()
        return found

    def check_roles(self, roles: Mapping[str, str]) -> None:  # noqa: B027 -- most say nothing of it
        """Refuse columns of roles that cannot be those that it was taught with.

        Raises:
            DataError: what a bundle says of its columns contradicts what was learnt.
        """

    def unread(self, batch: pd.DataFrame) -> tuple[str, ...]:
        """Sentences on cells of records that count as missing though something stands in them."""
        return ()

    def study(self, rows: pd.DataFrame, progress: Progress = SILENT) -> Self:
        """Take in what answers are to come from: every row of the data set, before any is predicted.

        The default does nothing; models that read documents index them here.
        """
        return self

    def encode(self, batch: pd.DataFrame, progress: Progress = SILENT) -> pd.DataFrame:
        """What `fit` and `predict` need of each row and no label decides, computed once for a run.

        The default is the batch as it is. A pipeline that overrides it also takes batches that were
        not encoded.
        """
        return batch

    def spared(self, batch: pd.DataFrame) -> float:
        """Seconds that `encode` would take longer, had an earlier step not done some of it already.

        They count as the model's own, so that its speed does not depend on what ran before.
        """
        return 0.0

    def fit(self, batch: pd.DataFrame, truth: pd.Series, progress: Progress = SILENT) -> Self:
        """Learn from labelled rows; `truth` holds class names aligned with `batch`."""
        return self

    def learn(self, lessons: Any, progress: Progress = SILENT) -> Self:
        """Learn from what the kind of the task has for lessons; by default labelled rows."""
        return self.fit(lessons.batch, lessons.truth, progress)

    def serving(self, settings: Mapping[str, str]) -> Self:
        """The same fitted model under other settings of those that change nothing of what it learnt."""
        other = copy(self)
        other.config = replace(self.config, settings=dict(settings))
        return other

    @abstractmethod
    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> Predictions:
        """Predictions for each row of `batch`, in its order."""

    def explain(self, batch: pd.DataFrame, targets: Sequence[str]) -> list[Attribution]:
        """What moved the prediction of each row towards its target class; empty if unknown."""
        return []

    # What `heat` shows, in words that the class follows.
    heat_is: ClassVar[str] = "Grad-CAM: warm parts spoke for"

    def heat(self, picture: Picture, target: str) -> np.ndarray | None:
        """Where in an image the model saw the class: shape (h, w), 0 to 1; None if unknown."""
        return None

    def class_terms(self) -> dict[str, list[tuple[str, float]]]:
        """Terms with the strongest weight for each class, when the model has such weights."""
        return {}

    def save(self, folder: Path) -> None:
        """Write a bundle that `restore` reads without pickle. Only fitted models have one."""
        raise NotImplementedError(f"{self.card.id} has no bundle")

    def restore(self, folder: Path) -> Self:
        """Take over what `save` wrote in place of `load` and `fit`."""
        raise NotImplementedError(f"{self.card.id} has no bundle")

    def memory_mb(self) -> float:
        """Megabytes held while loaded."""
        return self.card.size_mb
