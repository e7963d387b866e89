"""Complete: a text that the model continues."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard.components.generation.conversation import Completion, Draft, completion, note_of
from dashboard.components.generation.following import follow
from dashboard.components.generation.settings import Settings
from dashboard.components.text import shown
from data.errors import LitmusError
from pipelines.generation.chat import Reply, complete
from pipelines.progress import Progress

LONGEST_TEXT = 20_000
KEY = "completion-text"
OPENING = "Dear customer,\n\nthank you for your order. Unfortunately"


def complete_view(settings: Settings) -> None:
    """Draw the text and its continuation."""
    space = completion()
    if space.draft is not None and space.draft.finished:
        _take_over(space, space.draft)
    st.session_state.setdefault(KEY, OPENING)
    st.text_area(
        "The beginning", key=KEY, max_chars=LONGEST_TEXT, height=220, persist_state="session",
        disabled=space.draft is not None,
        help="The model goes on where this ends; its words are added here.",
    )
    if space.draft is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Continue", type="primary", icon=":material/edit_note:", key="completion-go",
                on_click=_continue, args=(settings,),
                disabled=not settings.model or not str(st.session_state[KEY]).strip(),
            )
            if space.note:
                st.caption(space.note)
    if space.trouble:
        st.error(shown(space.trouble, most=600), icon=":material/error:")
    if space.draft is not None:
        with st.container(border=True):
            follow(space.draft, "completion-stop")


def _continue(settings: Settings) -> None:
    space = completion()
    space.trouble = space.note = ""
    text = str(st.session_state[KEY])
    try:
        space.draft = Draft("Completion", partial(_reply, text, settings))
    except LitmusError as error:
        space.trouble = str(error)


def _reply(
    text: str, settings: Settings, stop: Callable[[], bool], progress: Progress
) -> Reply:
    return complete(text, settings.sampling, settings.model, stop=stop, progress=progress)


def _take_over(space: Completion, draft: Draft) -> None:
    """Add what was written to the text, before the text is drawn."""
    space.draft, space.trouble = None, draft.trouble
    facts = draft.facts
    space.note = note_of(facts) if facts else ""
    if draft.text:
        st.session_state[KEY] = f"{st.session_state.get(KEY, '')}{draft.text}"[:LONGEST_TEXT]
