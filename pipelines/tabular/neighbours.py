"""Past applicants who were most like one, and how they did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.tabular.plan import Plan

AT_ONCE = 20_000


@dataclass(frozen=True)
class Similar:
    """Past applicants, the most similar first.

    Attributes:
        rows: (k,) their positions among the training rows.
        outcomes: (k,) their target.
        distances: (k,) from 0 (the same in every column); 1 is as far apart as two applicants drawn
            at random are in the middle of all pairs.
    """

    rows: np.ndarray
    outcomes: np.ndarray
    distances: np.ndarray

    @property
    def share(self) -> float:
        """Mean of their outcomes: the share of the yes, or the mean amount."""
        return float(self.outcomes.mean())


class PastApplicants:
    """Training rows in the plan's dense space, where each of the user's columns counts the same.

    Args:
        plan: how columns are read.
        features: (n, columns) cells of training rows.
        y: (n,) their target.
        importance: (columns,) how much each column that the plan uses is to count, such as the mean
            size of its contributions; None counts all the same.
        seed: of the pairs that the unit of distance is measured on.
    """

    def __init__(
        self, plan: Plan, features: pd.DataFrame, y: np.ndarray,
        importance: np.ndarray | None = None, seed: int = 0,
    ) -> None:  # fmt: skip
        self.plan = plan
        self.y = np.asarray(y, dtype=np.float64)
        cells, names = plan.dense(features)
        place = {each.name: at for at, each in enumerate(plan.used)}
        owner = np.array([place[name] for name in plan.origin(names)])
        # A category of ten levels has ten dense columns: together they count as one.
        weight = 1.0 / np.bincount(owner, minlength=len(plan.used))[owner]
        if importance is not None:
            weight = weight * np.maximum(np.asarray(importance, dtype=float), 0.0)[owner]
        self.scale = np.sqrt(weight).astype(np.float32)
        self.cells = cells * self.scale
        rng = np.random.default_rng(seed)
        first, second = rng.integers(0, len(cells), (2, 2_000))
        apart = np.linalg.norm(self.cells[first] - self.cells[second], axis=1)
        self.unit = float(np.median(apart[apart > 0])) if (apart > 0).any() else 1.0

    def similar(self, row: pd.DataFrame, most: int = 5) -> Similar:
        """The past applicants most like one.

        Args:
            row: one applicant's features.
            most: how many at most.
        """
        cells = (self.plan.dense(row)[0] * self.scale)[0]
        squares = np.concatenate([
            ((self.cells[at : at + AT_ONCE] - cells) ** 2).sum(axis=1)
            for at in range(0, len(self.cells), AT_ONCE)
        ])
        order = np.lexsort((np.arange(len(squares)), squares))[:most]
        return Similar(order, self.y[order], np.sqrt(squares[order]) / self.unit)
