"""Step 3 of question answering: ask, and read what was answered to the questions of the file."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.answers.card import (
    NOT_THERE,
    answer_card,
    passage_html,
    place_of,
    rows_of,
    why,
)
from dashboard.components.answers.marking import mark_sample
from dashboard.components.answers.threshold_slider import threshold_slider
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from data.errors import LitmusError
from pipelines.checks import LONG_QUESTION, is_long_question
from pipelines.experiment import Experiment, ModelRun
from pipelines.reading.answers import AnswerPredictions
from pipelines.report.predictions import prediction_table
from pipelines.retrieval.indexed import index_of

ROWS_SHOWN = 1_000
LONGEST = 5_000
PASSAGES_SHOWN = 5
PASSAGE_LENGTH = 600
IDEAS = 3
LONGEST_IDEA = 90
# What the table of questions shows of where an answer stands, by the names of the download.
PLACES = {"source_document": "document", "source_page": "page", "sentence": "sentence"}


def results_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step."""
    runs = {run.card.id: run for run in experiment.runs}
    names = list(runs)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "Reader", names, default=experiment.favourite.card.id, required=True,
            format_func=lambda name: shown(runs[name].card.title, 40), key="answers-shown",
            persist_state="session",
        )
        own = float(experiment.request.options["threshold"])
        threshold = threshold_slider(own, 5, key="answers-threshold", width=320)
    run = runs[chosen or names[0]]
    tabs = ["Ask", "Questions of the file"] if len(experiment.rows) else ["Ask"]
    if len(experiment.rows) and experiment.judged is None:
        tabs.append("Mark a sample")
    draws = {"Ask": _ask, "Questions of the file": _questions, "Mark a sample": mark_sample}
    for tab, name in zip(st.tabs(tabs, key="answers-tab", on_change="rerun"), tabs, strict=True):
        if tab.open:
            with tab:
                draws[name](experiment, run, space, threshold)


@st.fragment
def _ask(experiment: Experiment, run: ModelRun, space: Workspace, threshold: float) -> None:
    question = st.text_input(
        "Ask your documents", key="answers-question", max_chars=LONGEST, persist_state="session",
        placeholder="A question that your documents should answer",
    )
    if not question.strip():
        st.caption(f"{shown(run.card.title)} reads the {_passages(run)} and answers in their words.")
        _ideas(experiment)
        return
    if is_long_question(question):
        st.caption(
            f"This is longer than about {LONG_QUESTION} words: readers may take in only its beginning."
        )
    batch = pd.DataFrame({"question": [question]})
    try:
        with st.skeleton(height=160):
            predictions = cast(AnswerPredictions, run.pipeline.predict(batch))
            reading = predictions.readings[0]
            rows = space.once(("evidence", "rows", experiment.id), lambda: rows_of(experiment))
            answer_card(reading, threshold, rows=rows)
    except LitmusError as error:
        st.error(shown(error, most=600), icon=":material/error:")
        return
    with st.expander("Why this answer", icon=":material/psychology_alt:", on_change="rerun",
                     key="answers-why") as opened:
        if opened.open and reading.candidates:
            explained = run.pipeline.explain(batch, [reading.candidates[0].text])
            why(explained[0] if explained else None)
    with st.expander("Passages that were found", icon=":material/find_in_page:"):
        for passage in reading.retrieved[:PASSAGES_SHOWN]:
            st.markdown(f"**{place_of(passage, rows)}**")
            st.html(passage_html(passage.text, PASSAGE_LENGTH))


def _ideas(experiment: Experiment) -> None:
    """Questions of the file to begin with, one click each."""
    batch = experiment.request.dataset.batch()
    if "question" not in batch:
        return
    asked = batch["question"].iloc[experiment.rows]
    first = [text for text in asked.drop_duplicates() if len(text) <= LONGEST_IDEA][:IDEAS]
    if first:
        st.caption("Or take one of your file:")
    with st.container(horizontal=True):
        for position, text in enumerate(first):
            st.button(
                shown(text), key=f"answers-idea-{position}",
                on_click=st.session_state.__setitem__, args=("answers-question", text),
            )


def _passages(run: ModelRun) -> str:
    index = index_of(run.pipeline)
    return "documents" if index is None else count(len(index.passages), "passage")


@st.fragment
def _questions(experiment: Experiment, run: ModelRun, space: Workspace, threshold: float) -> None:
    predictions = cast(AnswerPredictions, run.predictions)
    batch = experiment.request.dataset.batch()
    if "question" not in batch:
        return
    asked = batch["question"].iloc[experiment.rows]
    table = space.once(
        ("evidence", "predictions", experiment.id, run.card.id),
        lambda: prediction_table(experiment, run),
    )
    query = st.text_input(
        "Search the questions", type="search", key="answers-search", width=320,
        persist_state="session",
    )
    keep = asked.str.contains(query, case=False, regex=False).to_numpy(dtype=bool)
    rows = np.flatnonzero(keep)
    found = predictions.best()
    best = [found[row] for row in rows]
    view = pd.DataFrame({
        "question": asked.to_numpy()[rows],
        "answer": [
            NOT_THERE if answer is None or answer.confidence < threshold else answer.text
            for answer in best
        ],
        "confidence": [0.0 if answer is None else round(answer.confidence, 3) for answer in best],
    })
    for name, title in PLACES.items():
        if table[name].replace("", pd.NA).notna().any():
            view[title] = table[name].to_numpy()[rows]
    state = st.dataframe(
        view.head(ROWS_SHOWN), hide_index=True, height=320, on_select="rerun",
        selection_mode="single-row", key=f"answers-rows-{run.card.id}-{query}",
        alt="Questions with their answers",
    )
    st.caption(f"{count(len(rows), 'question')} of {len(asked):,}. Select one to open it.")
    selected = state["selection"]["rows"]
    if selected and selected[0] < len(rows):
        row = int(rows[selected[0]])
        st.markdown(f"**{shown(asked.iloc[row], 600)}**")
        places = space.once(("evidence", "rows", experiment.id), lambda: rows_of(experiment))
        answer_card(predictions.readings[row], threshold, rows=places)
