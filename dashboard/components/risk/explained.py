"""The reasons for a decision in words that can be told to the applicant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.risk.applicants import decisions_of, model_of
from dashboard.components.risk.past import past_of
from dashboard.components.text import cut, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.tabular.models.base import DEFAULT, Contributions, TabularModel
from pipelines.tabular.models.scorecard import Scorecard
from pipelines.tabular.reasons import Typical, Words, learn_typical, reasons_of

LONGEST_CELL = 24


def cell_text(cell: Any) -> str:
    """A raw cell as a person reads it; plain text, not for Markdown."""
    if cell is None or cell is pd.NaT or (not isinstance(cell, str) and bool(pd.isna(cell))):
        return "missing"
    if isinstance(cell, pd.Timestamp):
        return str(cell)[:10]
    if isinstance(cell, float | np.floating):
        number = float(cell)
        if not np.isfinite(number):
            return "infinite"
        return f"{number:,.0f}" if number == round(number) else f"{number:,.4g}"
    if isinstance(cell, int | np.integer) and not isinstance(cell, bool):
        return f"{int(cell):,}" if abs(int(cell)) >= 10_000 else str(int(cell))
    return cut(cell, LONGEST_CELL)


@dataclass(frozen=True)
class Added:
    """Contributions on the scale that the page shows.

    Attributes:
        columns: names.
        values: (columns,) what each adds.
        base: what is said before anything is known.
        unit: log odds, points, or nothing of an amount.
        digits: behind the point.
        worse: 1 where more is worse, -1 where less is.
    """

    columns: tuple[str, ...]
    values: np.ndarray
    base: float
    unit: str = ""
    digits: int = 2
    worse: float = 1.0

    @property
    def finding(self) -> str:
        """Which column does the most."""
        at = int(np.abs(self.values).argmax())
        if round(float(abs(self.values[at])), self.digits) == 0:
            return "No column says anything of this one"
        way = "raises" if self.values[at] * self.worse > 0 else "lowers"
        what = "risk" if self.unit else "amount"
        return f"{cut(self.columns[at], 40)} {way} the {what} the most"


def added_of(model: TabularModel, cells: pd.DataFrame, why: Contributions) -> Added:
    """What each column adds to the score of one applicant: points of a scorecard, else log odds."""
    values = why.values[0]
    if isinstance(model, Scorecard):
        # Whole points, as they are printed: what is shown adds up.
        values = np.round(-model.scale().factor * model.calibrator.slope * values)
        base = float(np.round(model.points(cells)[0]) - values.sum())
        return Added(why.columns, values, base, "points", 0, -1.0)
    if model.kind == DEFAULT:
        return Added(why.columns, values, why.base, "log odds")
    return Added(why.columns, values, why.base,
                 digits=0 if np.abs(values).max(initial=0.0) >= 100 else 3)


def learnt_typical(experiment: Experiment, run: ModelRun, space: Workspace) -> Typical:
    """What is usual among the rows that taught, learnt once."""

    def learn() -> Typical:
        past, model = past_of(experiment, run, space), model_of(run)
        y = past.actual
        if model.kind != DEFAULT:
            y = (y > np.median(y)).astype(float)
        return learn_typical(model.plan, past.features, y)

    return space.once(("evidence", "typical", experiment.id, run.card.id), learn)


def words_of(experiment: Experiment) -> Words:
    """How the outcome of a run is told in reasons."""
    if not experiment.outputs:
        return Words("those with smaller amounts", "were above the median")
    if decisions_of(experiment)[1] == "decline":
        return Words()
    return Words("those without the outcome", "had it")


def reasons_view(
    experiment: Experiment, run: ModelRun, cells: pd.DataFrame, why: Contributions, typical: Typical
) -> None:
    """Draw what speaks for more risk, and what speaks against it."""
    plan, words = model_of(run).plan, words_of(experiment)
    default = bool(experiment.outputs)
    titles = {
        1: "Reasons that raise the risk" if default else "Reasons for a larger amount",
        -1: "Reasons that lower it" if default else "Reasons for a smaller one",
    }
    for toward, title in titles.items():
        found = reasons_of(why, 0, cells, plan, typical, toward=toward, words=words)
        if found:
            st.markdown(f"**{title}**")
            st.markdown("\n".join(f"{place}. {shown(each.sentence)}"
                                  for place, each in enumerate(found, start=1)))
