"""The ways to search, side by side on the questions of which it is known what answers them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.components.answers.evidence import AnswerEvidence
from dashboard.components.text import shown
from pipelines.evaluation.answer_retrieval import (
    METHOD_WORDS,
    THINGS,
    RetrievalJudgement,
    retrieval_finding,
    words_of_test,
)
from pipelines.evaluation.score import Score
from pipelines.evaluation.verdict import p_words
from pipelines.report.wording import gain

MRR = (
    "Mean reciprocal rank: 1 where it stands first, 1/2 where it is second, and so on, on average "
    "over the questions; 0 where it is not found."
)
COLUMNS = ("first", "in first 5", "in first 10", "MRR")


def retrieval_view(evidence: AnswerEvidence, model: str) -> None:
    """Draw a table for the right passage and one for the right document, as far as known.

    Args:
        evidence: of a judged run; all its readers search the same way.
        model: not looked at.
    """
    found = evidence.judgement.retrieval
    if not found:
        st.info(
            "Whether the right passage is found cannot be told: bring questions with the passage or "
            "the document that answers them.", icon=":material/find_in_page:",
        )
        return
    for each in found:
        st.markdown(f"**{shown(retrieval_finding(each), 300)}**")
        st.dataframe(
            retrieval_table(each), hide_index=True, height="content",
            column_config={"MRR": st.column_config.TextColumn(help=MRR)},
            alt=f"How often each way to search finds {THINGS[each.right]}",
            key=f"{evidence.key}-retrieval-{each.right}",
        )
        st.caption(
            f"How often {THINGS[each.right]} is found, of {each.questions:,} questions, with 95 % "
            f"intervals. The way that was used stands first; the others are tested against it by "
            f"the first five places: {words_of_test(each.comparisons[0].test)}."
        )


def retrieval_table(judgement: RetrievalJudgement) -> pd.DataFrame:
    """Methods by scores, and the test of the one that was used against each other."""
    rows = []
    for method, scores in judgement.scores.items():
        row = {"search by": f"{METHOD_WORDS.get(method, method)} ({method})"}
        row |= {
            name: _written(score) for name, score in zip(COLUMNS, scores, strict=True)
        }
        if method == judgement.chosen:
            row |= {"used finds more by": "used", "p": ""}
        else:
            test = judgement.against(method)
            row |= {"used finds more by": gain(test), "p": p_words(test.p)}
        rows.append(row)
    return pd.DataFrame(rows)


def _written(score: Score) -> str:
    if score.low is None or score.high is None:
        return f"{score.value:.3f}"
    return f"{score.value:.3f}  ({score.low:.3f} to {score.high:.3f})"
