"""From which probability on to flag so that few are missed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.decisions import found_by_threshold
from dashboard.charts.show import show
from dashboard.components.risk.applicants import line_words
from dashboard.components.text import count, cut, percent, shown
from pipelines.evaluation.decision_words import per_1000
from pipelines.evaluation.decisions import Decision
from pipelines.evaluation.finding import cut_words, ends, proof
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.sensitivity import sensitivity_curve, sensitivity_of
from pipelines.evaluation.thresholds import SensitivityThreshold

USUAL = 0.95
LEVELS = (0.8, 0.9, 0.95, 0.98, 0.99)


@st.fragment
def sensitivity_view(judgement: RiskJudgement, model: str, title: str, key: str) -> None:
    """Draw what a wanted sensitivity costs in rows flagged for nothing."""
    usual = (judgement.decision.share if judgement.decision.rule == "sensitivity" else None) or USUAL
    wanted = st.number_input(
        "Find at least, %", 1.0, 100.0, round(100 * usual, 6), 1.0, width=220, format="%g",
        key=f"{key}-sensitivity-{usual:g}", persist_state="session",
        help="of those who are; this is called sensitivity",
    ) / 100
    found = sensitivity_of(judgement, model, wanted)
    if found is None:
        st.info("Choosing and checking a threshold takes two rows of each outcome at least.")
        return
    _figures(found)
    curve = sensitivity_curve(judgement.truth, judgement.systems[model])
    show(
        found_by_threshold(curve, found.threshold, wanted),
        title=f"{title} finds {percent(found.sensitivity)} of “{cut(judgement.positive, 40)}” when it "
        f"flags {percent(found.flagged)} of all",
        alt="Sensitivity, specificity and share flagged at each threshold", height=340,
        key=f"{key}-by-threshold-{model}",
    )
    st.dataframe(
        _table(judgement, model, wanted), hide_index=True, height="content",
        alt="What other sensitivities would cost",
    )
    if found.shown and found.tells_apart:
        st.success(proof(found, judgement.unit), icon=":material/check:")
    else:
        st.warning(proof(found, judgement.unit), icon=":material/warning:")
    st.caption(shown(_how(judgement, model, found), most=900))


def _figures(found: SensitivityThreshold) -> None:
    with st.grid(5, min_column_width=150):
        st.metric("Flag from", line_words(found.threshold), border=True, height="stretch",
                  help=f"a probability of {cut_words(found.threshold)}")
        st.metric(
            "Found", percent(found.sensitivity), border=True, height="stretch",
            help=f"sensitivity, of {count(found.positives, 'row')} of the class; 95 % interval "
            f"{ends(found.sensitivity_low, found.sensitivity_high)} %",
        )
        st.metric(
            "Others left alone", percent(found.specificity), border=True, height="stretch",
            help=f"specificity, of {count(found.others, 'other row')}; 95 % interval "
            f"{ends(found.specificity_low, found.specificity_high)} %",
        )
        st.metric("Flagged", percent(found.flagged), border=True, height="stretch",
                  help="right or wrong; somebody has to look at them")
        st.metric("Missed in 1,000", per_1000(found), border=True, height="stretch",
                  help=f"{found.positives - found.found:,} of {found.positives:,} were missed here")


def _table(judgement: RiskJudgement, model: str, wanted: float) -> pd.DataFrame:
    """What each sensitivity comes to on the judged rows, each at the threshold that judged it."""
    rows = []
    for each in sorted({*LEVELS, wanted}):
        found = sensitivity_of(judgement, model, each)
        if found is not None:
            rows.append({
                "wanted": f"{100 * each:.4g} %", **_lines(judgement, model, each, found.threshold),
                "found (sensitivity)": f"{percent(found.sensitivity)} "
                f"({ends(found.sensitivity_low, found.sensitivity_high)})",
                "left alone (specificity)": f"{percent(found.specificity)} "
                f"({ends(found.specificity_low, found.specificity_high)})",
                "flagged": percent(found.flagged), "missed in 1,000": per_1000(found),
            })
    return pd.DataFrame(rows)


def _lines(
    judgement: RiskJudgement, model: str, wanted: float, threshold: float
) -> dict[str, str]:
    """From where on new rows are flagged, and from where on the judged ones were, by fold."""
    choosers = judgement.choosers.get(model)
    if choosers is None or len(choosers.used) < 2:
        return {"flag from": line_words(threshold)}
    cuts = choosers.cuts(Decision("sensitivity", wanted))
    low, high = line_words(float(cuts.min())), line_words(float(cuts.max()))
    return {
        "new rows from": line_words(threshold),
        "judged from, by fold": low if low == high else f"{low.removesuffix(' %')} to {high}",
    }


def _how(judgement: RiskJudgement, model: str, found: SensitivityThreshold) -> str:
    if model in judgement.choosers:
        return (
            "The threshold was chosen on training rows that the model had not learnt from, "
            f"{found.positives_when_chosen:,} of them “{cut(judgement.positive, 40)}”; the figures are "
            f"of the {len(judgement.truth):,} rows that judge"
            + (", each at the threshold of the fold that predicted it; the chart holds all of them "
               "against one." if judgement.cuts else ".")
        )
    if judgement.decision.rule == "sensitivity" and found.wanted == judgement.decision.share:
        return "The threshold is the one that was set."
    return (
        "The threshold was chosen on a random half of the rows; the figures are of the other half, "
        "which had no say in it."
    )
