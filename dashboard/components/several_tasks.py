"""The switch of a page that holds several tasks."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st


def task_switch(key: str, views: Mapping[str, str]) -> str:
    """Draw the switch and return the task chosen.

    A link to a task (`?task=slug`) opens its view; else the page opens where it was left.

    Args:
        key: of the switch, which stands in the link.
        views: what a view is called, to the slug of its task; the first one opens at first.
    """
    last = f"{key}-last"
    wanted = st.query_params.get("task")
    if wanted is not None:
        del st.query_params["task"]
    if key not in st.query_params:
        for name, slug in views.items():
            if slug == wanted:
                st.session_state[key] = name
        if st.session_state.get(key) is None:
            st.session_state[key] = st.session_state.get(last, next(iter(views)))
    view = st.segmented_control(
        "Task", list(views), required=True, key=key, bind="query-params",
        label_visibility="collapsed",
    )
    if view is None:
        # The browser's back button led to an address without the choice, which makes it none.
        st.rerun()
    st.session_state[last] = view
    return views[view]
