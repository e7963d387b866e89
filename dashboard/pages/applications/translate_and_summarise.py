"""Translate and summarise: translations, summaries, keywords and names."""

import streamlit as st

from dashboard.components.application import application
from dashboard.components.text_results.results import results_view
from dashboard.components.texts.evaluation import evaluation_view
from dashboard.components.texts.evidence import evidence_of_run
from dashboard.session import Workspace
from pipelines.experiment import Experiment

TITLE = "Translate and summarise"
ICON = ":material/translate:"
ORDER = 4
TASKS = "translation summarization keywords"
HELP = "Translate, summarise and find keywords, and measure how good that is."

VIEW, LAST = "text-task", "text-task-last"
VIEWS = {"Translate": "translation", "Summarise": "summarization", "Keywords": "keywords"}


def evaluation(experiment: Experiment, space: Workspace) -> None:
    """Step 4, or what it needs when there is nothing to hold the outputs against."""
    if experiment.judged is None:
        st.info(
            "Nothing is proven yet: there are no references. Map a column with what a person would "
            "have written in step 1; fifty rows are a good start.", icon=":material/edit_note:",
        )
    else:
        evaluation_view(evidence_of_run(experiment, space), experiment.warnings)


# A link to a task opens its view; else the page opens where it was left.
wanted = st.query_params.get("task")
if wanted is not None:
    del st.query_params["task"]
if VIEW not in st.query_params:
    for name, slug in VIEWS.items():
        if slug == wanted:
            st.session_state[VIEW] = name
    if st.session_state.get(VIEW) is None:
        st.session_state[VIEW] = st.session_state.get(LAST, "Translate")
st.title(TITLE, anchor=False)
view = st.segmented_control(
    "Task", list(VIEWS), required=True, key=VIEW, bind="query-params",
    label_visibility="collapsed",
)
if view is None:
    # The browser's back button led to an address without the choice, which makes it none.
    st.rerun()
st.session_state[LAST] = view
application(VIEWS[view], results=results_view, evaluation=evaluation, titled=False)
