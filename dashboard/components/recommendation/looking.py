"""Which model the steps look at: the one that was chosen last, in whichever of them."""

from __future__ import annotations

import streamlit as st

# Of steps 3, 4 and 5.
KEYS = ("{slug}-shown", "{slug}-model", "{slug}-ship-model")


def look_at(slug: str, key: str) -> None:
    """Take a choice over into the other steps; for the callback of the box with that key."""
    show_model(slug, st.session_state[key])


def show_model(slug: str, model: str) -> None:
    """Let every step look at a model; for callbacks."""
    for key in KEYS:
        st.session_state[key.format(slug=slug)] = model


def results_tab_key(slug: str) -> str:
    """The name of the view of step 3 in the session."""
    return f"{slug}-results-tab"
