"""Puts a figure on a page: the finding above it, the numbers one click away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard.charts.style import CONFIG, apply_style
from dashboard.charts.text import escape_markdown
from pipelines.report.wording import clean

OnSelect = Literal["rerun"] | Callable[[], Any]


def show(
    figure: go.Figure,
    *,
    title: str,
    alt: str,
    table: pd.DataFrame | None = None,
    key: str,
    height: int | None = None,
    on_select: OnSelect | None = None,
) -> Any:
    """Draws a figure with its title and, if there is one, the table behind it.

    Args:
        figure: as the functions beside this module return it.
        title: the finding, as plain text; names from the user's file need no escaping.
        alt: what the chart shows, for those who do not see it.
        table: shown when asked for, and only then sent to the browser.
        key: of the widgets, unlike that of any other chart on the page.
        height: in pixels; the figure's own if not given.
        on_select: "rerun" or a callback that takes nothing, for a figure whose points can be
            selected.

    Returns:
        The selection, as ``st.plotly_chart`` gives it; None without ``on_select``.
    """
    with st.container(gap="xxsmall"):
        st.markdown(f"**{escape_markdown(title)}**", width="stretch")
        event = st.plotly_chart(
            apply_style(figure, st.context.theme.type == "dark", height),
            theme=None,
            config=CONFIG,
            key=key,
            alt=clean(alt).strip() or "Chart",
            on_select=on_select or "ignore",
            selection_mode="points",
        )
        if table is not None:
            _table(table, f"{key}-table")
    return event if on_select else None


def _table(table: pd.DataFrame, key: str) -> None:
    # Not a popover: closing one reruns the page and so swallows the click on a link that closed it.
    behind = st.expander("Table", type="compact", key=key, on_change="rerun")
    if behind.open:
        with behind:
            st.dataframe(table, hide_index=True, key=f"{key}-rows")
