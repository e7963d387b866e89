"""Where to draw the line: by what approving, declining and reviewing earn and cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.profit import approval_by_bad_rate, profit_by_threshold
from dashboard.charts.show import show
from dashboard.components.models_step import option_key
from dashboard.components.text import percent, shown
from data.errors import LitmusError
from pipelines.evaluation.profit import profit_report
from pipelines.evaluation.profit_terms import ProfitReport, ProfitTerms
from pipelines.evaluation.regression_verdict import amount
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.task import Task

USUAL_MARGIN, USUAL_LOSS = 0.1, 0.5


@st.fragment
def profit_view(
    judgement: RiskJudgement, model: str, title: str, key: str, task: Task | None = None
) -> None:
    """Draw what thresholds earn with the user's own figures.

    Args:
        task: of the run that was judged, whose settings the figures are; None of a file.
    """
    truth, chance = judgement.truth, judgement.systems[model]
    if st.session_state.pop(f"{key}-profit-changed", False) and task is not None:
        # What the page says of results that were made before a change stands outside of this view.
        st.rerun()
    try:
        terms = _terms(judgement, key, task)
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
        f"looked like {found.profit_when_chosen:,.4g}. The curve is of the other half, so that the "
        "dashed line, chosen on the first, need not stand at its top. For a calibrated model approving "
        f"breaks even at {percent(found.break_even)}."
    )


def _terms(judgement: RiskJudgement, key: str, task: Task | None) -> ProfitTerms:
    given = judgement.terms
    with st.container(horizontal=True, vertical_alignment="bottom"):
        margin: float | np.ndarray
        if judgement.margin is None:
            usual = USUAL_MARGIN if given is None else float(np.mean(given.margin))
            margin = _share_field("Margin on a good one", "margin", usual, 1000.0, 0.5, key, task)
        else:
            margin = judgement.margin
            st.metric("Margin", f"{100 * float(np.mean(margin)):.1f} %", help="mean of the column")
        usual = USUAL_LOSS if given is None else given.loss_given_default
        lost = _share_field("Loss given default", "loss_given_default", usual, 100.0, 1.0, key, task)
        review = _field(
            "Cost of a review, 0 for none", "review_cost",
            float(given.cost_of_review or 0) if given is not None else 0.0, 1, key, task,
            most=1e6, step=1.0, width=200,
        )
        finds = 80.0
        if review:
            finds = st.number_input(
                "A review decides rightly, %", 0.0, 100.0, 80.0, 1.0, key=f"{key}-profit-finds",
                width=200, persist_state="session", help="an assumption: no data tell it",
            )
    if task is not None:
        st.caption(
            "These figures are the settings of step 2. The chart follows them at once; the threshold "
            "of step 3, fairness, the report and the command keep those of the run until you run again."
        )
    return ProfitTerms(
        margin, lost, review or None, 1.0 if judgement.exposure is None else judgement.exposure,
        finds / 100,
    )


def _share_field(
    label: str, option: str, usual: float, most: float, step: float, key: str, task: Task | None
) -> float:
    """A share of the exposure, asked for in percent."""
    asked = _field(
        f"{label}, % of exposure", option, usual, 100, key, task, most=most, step=step, width=220
    )
    return asked / 100


def _field(
    label: str, option: str, usual: float, scale: int, key: str, task: Task | None, *, most: float,
    step: float, width: int,
) -> float:
    """A figure of the user; of a run it is the same that the settings of step 2 hold."""
    own = f"{key}-profit-{option}"
    if task is None:
        return st.number_input(
            label, 0.0, most, scale * usual, step, key=own, width=width, persist_state="session",
        )
    setting = option_key(task, option)
    held = st.session_state.get(setting)
    value = scale * (usual if held is None else float(held))
    if abs(st.session_state.get(own, -1.0) - value) > 1e-9:
        st.session_state[own] = min(value, most)
    return st.number_input(
        label, 0.0, most, step=step, key=own, width=width, on_change=_keep,
        args=(own, setting, scale, f"{key}-profit-changed"),
    )


def _keep(own: str, setting: str, scale: int, changed: str) -> None:
    st.session_state[setting] = round(st.session_state[own] / scale, 9)
    st.session_state[changed] = True


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
         "profit a row of all": amount(band.profit)}
        for band in found.bands
    ])


def _share(value: float) -> str:
    return percent(min(max(value, 0.0), 1.0))


def _ends(low: float | None, high: float | None) -> str:
    return "no interval" if low is None or high is None else f"{amount(low)} to {amount(high)}"
