"""Among whom a model is wrong more often: the judged rows by the values of any of their columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.show import show
from dashboard.charts.slices import slices as drawn
from dashboard.components.risk.applicants import Applicants, applicants_of
from dashboard.components.text import cut, percent
from dashboard.session import Workspace
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.slices import Slice, slices
from pipelines.experiment import Experiment

SURE = 0.05


def weak_spots_view(
    judgement: RiskJudgement, model: str, title: str, experiment: Experiment, space: Workspace
) -> None:
    """Draw how often rows are on the right side of the threshold, by the values of a column."""
    run = experiment.run_of(model)
    known = applicants_of(experiment, run, space)
    right = (judgement.systems[model] >= judgement.cuts_of(model)) == judgement.truth
    found = space.once(
        ("evidence", "weak spots", experiment.id, model),
        lambda: by_column(known, experiment.tested, right),
    )
    if not found:
        return
    key = f"{experiment.request.task.slug}-weak-column"
    if st.session_state.get(key) not in found:
        st.session_state[key] = next(iter(found))
    name = st.selectbox(
        "Right side of the threshold, by", list(found), key=key, width=320, persist_state="session",
        format_func=lambda each: cut(each, 60),
    ) or next(iter(found))
    overall = float(right.mean())
    show(
        drawn(found[name], overall), key=f"{key}-{model}-{list(found).index(name)}",
        title=_finding(name, found[name], overall, len(found), title),
        alt="Share of rows on the right side of the threshold by the values of a column",
        table=pd.DataFrame({
            "value": [each.value for each in found[name]], "rows": [each.n for each in found[name]],
            "right": [percent(each.accuracy) for each in found[name]],
            "from": [percent(each.low) for each in found[name]],
            "to": [percent(each.high) for each in found[name]],
        }),
    )
    st.caption(
        f"Of {len(right):,} judged rows {percent(overall)} are on the right side. Columns in which a "
        "value differs most from the others come first; a difference counts as shown where it holds "
        f"for the number of values and of columns ({len(found):,}) that were looked through."
    )


def by_column(
    known: Applicants, tested: np.ndarray, right: np.ndarray
) -> dict[str, tuple[Slice, ...]]:
    """Slices by every column that has more than one, those that differ most first."""
    cells = known.features.iloc[tested].reset_index(drop=True)
    found = {str(name): slices(cells[name], right) for name in cells.columns}
    several = {name: each for name, each in found.items() if len(each) > 1}
    return dict(sorted(several.items(), key=lambda each: _least(each[1])))


def _least(found: tuple[Slice, ...]) -> float:
    return min((each.p for each in found if not each.small), default=1.0)


def _finding(
    name: str, found: tuple[Slice, ...], overall: float, columns: int, title: str
) -> str:
    worse = [
        each for each in found
        if not each.small and each.accuracy < overall and each.p * columns < SURE
    ]
    if not worse:
        return f"No value of {cut(name, 40)} is shown to be served worse by {title}"
    worst = min(worse, key=lambda each: each.accuracy)
    return (
        f"{title} is right for {percent(worst.accuracy)} where {cut(name, 40)} is "
        f"{cut(worst.value, 40)}, against {percent(overall)} of all"
    )
