"""What step 1 says of questions that will not be judged, or not even be asked."""

from __future__ import annotations

import streamlit as st

from dashboard.components.column_mapper import chosen_dataset
from dashboard.components.text import shown
from dashboard.session import Workspace
from data.errors import LitmusError
from pipelines.reading.unjudged import questions_as_texts, unanswered_sentence
from pipelines.task import Task


def question_notes(task: Task, space: Workspace) -> None:
    """Draw a warning where questions have an empty answer, or are taken for documents."""
    try:
        dataset = chosen_dataset(task, space)
    except LitmusError:
        # The step itself says what is wrong with the mapping.
        return
    said = space.once(
        ("questions", dataset.fingerprint),
        lambda: questions_as_texts(dataset) or unanswered_sentence(dataset),
    )
    if said:
        st.warning(shown(said, most=600), icon=":material/quiz:")
