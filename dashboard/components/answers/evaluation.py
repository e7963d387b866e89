"""Step 4 of question answering: the verdict, the leaderboard, and the evidence behind them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.components.answers.evidence import evidence_of_run
from dashboard.components.answers.questions import questions_view
from dashboard.components.answers.retrieval import retrieval_view
from dashboard.components.answers.slices import slices_view
from dashboard.components.answers.threshold import threshold_view
from dashboard.components.leaderboard import leaderboard_view, verdict_view
from dashboard.components.steps import go_to
from dashboard.components.text import cut
from dashboard.session import Workspace
from pipelines.evaluation.metric_words import OF_ANSWERS, titles
from pipelines.experiment import Experiment

METRIC_NAMES = titles(OF_ANSWERS)
VIEWS = {
    "Questions": questions_view, "Threshold": threshold_view, "Slices": slices_view,
    "Retrieval": retrieval_view,
}


def evaluation_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step, or say what it needs."""
    if experiment.judged is None:
        _nothing_to_judge(experiment)
        return
    evidence = evidence_of_run(experiment, space)
    verdict_view(evidence.judged, experiment.warnings)
    # The ways to search have a view of their own; these are the scores of readers.
    of_readers = replace(
        evidence.judged, scores=evidence.judgement.scores,
        comparisons=evidence.judgement.comparisons,
    )
    leaderboard_view(
        of_readers, evidence.titles, evidence.favourite, METRIC_NAMES, key=evidence.key,
        first="f1_token",
    )
    names = list(evidence.judged.scores)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        model = st.selectbox(
            "Look closer at", names, index=names.index(evidence.favourite),
            format_func=lambda name: cut(evidence.titles[name], 60),
            key=f"{evidence.key}-model", persist_state="session", width=260,
        )
        view = st.segmented_control(
            "View", list(VIEWS), default="Questions", required=True, key=f"{evidence.key}-view",
            bind="query-params", label_visibility="collapsed",
        )
    VIEWS[view or "Questions"](evidence, model or evidence.favourite)


def _nothing_to_judge(experiment: Experiment) -> None:
    slug = experiment.request.task.slug
    asked = len(experiment.rows) > 0
    if asked:
        st.info(
            "Nothing is proven yet: no question has an accepted answer. Map a column of answers in "
            "step 1, or mark a random sample of answers as right or wrong in step 3.",
            icon=":material/edit_note:",
        )
    else:
        st.info(
            "You can ask, but nothing is measured: bring a table with questions and their answers "
            "beside the documents. Fifty real questions of your customers are a good start; add some "
            "that the documents do not answer, marked “no answer”.",
            icon=":material/table_view:",
        )
    st.button("Map the answers" if asked else "Bring questions", on_click=go_to,
              args=(slug, "data"), key="answers-to-data", type="primary")
