"""Where to draw the line: by what approving, declining and reviewing earn and cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.profit import approval_by_bad_rate, profit_by_threshold
from dashboard.charts.show import show
from dashboard.components.text import percent, shown
from data.errors import LitmusError
from pipelines.evaluation.profit import profit_report
from pipelines.evaluation.profit_terms import ProfitReport, ProfitTerms
from pipelines.evaluation.risk_judgement import RiskJudgement

USUAL_MARGIN, USUAL_LOSS = 0.1, 0.5


@st.fragment
def profit_view(judgement: RiskJudgement, model: str, title: str, key: str) -> None:
    """Draw what thresholds earn with the user's own figures."""
    truth, chance = judgement.truth, judgement.systems[model]
    try:
        terms = _terms(judgement, key)
        found = profit_report(truth, chance, terms, seed=judgement.seed)
    except LitmusError as error:
        st.info(shown(str(error)), icon=":material/info:")
        return
    unit = "of the exposure" if judgement.exposure is None else "in the currency of the exposure"
    _figures(found)
    left, right = st.columns(2, gap="medium")
    with left:
        show(
            profit_by_threshold(found.curve, found.threshold), key=f"{key}-profit-{model}", height=340,
            title=_finding(found, title), alt="Profit a row against the threshold",
        )
    with right:
        show(
            approval_by_bad_rate(found.curve), key=f"{key}-approval-{model}", height=340,
            title="Approving more lets more bad ones in",
            alt="Share of bad ones among the approved against the share approved",
        )
    st.dataframe(_bands(found), hide_index=True, height="content", alt="Bands of decisions")
    st.caption(
        f"Profit is a row, {unit}. The threshold was chosen on {found.n_chosen:,} rows, half of those "
        f"that judge, and what it earns was measured on the other {found.n:,}; on those that chose it "
        f"looked like {found.profit_when_chosen:,.4g}. For a calibrated model approving breaks even at "
        f"{percent(found.break_even)}."
    )


def _terms(judgement: RiskJudgement, key: str) -> ProfitTerms:
    given = judgement.terms
    with st.container(horizontal=True, vertical_alignment="bottom"):
        margin: float | np.ndarray
        if judgement.margin is None:
            usual = USUAL_MARGIN if given is None else float(np.mean(given.margin))
            margin = st.number_input(
                "Margin on a good one, % of exposure", 0.0, 1000.0, 100 * usual, 0.5,
                key=f"{key}-profit-margin", width=220, persist_state="session",
            ) / 100
        else:
            margin = judgement.margin
            st.metric("Margin", f"{100 * float(np.mean(margin)):.1f} %", help="mean of the column")
        lost = st.number_input(
            "Loss given default, % of exposure", 0.0, 100.0,
            100 * (USUAL_LOSS if given is None else given.loss_given_default), 1.0,
            key=f"{key}-profit-loss", width=220, persist_state="session",
        ) / 100
        review = st.number_input(
            "Cost of a review, 0 for none", 0.0, 1e9,
            float(given.cost_of_review or 0) if given is not None else 0.0,
            key=f"{key}-profit-review", width=200, persist_state="session",
        )
        finds = 80.0
        if review:
            finds = st.number_input(
                "A review decides rightly, %", 0.0, 100.0, 80.0, 1.0, key=f"{key}-profit-finds", width=200,
                persist_state="session", help="an assumption: no data tell it",
            )
    return ProfitTerms(
        margin, lost, review or None, 1.0 if judgement.exposure is None else judgement.exposure,
        finds / 100,
    )


def _figures(found: ProfitReport) -> None:
    with st.grid(4, min_column_width=170):
        st.metric("Approve below", _share(found.threshold), border=True,
                  help=f"{_share(found.threshold_low)} to {_share(found.threshold_high)} on resamples")
        st.metric("Approved", percent(found.approval), border=True)
        st.metric(
            "Bad among the approved", "–" if found.bad_rate is None else percent(found.bad_rate),
            border=True, help=f"{percent(found.bad_low)} to {percent(found.bad_high)}",
        )
        st.metric(
            "Profit a row", f"{found.profit:,.4g}", f"{found.gain:+,.4g}", border=True,
            help=f"{_ends(found.low, found.high)}; beneath it the gain over {found.without_words}",
        )


def _finding(found: ProfitReport, title: str) -> str:
    ends = _ends(found.gain_low, found.gain_high)
    if found.shown:
        return f"{title} earns {found.gain:,.4g} a row more than {found.without_words} ({ends})"
    return f"It is not shown to earn more than {found.without_words} ({found.gain:+,.4g}, {ends})"


def _bands(found: ProfitReport) -> pd.DataFrame:
    return pd.DataFrame([
        {"decision": band.decision,
         "probability": f"{_share(band.least)} to {_share(band.below)}",
         "rows": band.n, "share": percent(band.share),
         "bad": "–" if band.bad_rate is None else
         f"{percent(band.bad_rate)} ({percent(band.bad_low)} to {percent(band.bad_high)})",
         "profit a row of all": round(band.profit, 4)}
        for band in found.bands
    ])


def _share(value: float) -> str:
    return percent(min(max(value, 0.0), 1.0))


def _ends(low: float | None, high: float | None) -> str:
    return "no interval" if low is None or high is None else f"{low:,.4g} to {high:,.4g}"
