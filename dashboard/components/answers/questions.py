"""Every question with what was wanted and what was answered, the worst first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.answers.card import answer_card
from dashboard.components.answers.evidence import AnswerEvidence
from dashboard.components.text import count, shown
from data.export import safe_csv

ROWS_SHOWN = 500


@st.fragment
def questions_view(evidence: AnswerEvidence, model: str) -> None:
    """Draw the table and the opened question."""
    judgement = evidence.judgement
    reader = judgement.readers[model]
    overlap, sure = judgement.overlap[model], reader.primary.confidence
    order = np.lexsort((-sure, overlap))
    table = _table(evidence, model, order)
    wrong = int((overlap < 1).sum())
    st.markdown(f"**{count(wrong, 'question')} not fully right, the worst first**")
    state = st.dataframe(
        table.head(ROWS_SHOWN), hide_index=True, height=340, on_select="rerun",
        selection_mode="single-row", key=f"{evidence.key}-questions-{model}",
        alt="Questions with the right answer and what was answered",
        column_config={
            "F1": st.column_config.NumberColumn(format="%.2f"),
            "confidence": st.column_config.NumberColumn(format="%.2f"),
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download all questions", lambda: safe_csv(table, byte_order_mark=True),
            file_name="questions.csv", icon=":material/download:", on_click="ignore",
            key=f"{evidence.key}-questions-csv",
        )
        if len(table) > ROWS_SHOWN:
            st.caption(f"The first {ROWS_SHOWN} of {len(table):,} are shown.")
    st.caption("Select a question to open it.")
    if not len(order):
        return
    chosen = state["selection"]["rows"]
    # Without a choice the worst one is open: it is what the table is for.
    row = int(order[chosen[0] if chosen and chosen[0] < len(order) else 0])
    st.markdown(f"**{shown(judgement.questions[row], 600)}**")
    gold = " · ".join(shown(each, 200) for each in judgement.gold[row])
    st.markdown(f"Right answer: {gold or 'none, the documents do not say'}")
    reading = evidence.predictions[model].readings[row]
    threshold = judgement.threshold(model)
    answer_card(reading, threshold, rows=evidence.places)
    if reading.given is not None and reading.found is not None:
        place = {None: "", 0: "It was not found."}.get(
            reading.rank, f"It was found at place {reading.rank}."
        )
        st.caption(f"With the passage to be found among all others: {place}")
        answer_card(reading, threshold, found=True, rows=evidence.places)


def _table(evidence: AnswerEvidence, model: str, order: np.ndarray) -> pd.DataFrame:
    judgement = evidence.judgement
    reader = judgement.readers[model]
    answers = judgement.given(model)
    table = pd.DataFrame({
        "row": evidence.rows[order],
        "question": [judgement.questions[row] for row in order],
        "right answer": [" || ".join(judgement.gold[row]) or "(none)" for row in order],
        "answered": [answers[row] or "(not in these documents)" for row in order],
        "F1": judgement.overlap[model][order],
        "exact": judgement.match[model][order] > 0,
        "confidence": reader.primary.confidence[order],
    })
    for title, ranks in (
        ("found at place", reader.ranks), ("document found at place", reader.document_ranks)
    ):
        if ranks is not None and np.isfinite(ranks).any():
            table[title] = pd.array(
                [int(rank) if np.isfinite(rank) and rank else None for rank in ranks[order]],
                dtype="Int64",
            )
    return table
