"""What models of a table say of each row: the chance of the outcome, or an amount with its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.evaluation.decisions import BY_PROFIT, Choosers, Decision
from pipelines.pipeline import ClassPredictions

USUAL_THRESHOLD = 0.5


@dataclass(frozen=True)
class RiskPredictions(ClassPredictions):
    """The probability of the outcome, the second of two classes.

    Attributes:
        threshold: from which probability on a row is said to be of it.
        decision: how that was chosen.
        choosers: the rows that chose it, where that were training rows.
        cuts: (n,) the threshold of the model that predicted each row, where models of folds did; None
            where one model did.
    """

    threshold: float = USUAL_THRESHOLD
    decision: Decision = BY_PROFIT
    choosers: Choosers | None = None
    cuts: np.ndarray | None = None

    @property
    def codes(self) -> np.ndarray:
        """1 for each row at or above the threshold of the model that predicted it, else 0."""
        return (self.probabilities[:, 1] >= self.own_cuts).astype(np.int64)

    @property
    def confidence(self) -> np.ndarray:
        """Probability of what was said."""
        rows = np.arange(len(self))
        return self.probabilities[rows, self.codes] if len(self) else np.zeros(0)

    @property
    def risk(self) -> np.ndarray:
        """(n,) probability of the outcome."""
        return self.probabilities[:, 1]

    @property
    def own_cuts(self) -> np.ndarray:
        """(n,) the threshold of the model that predicted each row."""
        return np.full(len(self), self.threshold) if self.cuts is None else self.cuts

    @classmethod
    def of(
        cls, classes: tuple[str, ...], risk: np.ndarray, threshold: float = USUAL_THRESHOLD,
        decision: Decision = BY_PROFIT, choosers: Choosers | None = None,
    ) -> RiskPredictions:
        """From the (n,) probabilities of the outcome."""
        chances = np.stack([1 - risk, risk], axis=1)
        return cls(classes, chances, threshold, decision, choosers)

    def take(self, rows: np.ndarray) -> RiskPredictions:
        return RiskPredictions(
            self.classes, self.probabilities[rows], self.threshold, self.decision,
            None if self.choosers is None else self.choosers.take(rows),
            None if self.cuts is None else self.cuts[rows],
        )

    def replaced(self, pieces: Sequence[tuple[np.ndarray, ClassPredictions]]) -> RiskPredictions:
        found = super().replaced(pieces)
        cuts, choosers = self.own_cuts.copy(), self.choosers
        told = [(rows, each) for rows, each in pieces if isinstance(each, RiskPredictions)]
        for rows, each in told:
            cuts[rows] = each.own_cuts
        if choosers is not None:
            choosers = choosers.replaced([
                (rows, each.choosers) for rows, each in told if each.choosers is not None
            ])
        return RiskPredictions(
            self.classes, found.probabilities, self.threshold, self.decision, choosers, cuts
        )

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame({
            "prediction": self.labels, "probability": np.round(self.risk, 6),
        })


@dataclass(frozen=True)
class AmountPredictions:
    """An amount for each row.

    Attributes:
        values: (n,) amounts.
        low, high: (n,) ends of the interval that holds 90 % of amounts like these; None where the
            model gives none.
    """

    values: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: np.ndarray) -> AmountPredictions:
        return AmountPredictions(
            self.values[rows], None if self.low is None else self.low[rows],
            None if self.high is None else self.high[rows],
        )

    def replaced(
        self, pieces: Sequence[tuple[np.ndarray, AmountPredictions]]
    ) -> AmountPredictions:
        ends = [None if end is None else end.copy() for end in (self.values, self.low, self.high)]
        for rows, others in pieces:
            for end, other in zip(ends, (others.values, others.low, others.high), strict=True):
                if end is not None and other is not None:
                    end[rows] = other
        assert ends[0] is not None, "there are always amounts"
        return AmountPredictions(ends[0], ends[1], ends[2])

    def frame(self) -> pd.DataFrame:
        columns = {"prediction": np.round(self.values, 6)}
        if self.low is not None and self.high is not None:
            columns |= {"low": np.round(self.low, 6), "high": np.round(self.high, 6)}
        return pd.DataFrame(columns)
