"""Which questions a reader serves worst."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.show import show
from dashboard.charts.slices import slices as slices_chart
from dashboard.components.answers.evidence import AnswerEvidence
from dashboard.components.text import cut
from pipelines.evaluation.slices import slices
from pipelines.evaluation.verdict import SIGNIFICANT, p_words

WITHHELD = "; one whose answer was withheld is not answered right"


def slices_view(evidence: AnswerEvidence, model: str) -> None:
    """Draw the share of right answers by a column."""
    columns = list(evidence.columns)
    chosen = st.selectbox(
        "Slice by", columns, index=columns.index(evidence.group), key=f"{evidence.key}-slice",
        persist_state="session", format_func=lambda name: cut(name, 60), width=260,
    ) or columns[0]
    # A question without an answer cannot be answered right; the threshold view counts refusals.
    answerable = evidence.judgement.answerable
    right = evidence.judgement.answered_right(model)[answerable]
    parts = slices(evidence.columns[chosen][answerable].reset_index(drop=True), right)
    sure = [part for part in parts if part.p < SIGNIFICANT and not part.small]
    title = f"No slice is shown to differ; the lowest is {parts[0].value}"
    if sure:
        side = "worse" if sure[0].accuracy < right.mean() else "better"
        title = (
            f"{evidence.titles[model]} does {side} where {chosen} is {sure[0].value}: "
            f"{100 * sure[0].accuracy:.0f} % right ({p_words(sure[0].p)} against the rest)"
        )
    left, side_table = st.columns([5, 6], gap="medium")
    with left:
        show(
            slices_chart(list(parts), float(right.mean()), "Answered right"), title=title,
            key=f"{evidence.key}-slices-{model}-{chosen}", height=110 + 34 * len(parts),
            alt="Share of right answers in each slice with 95 % intervals",
        )
    with side_table:
        st.dataframe(
            pd.DataFrame([
                {"value": part.value, "questions": part.n, "right": round(part.accuracy, 3),
                 "from": round(part.low, 3), "to": round(part.high, 3),
                 "against the rest": p_words(part.p), "few": "yes" if part.small else ""}
                for part in parts
            ]),
            hide_index=True, alt="Slices with questions, right answers and intervals",
        )
        st.caption(
            f"Only questions that have an answer{WITHHELD if evidence.judgement.withheld else ''}. "
            "Slices of fewer than 30 are flagged; tests are corrected after Holm."
        )
