"""What systems said about the same rows, and what is known after judging them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipelines.evaluation.score import Comparison, Score, find_comparison


@dataclass(frozen=True)
class System:
    """What one system said about each row.

    Attributes:
        name: shown to people and used as key.
        probabilities: (n, k) of each class, rows adding up to 1; None if it gives none.
        labels: (n,) number of the predicted class.
    """

    name: str
    probabilities: np.ndarray | None
    labels: np.ndarray

    @property
    def confidence(self) -> np.ndarray | None:
        """(n,) probability given to the predicted class, None without probabilities."""
        if self.probabilities is None:
            return None
        return self.probabilities[np.arange(len(self.labels)), self.labels]


@dataclass(frozen=True)
class Judgement:
    """What is known about systems after judging them on the same rows.

    Attributes:
        classes: names, in the order of their numbers.
        truth: (n,) number of the true class.
        systems: as judged, in order.
        scores: of each system, by its name.
        comparisons: of every two systems, metric by metric; the baseline always stands second.
        warnings: sentences a reader needs before believing the numbers.
        seed: of the resamples.
        baseline: name of the system the others have to beat, or None.
        level: coverage of the intervals.
        positives: numbers of the classes to be found, which sensitivity and specificity are about;
            the last of two classes where none was named, empty for more.
        unit: what one row is called, such as image.
    """

    classes: tuple[str, ...]
    truth: np.ndarray
    systems: tuple[System, ...]
    scores: dict[str, tuple[Score, ...]]
    comparisons: tuple[Comparison, ...]
    warnings: tuple[str, ...]
    seed: int
    baseline: str | None = None
    level: float = 0.95
    positives: tuple[int, ...] = ()
    unit: str = "row"

    @property
    def positive_rows(self) -> np.ndarray:
        """(n,) whether a row is truly of a class to be found."""
        return np.isin(self.truth, self.positives)

    def called(self, titles: Mapping[str, str]) -> Judgement:
        """The same with systems called as given; those without a title keep their name."""
        def new(name: str) -> str:
            return titles.get(name, name)

        return replace(
            self,
            systems=tuple(replace(each, name=new(each.name)) for each in self.systems),
            scores={new(name): found for name, found in self.scores.items()},
            comparisons=tuple(
                replace(each, model=new(each.model), against=new(each.against))
                for each in self.comparisons
            ),
            baseline=None if self.baseline is None else new(self.baseline),
        )

    def system(self, name: str) -> System:
        """Returns the system of that name; KeyError if there is none."""
        for system in self.systems:
            if system.name == name:
                return system
        raise KeyError(name)

    def score(self, name: str, metric: str) -> Score | None:
        """Returns a system's score, None where it has none of that metric."""
        return next((score for score in self.scores[name] if score.name == metric), None)

    def comparison(self, metric: str, model: str, against: str) -> Comparison | None:
        """Returns the comparison of two systems in the order asked for, None if there is none."""
        return find_comparison(self.comparisons, metric, model, against)
