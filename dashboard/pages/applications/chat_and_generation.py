"""Chat and generation: does a model that runs on your own machine write what you need?"""

import streamlit as st

from dashboard.components.generation.chat_view import chat_view, clear_button
from dashboard.components.generation.check import check_line
from dashboard.components.generation.complete_view import complete_view
from dashboard.components.generation.measure import measure_view
from dashboard.components.generation.settings import settings_row

TITLE = "Chat and generation"
ICON = ":material/forum:"
ORDER = 3
TASKS = "generation"
HELP = "Chat with a model that runs on this machine, continue a text, and measure how good it is."
OPENS = "Chat with it"
VIEW = "generation-view"

# A link to the task, or to a choice made in one of its steps, asks for the steps.
if VIEW not in st.query_params:
    if st.query_params.get("task") == TASKS:
        st.session_state[VIEW] = "Measure"
        del st.query_params["task"]
    elif st.session_state.get(VIEW) is None:
        steps = any(name.startswith(f"{TASKS}-") for name in st.query_params)
        st.session_state[VIEW] = "Measure" if steps else "Chat"
st.title(TITLE, anchor=False)
with st.container(horizontal=True, vertical_alignment="center"):
    view = st.segmented_control(
        "View", ["Chat", "Complete", "Measure"], required=True, key=VIEW, bind="query-params",
        label_visibility="collapsed",
    )
    if view is None:
        # The browser's back button led to an address without the choice, which makes it none.
        st.rerun()
    if view != "Measure":
        settings = settings_row(chats=view == "Chat")
    if view == "Chat":
        clear_button()
if view == "Measure":
    measure_view()
else:
    check_line(settings.model)
    if view == "Complete":
        complete_view(settings)
    else:
        chat_view(settings)
