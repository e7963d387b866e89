"""Whether probabilities can be believed, tenth by tenth."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.reliability import reliability
from dashboard.charts.show import show
from pipelines.evaluation.calibration import reliability as bins_of
from pipelines.evaluation.deciles import decile_table
from pipelines.evaluation.risk_judgement import RiskJudgement

# In pixels; shares with their ends are never cut.
WIDTHS = {
    "tenth": 55, "rows": 60, "probability": 120, "expected": 80, "came": 145, "lift": 55,
    "found so far": 100,
}


def deciles_view(judgement: RiskJudgement, model: str, title: str, key: str) -> None:
    """Draw the calibration curve and the decile table."""
    truth, chance = judgement.truth, judgement.systems[model]
    error = judgement.score(model, "ece")
    expected, came = float(chance.mean()), float(truth.mean())
    found = decile_table(truth, chance)
    left, right = st.columns([5, 7], gap="medium")
    with left:
        show(
            reliability(bins_of(chance, truth), of_outcome=True),
            key=f"{key}-reliability-{model}", height=380,
            title=f"{title} expects {100 * expected:.1f} %, and {100 * came:.1f} % came"
            + (f"; calibration error {error.value:.3f}" if error else ""),
            alt="Share that came against the probability that was given",
        )
    with right:
        st.markdown("**Rows in tenths, the riskiest first**")
        st.dataframe(
            pd.DataFrame([
                {"tenth": each.number, "rows": each.n,
                 "probability": f"{100 * each.least:.1f} to {100 * each.most:.1f} %",
                 "expected": f"{100 * each.expected:.1f} %",
                 "came": f"{100 * each.rate:.1f} % ({100 * each.low:.1f} to {100 * each.high:.1f})",
                 "lift": round(each.lift, 2), "found so far": f"{100 * each.gain:.0f} %"}
                for each in found
            ]),
            hide_index=True, height="content", alt="Decile table",
            column_config={
                name: st.column_config.Column(width=width) for name, width in WIDTHS.items()
            },
        )
        st.caption(
            "Lift: how many times the share of all rows. The largest distance between what is found of "
            "both outcomes is KS."
        )
