"""The five steps of an application in one row; the current one is part of the link."""

from __future__ import annotations

import streamlit as st

from dashboard.session import Workspace

# The labels stand in links, so they do not change with the state of the page.
STEPS = {"data": "1 Data", "models": "2 Models", "results": "3 Results",
         "evaluation": "4 Evaluation", "ship": "5 Ship"}


def step_key(slug: str) -> str:
    """The name of the step in the session and in the link."""
    return f"{slug}-step"


def go_to(slug: str, step: str) -> None:
    """Make `step` the current one; for callbacks, which run before the row is drawn."""
    st.session_state[step_key(slug)] = step


def step_row(slug: str, space: Workspace) -> str:
    """Draw the row and return the current step."""
    key = step_key(slug)
    if st.session_state.get(key) is None and key not in st.query_params:
        st.session_state[key] = space.step or "data"
    chosen = st.segmented_control(
        "Step", list(STEPS), required=True, format_func=STEPS.__getitem__,
        key=key, bind="query-params", label_visibility="collapsed", wrap=True,
    )
    if chosen is None:
        # The browser's back button led to an address without the step, which makes it none.
        st.rerun()
    space.step = chosen
    return chosen
