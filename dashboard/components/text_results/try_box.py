"""A text of one's own through the loaded model, at once."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.text import shown
from dashboard.components.text_results.beside import beside
from dashboard.session import Workspace
from data.errors import LitmusError
from pipelines.experiment import Experiment, ModelRun

MOST = 20_000
EXAMPLES = {
    "translation": "Your parcel left our warehouse this morning.",
    "summary": "Paste an article, a report or a long e-mail of five sentences or more.",
    "keywords": "The electric scooter was parked in a bike lane, and the city fined the company.",
}


@st.fragment
def try_box(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the box and what the model makes of the text."""
    task = experiment.request.task
    text = st.text_area(
        "A text of yours", key=f"{task.slug}-try", height=140, max_chars=MOST,
        placeholder=EXAMPLES.get(task.output, ""), persist_state="session",
    )
    if not text or not text.strip():
        st.caption(f"{shown(run.card.title)} answers when you leave the box or press Ctrl+Enter.")
        return
    try:
        output = _answer(experiment, run, space, text)
    except LitmusError as error:
        st.error(shown(error), icon=":material/error:")
        return
    beside(task.output, text, output)


def _answer(experiment: Experiment, run: ModelRun, space: Workspace, text: str) -> dict[str, Any]:
    """The prediction for the text, kept until another text or model is tried."""
    role = experiment.request.task.text_role
    wanted = (experiment.id, run.card.id, text)
    known: dict[str, Any] = space.once(("evidence", "tried", experiment.id), dict)
    if known.get("wanted") != wanted:
        with st.spinner(f"{shown(run.card.title, 40)} reads…"):
            found = run.pipeline.predict(pd.DataFrame({role: [text]})).frame()
        known.update(wanted=wanted, output=found.to_dict("records")[0])
    output: dict[str, Any] = known["output"]
    return output
