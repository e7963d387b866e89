"""From what probability on a row counts as a class: by what it costs, or by what it has to find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from dashboard.charts.show import show
from dashboard.charts.thresholds import thresholds
from dashboard.components.classification.evidence import Evidence
from dashboard.components.text import count, cut, percent, shown
from data.errors import LitmusError
from pipelines.evaluation.finding import cut_words, either, ends, proof
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.thresholds import (
    SensitivityThreshold,
    honest_threshold,
    threshold_for_sensitivity,
    threshold_table,
)

FEWEST_FOR_ADVICE = 60
USUAL_SHARE = 0.95


@st.fragment
def thresholds_view(evidence: Evidence, model: str) -> None:
    """Draw the effect of a threshold: the cheapest one, or one that finds a wanted share."""
    chances = evidence.of(model).system.probabilities
    if chances is None:
        st.info(f"{shown(evidence.titles[model])} gives no probabilities to set a threshold on.")
        return
    ways: dict[str, Callable[[Evidence, str, np.ndarray], None]] = {
        "What it costs": _by_costs, "What it has to find": _by_share,
    }
    names = list(ways)
    way = st.segmented_control(
        "Choose the threshold by", names, default=names[1 if _wanted(evidence) else 0],
        required=True, key=f"{evidence.key}-way{'-find' if _wanted(evidence) else ''}",
        persist_state="session",
    )
    ways[way or names[0]](evidence, model, chances)


def _wanted(evidence: Evidence) -> float | None:
    purpose = evidence.judged.purpose
    return purpose.wanted if purpose is not None else None


def _by_costs(evidence: Evidence, model: str, chances: np.ndarray) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name, codes = _flag(evidence)
        missed = st.number_input(
            "Cost of a missed one", 0.0, 1e9, 5.0, key=f"{evidence.key}-missed", width=170,
            persist_state="session",
        )
        false = st.number_input(
            "Cost of a false alarm", 0.0, 1e9, 1.0, key=f"{evidence.key}-false", width=170,
            persist_state="session",
        )
    truth, score = np.isin(evidence.judgement.truth, codes), chances[:, codes].sum(axis=1)
    if not truth.any():
        st.info(f"No judged row is {shown(name)}.")
        return
    chosen = st.slider(
        f"Flag a row as {shown(name, 40)} from this probability on", 0.0, 1.0, 0.5, 0.01,
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


def _by_share(evidence: Evidence, model: str, chances: np.ndarray) -> None:
    usual = _wanted(evidence) or USUAL_SHARE
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.number_input(
            "Find at least (%)", 1.0, 100.0, 100 * usual, 1.0, width=170,
            key=f"{evidence.key}-share-{usual:g}", persist_state="session",
            help="of the rows of the class; this is called sensitivity",
        )
        name, codes = _flag(evidence)
    truth, score = np.isin(evidence.judgement.truth, codes), chances[:, codes].sum(axis=1)
    try:
        found = threshold_for_sensitivity(
            truth, score, share / 100, evidence.judgement.seed
        )
    except LitmusError as error:
        st.info(shown(error))
        return
    threshold = cut_words(found.threshold)
    with st.grid(4, min_column_width=160):
        st.metric("Flag from this probability on", threshold, border=True)
        st.metric(
            "Found", percent(found.sensitivity), border=True,
            help=f"sensitivity: of {count(found.positives, 'row')} of the class that did not choose "
            f"the threshold; 95 % interval {ends(found.sensitivity_low, found.sensitivity_high)} %",
        )
        st.metric(
            "Others left alone", percent(found.specificity), border=True,
            help=f"specificity: of {count(found.others, 'other row')} that did not choose the "
            f"threshold; 95 % interval {ends(found.specificity_low, found.specificity_high)} %",
        )
        st.metric(
            "Flagged of 1,000 rows", f"{1000 * found.flagged:,.0f}", border=True,
            help="right or wrong, if new rows are like these; somebody has to look at them",
        )
    show(
        thresholds(threshold_table(truth, score), found.threshold),
        title=f"Flagging from {threshold} on finds {percent(found.sensitivity)} of {name} in rows "
        "that did not choose it",
        key=f"{evidence.key}-finding-{model}",
        alt="Precision, recall and share flagged at each threshold", height=320,
    )
    _plainly(found, name)


def _plainly(found: SensitivityThreshold, name: str) -> None:
    """What was done and what it shows, for those who never met a threshold."""
    missed = found.positives - found.found
    said = (
        f"The threshold was chosen on a random half of the rows, as the highest that finds at least "
        f"{100 * found.wanted:g} % of {name} there. The other half had no say in it: of its "
        f"{found.positives:,} rows of {name}, {found.found:,} are found and {missed:,} missed "
        f"(95 % interval of the share found: "
        f"{ends(found.sensitivity_low, found.sensitivity_high)} %); of its {found.others:,} other "
        f"rows, {found.others - found.left_alone:,} are flagged for nothing."
    )
    st.markdown(shown(said, most=900))
    if found.shown and found.tells_apart:
        st.success(proof(found), icon=":material/check:")
    else:
        st.warning(proof(found), icon=":material/warning:")


def _flag(evidence: Evidence) -> tuple[str, list[int]]:
    """The class that a flag is raised for, or those to be found as one, with their numbers."""
    judgement = evidence.judgement
    targets: list[tuple[int, ...]] = [(code,) for code in range(len(judgement.classes))]
    purpose = evidence.judged.purpose
    first = judgement.positives if purpose is not None and purpose.positives else ()
    if len(first) > 1:
        targets.insert(0, first)
    names = [
        judgement.classes[codes[0]] if len(codes) == 1
        else either([judgement.classes[code] for code in codes])
        for codes in targets
    ]
    name = st.selectbox(
        "Raise a flag for", names, width=220, persist_state="session",
        index=targets.index(first) if first else 0, format_func=lambda name: cut(name, 40),
        key=f"{evidence.key}-flag{'-'.join(['', *map(str, first)])}",
    ) or names[0]
    return name, list(targets[names.index(name)])


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
