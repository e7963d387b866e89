"""What every method of recommendation does: score all items for anyone, from a history alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from data.errors import DataError, OptionError
from pipelines.learnt_arrays import check_settings, numbers
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.interactions import Catalogue, Interactions

if TYPE_CHECKING:
    import torch
    from scipy.sparse import csr_matrix

Setting = float | int | str
DUST = 1e-6
WEIGHTINGS = ("binary", "log", "raw")


@dataclass(frozen=True)
class Lessons:
    """What a method learns from.

    Attributes:
        interactions: who took what, training entries only.
        catalogue: what is known of the items.
    """

    interactions: Interactions
    catalogue: Catalogue


class Recommender(ABC):
    """A method that scores every item for anyone from that one's history; read-only once fitted.

    A history is a row of weights over the items. It need not be of anybody seen in training, so
    new interactions count at once. Where a history is empty, or says nothing to the method, the
    scores are the popularity of the items: the number of people who took each.

    Args:
        settings: of the method, those of `defaults` that are to be different. `weighting` says
            what the weight of an interaction means: `binary` counts it as 1, `log` as
            log2(1 + weight), `raw` as it is.
        device: where to compute: auto, or one that `choose_device` knows.
        seed: of everything drawn.

    Raises:
        OptionError: a setting is unknown.
    """

    name: ClassVar[str]
    defaults: ClassVar[Mapping[str, Setting]] = {}
    # Whether it computes on the frame's device, not on the processor alone.
    on_device: ClassVar[bool] = False

    def __init__(
        self, settings: Mapping[str, Setting] | None = None, device: str = "auto", seed: int = 0
    ) -> None:
        known = {"weighting": "binary", **self.defaults}
        unknown = [key for key in settings or {} if key not in known]
        if unknown:
            raise OptionError(
                f"There is no setting “{unknown[0]}” of {self.name}; it has {', '.join(known)}."
            )
        self.settings: dict[str, Setting] = {**known, **(settings or {})}
        if self.settings["weighting"] not in WEIGHTINGS:
            raise OptionError(
                f"There is no weighting “{self.settings['weighting']}”; "
                f"choose one of {', '.join(WEIGHTINGS)}."
            )
        self.device = device
        self.seed = seed
        self.popularity = np.zeros(0, dtype=np.float32)

    @classmethod
    def grid(cls) -> list[dict[str, Setting]]:
        """Settings worth trying, the best guess first."""
        return [{}]

    @classmethod
    def refusal(cls, users: int, items: int, entries: int) -> str | None:
        """Why data of that size is too large for this method, in one sentence; None if it is not.

        Args:
            users: with at least one interaction.
            items: of the catalogue.
            entries: pairs of a user and an item.
        """
        return None

    @classmethod
    def seconds(
        cls, users: int, items: int, entries: int, settings: Mapping[str, Setting]
    ) -> float:
        """What fitting takes on a usual machine of two cores: roughly, and the same every time.

        Args:
            users, items, entries: as in `refusal`.
            settings: those that differ from `defaults`.
        """
        return 0.0

    def fit(self, lessons: Lessons, progress: Progress = SILENT) -> Self:
        """Learn from interactions.

        Raises:
            DataError: there is nothing to learn from, or too much for the method.
        """
        interactions = lessons.interactions
        if not len(interactions):
            raise DataError("There are no interactions to learn from; add rows with user and item.")
        size = len(interactions.users), len(interactions.items), len(interactions)
        refused = self.refusal(*size)
        if refused:
            raise DataError(refused)
        taken = np.bincount(interactions.item, minlength=len(interactions.items))
        self.popularity = taken.astype(np.float32)
        self._fit(self.weighed(interactions.matrix()), lessons, progress)
        return self

    def scores(self, histories: csr_matrix) -> np.ndarray:
        """Scores of all items for each history, higher is better, on a scale of the method's own.

        Args:
            histories: (b, I) weights above 0 of what each has taken.

        Returns:
            (b, I) float32, never NaN.
        """
        return self.heard(histories)[0]

    def heard(self, histories: csr_matrix) -> tuple[np.ndarray, np.ndarray]:
        """As `scores`, and (b,) whether each history said anything to the method.

        Where one did not, its scores are the popularity of the items.
        """
        weighed = self.weighed(histories)
        found, spoken = self._answers(weighed)
        silent = ~spoken | (np.diff(weighed.indptr) == 0)
        if silent.any():
            found[silent] = self.popularity
        return found, ~silent

    def reasons(self, history: csr_matrix, item: int, most: int = 3) -> list[tuple[int, float]]:
        """What in a history speaks for an item, from the model's own weights.

        Args:
            history: (1, I) weights of what somebody has taken.
            item: position of the item that was scored.
            most: how many reasons at most.

        Returns:
            Positions of items of the history and what each adds to the score, largest first; what
            speaks against comes last. Nothing where the method does not look at histories.
        """
        weighed = self.weighed(history)
        if not weighed.nnz:
            return []
        shares = self._shares(weighed, item)
        if shares is None:
            return []
        order = np.lexsort((weighed.indices, -shares))[:most]
        return [(int(weighed.indices[at]), float(shares[at])) for at in order]

    def similar(self, item: int, most: int) -> tuple[np.ndarray, np.ndarray]:
        """The items most like another in the eyes of the method, that one left out.

        Returns:
            Positions and scores, both (n,) with n at most `most`; empty where the method has no
            notion of it.
        """
        found = self._similarities(item)
        if found is None:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        others = np.flatnonzero(np.arange(len(found)) != item)
        others = others[found[others] > -np.inf]
        order = others[np.lexsort((others, -found[others]))][:most]
        return order.astype(np.int32), found[order].astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything that was learnt, for a bundle; `restore` with the same settings takes it."""
        learnt = {"popularity": self.popularity, **self._arrays()}
        # safetensors writes the memory of an array as it lies, whatever its strides.
        return {key: np.ascontiguousarray(value) for key, value in learnt.items()}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> Self:
        """Become the method whose `arrays` these are.

        Raises:
            ValueError: they, or the settings, are not those of a fitted method.
        """
        check_settings(self.settings, self.defaults)
        self.popularity = numbers(arrays, "popularity", None)
        self._restore(arrays)
        return self

    def weighed(self, histories: csr_matrix) -> csr_matrix:
        """Histories in the weighting of the settings, items in order and without zeros."""
        if len(self.popularity) and histories.shape[1] != len(self.popularity):
            raise ValueError(f"{histories.shape[1]} items given, {len(self.popularity)} learnt")
        from scipy.sparse import csr_matrix

        weighed = csr_matrix(histories, dtype=np.float32, copy=True)
        weighed.sum_duplicates()
        weighed.eliminate_zeros()
        if weighed.nnz and not (weighed.data > 0).all():
            raise DataError(
                "A history has a weight that is not above 0; "
                "give each item a weight above 0 or leave it out."
            )
        if self.settings["weighting"] == "binary":
            weighed.data[:] = 1.0
        elif self.settings["weighting"] == "log":
            weighed.data = np.log2(1.0 + weighed.data)
        return weighed

    def number(self, key: str) -> float:
        """A setting that is a number."""
        return float(self.settings[key])

    def whole(self, key: str) -> int:
        """A setting that is a whole number."""
        return int(self.settings[key])

    def where(self) -> torch.device:
        """The device to compute on."""
        from pipelines.runtime.device import choose_device

        return choose_device(self.device)

    def device_used(self) -> str | None:
        """The device that it computes on; None where the frame has no say in that."""
        return str(self.where()) if self.on_device else None

    @abstractmethod
    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        """Learn from (U, I) weighed interactions."""

    @abstractmethod
    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        """As `scores`, from weighed histories."""

    def _answers(self, weighed: csr_matrix) -> tuple[np.ndarray, np.ndarray]:
        """Scores of weighed histories, and (b,) whether they tell one unseen item from another."""
        found = self._scores(weighed)
        low, high = unseen_range(found, weighed)
        # Methods score near 1 what they expect; below that by so much is dust of float32.
        return found, high - low > DUST * np.maximum(1.0, np.abs(found).max(axis=1))

    @abstractmethod
    def _arrays(self) -> dict[str, np.ndarray]: ...

    @abstractmethod
    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take what was learnt; ValueError where it does not fit `popularity` and the settings."""

    def _shares(self, weighed: csr_matrix, item: int) -> np.ndarray | None:
        """What each entry of one weighed history adds to the score of `item`, (nnz,)."""
        return None

    def _similarities(self, item: int) -> np.ndarray | None:
        """How like `item` each item is, (I,); minus infinity where nothing is known."""
        return None


def unseen_range(scores: np.ndarray, histories: csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest score of each row among the items that its history does not hold.

    What a method says of the history itself is never listed, so that it makes no list.

    Args:
        scores: (b, I) float32, as it was once more when this returns.
        histories: (b, I).
    """
    rows = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    own = scores[rows, histories.indices]
    scores[rows, histories.indices] = np.inf
    low = scores.min(axis=1)
    scores[rows, histories.indices] = -np.inf
    high = scores.max(axis=1)
    scores[rows, histories.indices] = own
    return low, high
