"""What the models of one run learn from a table, with what they share so that it is done once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.tabular.tuning import Fold, make_folds

if TYPE_CHECKING:
    from pipelines.tabular.columns import Plan

DEFAULT, AMOUNT = "default", "amount"
# Kinds of columns whose cells have an order.
ORDERED = ("number", "flag", "date")
FEWEST_ROWS = 20
FEWEST_OF_A_CLASS = 5


@dataclass(frozen=True)
class TabularLessons:
    """Training rows, and nothing that is not of them.

    The models of a run are given the same object: folds, encoded columns and models that another
    one is made of are then computed once.

    Attributes:
        features: (n, columns) cells as they were read.
        y: (n,) float64: 1 and 0 of a yes/no target, or amounts.
        kind: `default` for a yes/no target, `amount` for a number.
        weights: (n,) above 0, of each row; None where all count the same.
        plan: how columns are read, learnt from these rows; None has the models learn it.
        budget: seconds that the choice of settings may take, for each model.
        monotone: columns whose effect may only rise (1) or only fall (-1).
        groups: (n,) rows of one group never stand on both sides of a fold.
        plan_settings: of the plan, where it is still to be learnt.
        margin: mean gain on a good row as a share of its exposure, where a column holds it.
        read: what was noted before there was a plan.
    """

    features: pd.DataFrame
    y: np.ndarray
    kind: str = DEFAULT
    weights: np.ndarray | None = None
    plan: Plan | None = None
    budget: float = 30.0
    monotone: Mapping[str, int] = field(default_factory=dict)
    groups: np.ndarray | None = None
    plan_settings: Mapping[str, str] = field(default_factory=dict)
    margin: float | None = None
    read: tuple[str, ...] = ()
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.y)

    def once(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """What `work` gives, computed once for all models of a run."""
        if key not in self.memo:
            self.memo[key] = work()
        return self.memo[key]

    def planned(self, seed: int) -> Plan:
        """How the columns are read, learnt from these rows."""
        if self.plan is not None:
            return self.plan

        def learn() -> Plan:
            from pipelines.tabular.columns import plan_columns

            return plan_columns(self.features, self.plan_settings)

        return self.once("plan", learn)

    @property
    def notes(self) -> tuple[str, ...]:
        """How target and columns were read, and which columns are not learnt from, in sentences."""
        return (*self.read, *self.plan_notes)

    @property
    def plan_notes(self) -> tuple[str, ...]:
        """What there is to know of the columns once it is known how they are read."""
        plan = self.planned(0)
        unheld = [
            f"“{each.name}” is named as {'rising' if self.monotone[each.name] > 0 else 'falling'}, but "
            f"is read as a {each.kind}, so nothing is held to that."
            for each in plan.used if self.monotone.get(each.name) and each.kind not in ORDERED
        ]
        wide = [
            f"There are {len(plan.used):,} columns to learn from and only {len(self):,} rows: what "
            "single columns seem to say is mostly chance. Exclude most of them, or bring more rows."
        ] if len(plan.used) >= len(self) else []
        return (*plan.notes, *unheld, *wide)

    def values(self, seed: int) -> np.ndarray:
        """(n, p) the features as numbers, as `Plan.numbers` gives them."""
        plan = self.planned(seed)
        return self.once(("values", seed), lambda: plan.numbers(self.features).values)

    def dense(self, seed: int) -> np.ndarray:
        """(n, q) the features standardised, as `Plan.dense` gives them."""
        plan = self.planned(seed)
        return self.once(("dense", seed), lambda: plan.scaling.dense(self.values(seed)))

    def folds(self, seed: int) -> tuple[Fold, ...]:
        """Rows to learn from and rows to look at, the same for every model of a run."""
        return self.once(
            ("folds", seed), lambda: make_folds(self.y, self.kind == DEFAULT, self.groups, seed)
        )

    @property
    def weight(self) -> np.ndarray:
        """(n,) the weight of each row, 1 where none was given."""
        return np.ones(len(self.y)) if self.weights is None else np.asarray(self.weights, float)

    def check(self) -> None:
        """Check that there is something to learn.

        Raises:
            DataError: too few rows, one outcome only, or an amount that never changes.
        """
        rows = len(self.y)
        if rows < FEWEST_ROWS:
            raise DataError(
                f"Learning needs at least {FEWEST_ROWS} rows with a known outcome; these are {rows}."
            )
        if not np.isfinite(self.y).all():
            raise DataError(
                "Some rows to learn from have no finite target; leave them out and run again."
            )
        if not self.features.shape[1]:
            raise DataError("There is no feature left to learn from; include at least one column.")
        if self.kind == AMOUNT:
            if np.ptp(self.y) == 0:
                raise DataError(
                    f"The amount is {self.y[0]:g} in every training row; choose a target that varies."
                )
            return
        of_each = int((self.y == 1).sum()), int((self.y == 0).sum())
        if min(of_each) < FEWEST_OF_A_CLASS:
            raise DataError(
                f"Learning needs at least {FEWEST_OF_A_CLASS} rows of each outcome; "
                f"the training rows have {of_each[0]} of one and {of_each[1]} of the other."
            )
