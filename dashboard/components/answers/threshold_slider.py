"""The threshold of a run as a slider that begins at exactly the run's own value."""

from __future__ import annotations

import streamlit as st

LABEL = "Say “not in these documents” when less sure than"


def threshold_slider(own: float, step: int, *, key: str, width: int | None = None) -> float:
    """Draw the slider and return the threshold it stands at, 0 to 1.

    Args:
        own: the threshold of the run; one place of the slider, however many decimals it has.
        step: from one of the other places to the next, in percent.
        key: tells the widgets apart; another run's own value begins anew.
        width: in pixels; as wide as there is room if not given.
    """
    written = {threshold_words(percent / 100): percent / 100 for percent in range(0, 101, step)}
    # Of two places that read the same the run's own stays.
    places = sorted((written | {threshold_words(own): own}).values())
    return float(st.select_slider(
        LABEL, places, value=own, format_func=threshold_words, key=f"{key}-{own:g}",
        persist_state="session", width=width or "stretch",
    ))


def threshold_words(threshold: float) -> str:
    """A threshold as it is written: `30 %` or `33.5 %`."""
    return f"{100 * threshold:.4g} %"
