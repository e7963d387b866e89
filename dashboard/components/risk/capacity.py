"""Whom to look at where only so many can be: what the first of a ranking hold."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.decisions import found_by_capacity
from dashboard.charts.show import show
from dashboard.components.risk.applicants import line_words
from dashboard.components.text import cut, percent, shown
from pipelines.evaluation.capacity import (
    CapacityPoint,
    capacity_curve,
    capacity_point,
    levels,
    worth_showing,
)
from pipelines.evaluation.decision_words import whole
from pipelines.evaluation.risk_judgement import RiskJudgement

USUAL = 0.05
# Steps of the slider: fine where a fraud desk works, coarse where a campaign does.
STEPS = (
    0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08,
    0.09, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5,
)


@st.fragment
def capacity_view(judgement: RiskJudgement, model: str, title: str, key: str) -> None:
    """Draw what is found at a capacity, and at others."""
    truth, chance, kind = judgement.truth, judgement.systems[model], judgement.positive
    if not truth.any() or truth.all():
        st.info("What looking finds can be told only with rows of both outcomes.")
        return
    decides = judgement.decision.rule == "capacity"
    usual = (judgement.decision.share if decides else None) or USUAL
    steps = sorted({*STEPS, usual})
    capacity = st.select_slider(
        f"Share of {judgement.unit}s that can be looked at", steps, value=usual, format_func=_share,
        key=f"{key}-capacity-{usual:g}", persist_state="session", width=420,
    )
    with st.spinner("Reckoning the interval…", show_time=False):
        found = _point(judgement, model, capacity)
    _figures(judgement, found)
    curve = capacity_curve(truth, chance, worth_showing(capacity), judgement.level)
    show(
        found_by_capacity(curve, found.looked_at),
        title=f"Of {found.looked_at:,} that {title} puts first, {whole(found.hits)} are "
        f"“{cut(kind, 40)}”",
        alt="Precision and recall against the number of rows looked at", height=340,
        key=f"{key}-by-capacity-{model}",
    )
    st.dataframe(
        _table(judgement, model, capacity), hide_index=True, height="content",
        alt="Precision and recall at usual capacities",
    )
    st.caption(_how(judgement, model, capacity))


def _point(judgement: RiskJudgement, model: str, capacity: float) -> CapacityPoint:
    return capacity_point(
        judgement.truth, judgement.systems[model], capacity, seed=judgement.seed,
        level=judgement.level,
    )


def _figures(judgement: RiskJudgement, found: CapacityPoint) -> None:
    own = int(judgement.truth.sum())
    with st.grid(4, min_column_width=170):
        st.metric(
            "Looked at", f"{found.looked_at:,}", border=True,
            help=f"of {len(judgement.truth):,} judged {judgement.unit}s, those of the highest "
            f"probability, down to {line_words(found.least)}",
        )
        st.metric(
            "Of them right", percent(found.precision), border=True,
            help=f"precision; 95 % interval {_ends(found.precision_low, found.precision_high)} %",
        )
        st.metric(
            "Of all found", percent(found.recall), border=True,
            help=f"recall, of {own:,}; 95 % interval {_ends(found.recall_low, found.recall_high)} %",
        )
        st.metric(
            "Better than at random", f"{found.lift:,.1f} ×", border=True,
            help=f"lift: at random {percent(own / len(judgement.truth))} would be right",
        )


def _table(judgement: RiskJudgement, model: str, capacity: float) -> pd.DataFrame:
    return pd.DataFrame([
        {"looked at": _share(each.capacity), "rows": each.looked_at, "down to": line_words(each.least),
         "found": whole(each.hits),
         "right (precision)": f"{percent(each.precision)} "
         f"({_ends(each.precision_low, each.precision_high)})",
         "of all (recall)": f"{percent(each.recall)} ({_ends(each.recall_low, each.recall_high)})",
         "lift": round(each.lift, 1)}
        for each in levels(judgement.truth, judgement.systems[model], capacity, judgement.level)
    ])


def _how(judgement: RiskJudgement, model: str, capacity: float) -> str:
    said = (
        "Where equal probabilities stand at the border, numbers are means over all ways to draw from "
        "them. Intervals above are bootstrapped over rows; those of the chart and the table are "
        "Wilson's, which take the ranking as it is."
    )
    if judgement.decision.rule != "capacity" or capacity != judgement.decision.share:
        return said
    line = f"New rows are flagged from {line_words(judgement.threshold(model))} on"
    if model not in judgement.choosers:
        return f"{line}, as was set. {said}"
    flagged = float((judgement.systems[model] >= judgement.cuts_of(model)).mean())
    return shown(
        f"{line}: that threshold left {_share(capacity)} of training rows above it that the model "
        "had not learnt from, and flags "
        f"{percent(flagged)} of the judged ones. {said}", most=900,
    )


def _share(share: float) -> str:
    return f"{100 * share:.4g} %"


def _ends(low: float, high: float) -> str:
    return f"{100 * low:.1f} to {100 * high:.1f}"
