"""From what probability on a row counts as a class, and what that costs."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.charts.show import show
from dashboard.charts.thresholds import thresholds
from dashboard.components.classification.evidence import Evidence
from dashboard.components.text import cut, percent, shown
from data.errors import LitmusError
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.thresholds import honest_threshold, threshold_table

FEWEST_FOR_ADVICE = 60


@st.fragment
def thresholds_view(evidence: Evidence, model: str) -> None:
    """Draw the effect of a threshold, and the cheapest one for given costs."""
    found = evidence.of(model)
    chances = found.system.probabilities
    classes = evidence.judgement.classes
    if chances is None:
        st.info(f"{shown(evidence.titles[model])} gives no probabilities to set a threshold on.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.selectbox(
            "Raise a flag for", classes, key=f"{evidence.key}-flag", width=220,
            format_func=lambda name: cut(name, 40), persist_state="session",
        ) or classes[0]
        missed = st.number_input(
            "Cost of a missed one", 0.0, 1e9, 5.0, key=f"{evidence.key}-missed", width=170,
            persist_state="session",
        )
        false = st.number_input(
            "Cost of a false alarm", 0.0, 1e9, 1.0, key=f"{evidence.key}-false", width=170,
            persist_state="session",
        )
    code = classes.index(target)
    truth, score = evidence.judgement.truth == code, chances[:, code]
    if not truth.any():
        st.info(f"No judged row is {shown(target)}.")
        return
    chosen = st.slider(
        f"Flag a row as {shown(target, 40)} from this probability on", 0.0, 1.0, 0.5, 0.01,
        key=f"{evidence.key}-cut", persist_state="session",
    )
    flagged = score >= chosen
    hits = int((flagged & truth).sum())
    low, high = wilson(hits, int(truth.sum()))
    with st.grid(4, min_column_width=160):
        st.metric("Flagged", percent(float(flagged.mean())), border=True)
        st.metric(
            "Of the flagged, right", percent(hits / max(1, int(flagged.sum()))), border=True,
            help="precision",
        )
        st.metric(
            "Of all, found", percent(hits / int(truth.sum())), border=True,
            help=f"recall; 95 % interval {100 * low:.1f} to {100 * high:.1f} %",
        )
        cost = missed * int((~flagged & truth).sum()) + false * int((flagged & ~truth).sum())
        st.metric("Cost per 1,000 rows", f"{1000 * cost / len(truth):,.0f}", border=True)
    show(
        thresholds(
            threshold_table(truth, score, cost_false_positive=false, cost_false_negative=missed),
            chosen,
        ),
        title=_advice(truth, score, false, missed), key=f"{evidence.key}-thresholds-{model}",
        alt="Precision, recall and share flagged at each threshold", height=320,
    )
    st.caption(
        "A threshold picked by eye on these rows flatters itself. The advice above was chosen on a "
        "random half and its figures come from the other half."
    )


def _advice(truth: np.ndarray, score: np.ndarray, false: float, missed: float) -> str:
    fewest = int(min(truth.sum(), (~truth).sum()))
    if fewest < FEWEST_FOR_ADVICE:
        return (
            f"No advice: the smaller side has {fewest} rows, and choosing and checking a threshold "
            f"needs {FEWEST_FOR_ADVICE}"
        )
    try:
        best = honest_threshold(
            truth, score, cost_false_positive=false, cost_false_negative=missed
        )
    except LitmusError as error:
        return str(error)
    return (
        f"At these costs flag from {best.threshold:.2f} on: {1000 * best.cost_per_row:,.0f} per "
        f"1,000 rows against {1000 * best.cost_per_row_of_half:,.0f} at 0.50, "
        "both on the half that did not choose"
    )
