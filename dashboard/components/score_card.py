"""A score as a card: the value in large type, its interval beneath."""

from __future__ import annotations

import streamlit as st

from pipelines.evaluation.score import Score


def score_card(title: str, score: Score, on: str, *, as_percent: bool = False, digits: int = 3) -> None:
    """Draw the card.

    The interval is written with both ends: few have their value in the middle, and none of a share
    passes 0 or 100 %.

    Args:
        title: what the score is called.
        score: with its interval, if it has one.
        on: what it rests on, such as "120 labelled rows".
        as_percent: whether it is a share, shown as a percentage with one decimal.
        digits: decimals of other scores.
    """
    scale, places = (100, 1) if as_percent else (1, digits)
    value = f"{scale * score.value:.{places}f}{' %' if as_percent else ''}"
    if score.low is None or score.high is None:
        st.metric(title, value, border=True, height="stretch", help=f"on {on}; without an interval")
        return
    st.metric(
        title, value, border=True, height="stretch", delta_color="off", delta_arrow="off",
        delta=f"{scale * score.low:.{places}f} to {scale * score.high:.{places}f}",
        help=f"on {on}; beneath stands the 95 % interval",
    )
