"""A text with the words that moved its prediction."""

from __future__ import annotations

import html

import pandas as pd
import streamlit as st

from dashboard.components.text import shown
from pipelines.pipeline import Attribution

FOR, AGAINST = "45, 160, 145", "217, 95, 2"


def show_attribution(text: str, attribution: Attribution | None, key: str) -> None:
    """Show the words, those that spoke for the class underlined solid, those against it dotted.

    Args:
        text: shown as it is when there is no attribution.
        attribution: from the pipeline that made the prediction.
        key: tells the table's button apart.
    """
    if attribution is None or not attribution.pieces:
        st.markdown(shown(text, most=2000))
        st.caption("This model gives no account of single words.")
        return
    st.html(attribution_html(attribution))
    _legend(attribution, key)


def attribution_html(attribution: Attribution) -> str:
    """The words as HTML, each escaped, with its weight as colour, line and title."""
    top = max((abs(weight) for weight in attribution.weights), default=0.0) or 1.0
    spans = []
    for piece, weight in zip(attribution.pieces, attribution.weights, strict=True):
        share = abs(weight) / top
        line = "solid" if weight > 0 else "dotted"
        style = "padding:1px 2px;border-radius:3px;"
        if share > 0.15:
            colour = FOR if weight > 0 else AGAINST
            style += f"background:rgba({colour},{0.08 + 0.4 * share:.2f});"
            style += f"border-bottom:2px {line} rgb({colour});"
        spans.append(
            f'<span style="{style}" title="{weight:+.3f}">{html.escape(piece)}</span>'
        )
    return f'<p dir="auto" style="line-height:2;margin:0">{" ".join(spans)}</p>'


def _legend(attribution: Attribution, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Solid: speaks for {shown(attribution.target, 40)}. Dotted: speaks against it. "
            "The weight is what the chance of the class loses without the word."
        )
        # A rerun when it closes would swallow the click that closed it.
        with st.popover("Weights", key=f"{key}-weights"):
            table = pd.DataFrame(
                {"word": attribution.pieces, "weight": attribution.weights}
            ).sort_values("weight", key=abs, ascending=False)
            st.dataframe(table.round(4), hide_index=True, alt="Words with their weights")
