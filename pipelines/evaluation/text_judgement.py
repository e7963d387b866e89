"""What is known about texts after holding them against references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.language import LanguageGuess
from pipelines.evaluation.score import Comparison, Score, find_comparison

References = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TextFacts:
    """What is seen in the outputs of one system without weighing them.

    Attributes:
        length_ratio: words of the outputs to words of the references; NaN without words.
        empty: number of empty outputs.
        copied: number of outputs that repeat the source where the reference does not; None without
            sources.
        language: of most outputs; None where it cannot be told.
    """

    length_ratio: float
    empty: int
    copied: int | None
    language: LanguageGuess | None


@dataclass(frozen=True)
class TextJudgement:
    """What is known about systems after judging them on the same segments.

    Attributes:
        references: of each segment, one or more.
        systems: the outputs of each system, in order; empty where it gave none.
        sources: what the outputs were made from, "" where it is not known; None without sources.
        segments: by system and metric, (n,) the score of each segment alone.
        facts: by system.
        language: of most references.
        scores: of each system, by its name.
        comparisons: of every two systems, metric by metric; the baseline always stands second.
        warnings: sentences a reader needs before believing the numbers.
        primary: the metric that the verdict speaks of.
        baseline: name of the system the others have to beat.
        stand_in: whether the baseline is just the first system, there being none by nature.
        seed: of the resamples.
        level: coverage of the intervals.
    """

    references: References
    systems: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...] | None
    segments: Mapping[str, Mapping[str, np.ndarray]]
    facts: Mapping[str, TextFacts]
    language: LanguageGuess | None
    scores: Mapping[str, tuple[Score, ...]]
    comparisons: tuple[Comparison, ...]
    warnings: tuple[str, ...]
    primary: str
    baseline: str
    stand_in: bool
    seed: int
    level: float = 0.95

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics, in order."""
        return tuple(score.name for score in next(iter(self.scores.values())))

    def score(self, name: str, metric: str) -> Score | None:
        """Returns a system's score, None where it has none of that metric."""
        return next((score for score in self.scores[name] if score.name == metric), None)

    def comparison(self, metric: str, model: str, against: str) -> Comparison | None:
        """Returns the comparison of two systems in the order asked for, None if there is none."""
        return find_comparison(self.comparisons, metric, model, against)

    def ranked(self, metric: str) -> list[str]:
        """Names of the systems, the best by a metric first."""

        def goodness(name: str) -> float:
            score = self.score(name, metric)
            if score is None:
                return -np.inf
            return score.value if score.higher_is_better else -score.value

        return sorted(self.systems, key=goodness, reverse=True)

    def losses(self, name: str, against: str, metric: str) -> np.ndarray:
        """Returns (n,) how much worse each segment of a system is than the other's.

        Args:
            name: of the system.
            against: of the other one.
            metric: of single segments; a loss is positive also where less is better.
        """
        better = self.segments[against][metric] - self.segments[name][metric]
        return -better if metric == "ter" else better
