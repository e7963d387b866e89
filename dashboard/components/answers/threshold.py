"""What it buys to say "not in these documents" more often."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.risk_coverage import risk_coverage as coverage_chart
from dashboard.charts.show import show
from dashboard.components.answers.evidence import AnswerEvidence
from dashboard.components.answers.threshold_slider import threshold_slider
from dashboard.components.text import percent
from pipelines.evaluation.answer_judgement import RIGHT_F1
from pipelines.evaluation.calibration import BINS, expected_calibration_error
from pipelines.evaluation.curves import risk_coverage
from pipelines.evaluation.intervals import wilson


@st.fragment
def threshold_view(evidence: AnswerEvidence, model: str) -> None:
    """Draw coverage and precision at a threshold that the user moves."""
    judgement = evidence.judgement
    reader = judgement.readers[model]
    sure, right = reader.primary.confidence, judgement.right(model)
    chosen = threshold_slider(reader.threshold, 1, key=f"{evidence.key}-cut-{model}")
    kept = sure >= chosen
    good = int((kept & right).sum())
    low, high = wilson(good, int(kept.sum()))
    with st.grid(4, min_column_width=160):
        st.metric("Answered", percent(float(kept.mean())), border=True,
                  help="share of the questions that get an answer")
        if kept.any():
            st.metric(
                "Of the answers, right", percent(good / int(kept.sum())), border=True,
                help=f"95 % interval {100 * low:.1f} to {100 * high:.1f} %",
            )
        else:
            st.metric("Of the answers, right", "none given", border=True)
        st.metric("Right but withheld", f"{int((~kept & right).sum()):,}", border=True,
                  help="answers that were right but not sure enough to be given")
        unanswerable = ~judgement.answerable
        if unanswerable.any():
            st.metric(
                "Rightly refused",
                f"{int((~kept & unanswerable).sum())} of {int(unanswerable.sum())}", border=True,
                help="questions that the documents do not answer and that got no answer",
            )
    if len(sure) > 1 and right.any():
        curves = {
            evidence.titles[name]: risk_coverage(
                judgement.readers[name].primary.confidence, judgement.right(name)
            )
            for name in judgement.readers if judgement.right(name).any()
        }
        show(
            coverage_chart(curves), key=f"{evidence.key}-coverage-{model}", height=320,
            title=_finding(evidence, model, sure, right),
            alt="Share of right answers against the share of questions answered",
            table=_levels(sure, right),
        )
    error = expected_calibration_error(np.clip(sure, 0, 1), right)
    st.caption(
        f"Right: the answer shares at least {100 * RIGHT_F1:.0f} % of its words with an accepted one "
        f"(F1). The confidence of {evidence.titles[model]} is off by {100 * error:.0f} percentage "
        "points on average (calibration error). A threshold picked by eye on these questions "
        "flatters itself a little.",
        help=f"Calibration error: answers are put into {BINS} groups by confidence, and in each the "
        "mean confidence is held against the share that is right; the average over all answers.",
    )


def _finding(
    evidence: AnswerEvidence, model: str, sure: np.ndarray, right: np.ndarray
) -> str:
    half = np.argsort(-sure, kind="stable")[: max(1, len(sure) // 2)]
    return (
        f"{evidence.titles[model]} is right in {percent(float(right.mean()))} of all questions and in "
        f"{percent(float(right[half].mean()))} of the half it is surest of"
    )


def _levels(sure: np.ndarray, right: np.ndarray) -> pd.DataFrame:
    rows = []
    for level in range(0, 100, 10):
        kept = sure >= level / 100
        rows.append({
            "from confidence": level / 100, "answered": round(float(kept.mean()), 3),
            "right": round(float(right[kept].mean()), 3) if kept.any() else None,
            "questions": int(kept.sum()),
        })
    return pd.DataFrame(rows)
