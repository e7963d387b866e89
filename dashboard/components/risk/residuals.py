"""How far predicted amounts are off, and whether the promised ranges hold."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.amounts import by_predicted
from dashboard.charts.show import show
from dashboard.components.text import percent, shown
from pipelines.evaluation.regression_judgement import RegressionJudgement
from pipelines.evaluation.regression_metrics import residuals


def residuals_view(judgement: RegressionJudgement, model: str, title: str, key: str) -> None:
    """Draw predicted against true amounts in tenths, and what the errors look like."""
    found = residuals(judgement.truth, judgement.systems[model], seed=judgement.seed)
    held = judgement.coverages.get(model)
    with st.grid(4, min_column_width=170):
        st.metric("Off by, half of the rows", f"{found.median:,.4g}", border=True,
                  help="median of the absolute errors")
        st.metric("Nine of ten within", f"{found.ninetieth:,.4g}", border=True)
        st.metric("Mean error", f"{found.mean:+,.4g}", border=True,
                  help="above 0 too much is predicted")
        if held is not None:
            st.metric(
                f"Inside the {100 * judgement.interval_level:.0f} % range", percent(held.share),
                border=True, help=f"{percent(held.low)} to {percent(held.high)} of {held.n:,} rows; "
                f"the ranges are {held.width:,.4g} wide on average",
            )
    left, right = st.columns([5, 6], gap="medium")
    worst = max(found.parts, key=lambda part: abs(part.error))
    side = "much" if worst.error > 0 else "little"
    with left:
        show(
            by_predicted(found.parts), key=f"{key}-residuals-{model}", height=360,
            title=f"Where {title} says {worst.least:,.4g} to {worst.most:,.4g} it is "
            f"{abs(worst.error):,.4g} too {side}",
            alt="Mean true amount against mean predicted amount, in tenths",
        )
    with right:
        st.dataframe(
            pd.DataFrame([
                {"predicted": f"{part.least:,.4g} to {part.most:,.4g}", "rows": part.n,
                 "mean predicted": round(part.predicted, 4), "mean true": round(part.true, 4),
                 "error": round(part.error, 4), "from": part.low, "to": part.high,
                 "spread": round(part.spread, 4)}
                for part in found.parts
            ]),
            hide_index=True, height="content", alt="Errors by predicted amount",
        )
        tails = (f" A few rows make up much of the error: the hundredth that is furthest off has "
                 f"{percent(found.largest_share)} of it." if found.heavy_tails else "")
        st.caption(f"{shown(title)}. Errors are predicted less true.{tails}")
