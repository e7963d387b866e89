"""A few hundred drawn applicants whose true odds are known."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from pipelines.tabular.models import fitted
from pipelines.tabular.models.base import TabularModel
from pipelines.tabular.models.lessons import AMOUNT, DEFAULT, TabularLessons

QUICK: dict[str, dict[str, float | int | str]] = {
    "base-rate": {}, "logistic": {}, "scorecard": {}, "boosting": {},
    "network": {"passes": 4},
    "deep-network": {"passes": 10, "width": 16, "blocks": 1, "rate": 0.005, "dropout": 0.1},
    "blend": {"models": "logistic boosting"},
}  # fmt: skip
FOR_DEFAULTS = tuple(QUICK)
FOR_AMOUNTS = tuple(name for name in QUICK if name != "scorecard")
JOBS = ("clerk", "driver", "nurse", "teacher")


def draw(rows: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Features, outcomes and the true log odds of drawn applicants."""
    rng = np.random.default_rng(seed)
    debt = rng.gamma(4.0, 8.0, rows)
    income = rng.lognormal(8.0, 0.4, rows)
    late = rng.poisson(0.4, rows)
    job = rng.choice(JOBS, rows, p=[0.4, 0.3, 0.2, 0.1])
    odds = -2.2 + 0.05 * (debt - 32) + 0.9 * late - 0.0002 * (income - 3000) + (job == "driver") * 0.8
    frame = pd.DataFrame({
        "debt_ratio": np.round(debt, 2), "income": np.round(income),
        "late_payments": late.astype(float), "job": pd.Series(job, dtype="str"),
    })  # fmt: skip
    frame.loc[rng.random(rows) < 0.1, "income"] = np.nan
    y = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    return frame, y, odds


def amounts(rows: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Features and an amount that follows from them, with noise."""
    frame, _, odds = draw(rows, seed)
    noise = np.random.default_rng(seed + 1).normal(0, 300, rows)
    return frame, np.maximum(0, 4000 + 900 * odds + noise)


@cache
def lessons(kind: str = DEFAULT, rows: int = 500) -> TabularLessons:
    """Training rows, shared by the tests that do not change them."""
    if kind == AMOUNT:
        frame, y = amounts(rows)
        return TabularLessons(frame, y, AMOUNT, budget=0.07)
    frame, y, _ = draw(rows)
    return TabularLessons(frame, y, budget=0.07)


def model(name: str, kind: str = DEFAULT) -> TabularModel:
    """A quickly fitted model of the shared lessons; the same object each time."""
    return fitted(name, QUICK[name], lessons(kind))


def strange() -> pd.DataFrame:
    """Applicants with cells that no training row had."""
    return pd.DataFrame({
        "debt_ratio": [np.inf, np.nan, 1e12, -np.inf], "income": [np.nan, np.nan, -5.0, 1e300],
        "late_payments": [np.nan, 99.0, 0.0, 1.0],
        "job": pd.Series(["astronaut", None, "clerk", ""], dtype="str"),
    })  # fmt: skip
