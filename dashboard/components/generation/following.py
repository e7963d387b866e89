"""Shows a text while it is written, in the run of the page that is on the screen."""

from __future__ import annotations

import time

import streamlit as st

from dashboard.components.generation.conversation import Draft
from dashboard.components.generation.model_text import model_markdown
from dashboard.components.text import shown

SECONDS_BETWEEN_LOOKS = 0.15
CURSOR = " ▌"


def follow(draft: Draft, key: str) -> None:
    """Draw what is written until nothing more comes, then the page again.

    Any click ends this run of the page and not the text, which the next run goes on showing. A
    fragment that reruns several times a second would do the same at a price: after each rerun
    Streamlit collects garbage, which takes the turn of whoever writes.
    """
    body = st.empty()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Stop", icon=":material/stop_circle:", key=key, on_click=draft.stop)
        line = st.empty()
    while not draft.finished:
        text = draft.text
        if text.strip():
            body.markdown(model_markdown(text) + CURSOR)
        else:
            body.markdown(f":shimmer[{shown(draft.job.stage_name)}]")
        line.caption(_speed(draft))
        time.sleep(SECONDS_BETWEEN_LOOKS)
    st.rerun()


def _speed(draft: Draft) -> str:
    facts = draft.facts
    if facts is None or not facts.tokens:
        return "The first text after a start takes longer: the model is loaded."
    return f"{facts.tokens:,} tokens · {facts.tokens_per_second:,.1f} a second"
