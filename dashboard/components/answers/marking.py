"""No accepted answers? A random sample of answers is marked right or wrong in the page."""

from __future__ import annotations

from typing import cast

import numpy as np
import streamlit as st

from dashboard.components.answers.card import answer_card
from dashboard.components.text import shown
from dashboard.session import Workspace
from pipelines.evaluation.labelled_sample import choose_sample, estimate_accuracy
from pipelines.experiment import Experiment, ModelRun
from pipelines.reading.answers import AnswerPredictions

SIZE = 50
SEED = 0


@st.fragment
def mark_sample(experiment: Experiment, run: ModelRun, space: Workspace, threshold: float) -> None:
    """Show answers one by one, in random order, and estimate how often they are right."""
    predictions = cast(AnswerPredictions, run.predictions)
    asked = experiment.request.dataset.batch()["question"].iloc[experiment.rows]
    # Marks belong to a model and a threshold: another of either gives other answers.
    key = ("evidence", "marks", experiment.id, run.card.id, threshold)
    marks: dict[int, bool] = space.once(key, dict)
    chosen = [int(row) for row in choose_sample(len(asked), SIZE, SEED)]
    open_rows = [row for row in chosen if row not in marks]
    st.progress(1 - len(open_rows) / len(chosen), f"{len(marks)} of {len(chosen)} marked")
    if marks:
        estimate = estimate_accuracy(np.array(list(marks.values())), len(asked))
        st.markdown(f"**{shown(estimate.sentence, 400)}**")
    if not open_rows:
        st.success("The sample is marked.")
        return
    row = open_rows[0]
    st.markdown(f"**{shown(asked.iloc[row], 600)}**")
    answer_card(predictions.readings[row], threshold)
    with st.container(horizontal=True):
        st.button("Right", shortcut="1", on_click=marks.__setitem__, args=(row, True),
                  key="answers-mark-right", icon=":material/check:")
        st.button("Wrong", shortcut="2", on_click=marks.__setitem__, args=(row, False),
                  key="answers-mark-wrong", icon=":material/close:")
        if marks:
            st.button("Undo", shortcut="U", on_click=_undo, args=(marks,), type="tertiary",
                      key="answers-mark-undo", icon=":material/undo:")
    st.caption(
        "“Not in these documents” is right when they do not say it. Keys 1 and 2 answer."
    )


def _undo(marks: dict[int, bool]) -> None:
    marks.popitem()
