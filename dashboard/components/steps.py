"""The five steps of an application in one row; the current one is part of the link."""

from __future__ import annotations

import streamlit as st

from dashboard.session import Workspace

STEPS = {"data": "Data", "models": "Models", "results": "Results", "evaluation": "Evaluation",
         "ship": "Ship"}


def step_key(slug: str) -> str:
    """The name of the step in the session and in the link."""
    return f"{slug}-step"


def go_to(slug: str, step: str) -> None:
    """Make `step` the current one; for callbacks, which run before the row is drawn."""
    st.session_state[step_key(slug)] = step


def step_row(slug: str, space: Workspace) -> str:
    """Draw the row and return the current step."""
    finished = {"data": space.table is not None, "models": space.experiment is not None}
    numbers = {step: position for position, step in enumerate(STEPS, start=1)}

    def shown(step: str) -> str:
        mark = " :material/check:" if finished.get(step) else ""
        return f"{numbers[step]} {STEPS[step]}{mark}"

    chosen = st.segmented_control(
        "Step", list(STEPS), default="data", required=True, format_func=shown,
        key=step_key(slug), bind="query-params", label_visibility="collapsed",
    )
    return chosen or "data"
