"""Can the confidence be believed, and what is gained by passing on doubtful rows?"""

from __future__ import annotations

import streamlit as st

from dashboard.charts.reliability import reliability
from dashboard.charts.risk_coverage import risk_coverage
from dashboard.charts.show import show
from dashboard.components.classification.evidence import Evidence
from dashboard.components.text import shown


def calibration_view(evidence: Evidence, model: str) -> None:
    """Draw the reliability diagram and accuracy against coverage."""
    found = evidence.of(model)
    title = evidence.titles[model]
    if found.system.probabilities is None:
        st.info(f"{shown(title)} gives no probabilities, so there is no confidence to check.")
        return
    error = evidence.judgement.score(model, "ece")
    gap = float((found.confidence - found.right).mean())
    lean = "too sure" if gap > 0 else "too modest"
    left, right = st.columns(2, gap="medium")
    with left:
        show(
            reliability(found.reliability), key=f"{evidence.key}-reliability-{model}",
            title=f"On average {title} is {100 * abs(gap):.1f} points {lean}"
            + (f"; calibration error {error.value:.3f}" if error else ""),
            alt="Accuracy against confidence in bins", height=380,
        )
    with right:
        show(
            risk_coverage({title: found.coverage}), key=f"{evidence.key}-coverage-{model}",
            title="Accuracy when only the most confident rows are answered",
            alt="Accuracy against the share of rows answered", height=380,
        )
