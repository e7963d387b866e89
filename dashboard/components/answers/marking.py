"""No accepted answers? A random sample of answers is marked right or wrong in the page."""

from __future__ import annotations

from typing import cast

import streamlit as st

from dashboard.components.answers.card import answer_card, rows_of
from dashboard.components.marking import mark_next, marks_of, sample_size, wording_of
from dashboard.components.text import shown
from dashboard.session import Workspace
from pipelines.evaluation.marked import marked
from pipelines.experiment import Experiment, ModelRun
from pipelines.reading.answers import AnswerPredictions


@st.fragment
def mark_sample(experiment: Experiment, run: ModelRun, space: Workspace, threshold: float) -> None:
    """Show answers one by one, in random order, and estimate how often they are right."""
    predictions = cast(AnswerPredictions, run.predictions)
    asked = experiment.request.dataset.batch()["question"].iloc[experiment.rows]
    # At the threshold of the run marks belong to it and its report; another gives other answers.
    own = threshold == float(experiment.request.options["threshold"])
    marks = marks_of(experiment) if own else marks_of(experiment, run.card.id, threshold)
    wording = wording_of(experiment)
    titles = {each.card.id: each.card.title for each in experiment.runs}
    rows = space.once(("evidence", "rows", experiment.id), lambda: rows_of(experiment))
    verdict = st.container()
    size = sample_size(len(asked), "answers-marks")

    def show(row: int, model: str) -> None:
        st.markdown(f"**{shown(asked.iloc[row], 600)}**")
        answer_card(predictions.readings[row], threshold, rows=rows)

    outputs = {run.card.id: range(len(asked))}
    if mark_next(outputs, marks, size, show, key="answers-mark", wording=wording):
        st.caption(
            "“Not in these documents” is right when they do not say it. Keys 1 and 2 answer."
        )
    else:
        st.success("The sample is marked.")
    found = marked(marks, len(asked), titles, wording)
    if found is not None:
        verdict.markdown(f"**{shown(found.verdict, 1000)}**")
        if not own:
            verdict.caption("At another threshold than the run's, so the report does not hold it.")
