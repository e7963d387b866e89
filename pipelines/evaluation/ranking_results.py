"""What recommenders are judged by, and what is known of them afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from pipelines.evaluation.ranking_metrics import Held
from pipelines.evaluation.score import Comparison, Score, find_comparison

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MAIN = 10
FEW_USERS = 100


@dataclass(frozen=True)
class Ground:
    """What the lists are judged by.

    Attributes:
        held: (n,) arrays of the item positions each judged user should have been shown.
        items: number of items there are.
        histories: (n, I) what the judged users had taken before; None where nobody knows.
        training: (U, I) what all users had taken, for popularity, novelty and diversity.
        groups: (n,) group of each judged user, missing where unknown; None without groups.
        candidates: whether only some items a user were ranked, as in files made elsewhere.
    """

    held: Sequence[np.ndarray]
    items: int
    histories: csr_matrix | None = None
    training: csr_matrix | None = None
    groups: pd.Series | None = None
    candidates: bool = False

    @property
    def popularity(self) -> np.ndarray | None:
        """(I,) number of users in training who took each item."""
        if self.training is None:
            return None
        return np.bincount(self.training.indices, minlength=self.items)


class KnowsGround(Protocol):
    """Lists of a run that know what they are judged by, besides what was held back."""

    def ground(self, truth: pd.Series, batch: pd.DataFrame) -> Ground:
        """What judges the lists.

        Args:
            truth: (n,) arrays of the items held back.
            batch: (n,) the questions that the lists answer.
        """
        ...


@dataclass(frozen=True)
class RankingJudgement:
    """What is known about recommenders after holding their lists against what users took.

    Attributes:
        users: number of judged users.
        lists: (n, K) of each model, by its name and in order.
        ground: what they were judged by.
        index: the relevant items, indexed.
        scores: of each model, by its name.
        comparisons: of every two models, metric by metric; the baseline always stands second.
        values: of each model the value of each user, by metric, (n,).
        warnings: sentences a reader needs before believing the numbers.
        baseline: name of the model that the others have to beat.
        seed: of the resamples.
        level: coverage of the intervals.
        k: the number of places that the primary metric, tests and parts look at.
    """

    users: int
    lists: Mapping[str, np.ndarray]
    ground: Ground = field(repr=False)
    index: Held = field(repr=False)
    scores: Mapping[str, tuple[Score, ...]]
    comparisons: tuple[Comparison, ...]
    values: Mapping[str, Mapping[str, np.ndarray]] = field(repr=False)
    warnings: tuple[str, ...]
    baseline: str
    seed: int
    level: float = 0.95
    k: int = MAIN

    @property
    def primary(self) -> str:
        """The metric that the verdict speaks of."""
        return f"ndcg@{self.k}"

    def score(self, name: str, metric: str) -> Score | None:
        """Returns a model's score, None where it has none of that metric."""
        return next((score for score in self.scores[name] if score.name == metric), None)

    def comparison(self, metric: str, model: str, against: str) -> Comparison | None:
        """Returns the comparison of two models in the order asked for, None if there is none."""
        return find_comparison(self.comparisons, metric, model, against)

    @property
    def order(self) -> tuple[str, ...]:
        """Names of the models, the best by the primary metric first."""
        found = {name: self.score(name, self.primary) for name in self.scores}
        return tuple(sorted(
            found, key=lambda name: -(score.value if (score := found[name]) else float("-inf"))
        ))
