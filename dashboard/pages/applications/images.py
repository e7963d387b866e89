"""Images: what photos show, the user's own classes, and how many objects or faces there are."""

import streamlit as st

from dashboard.components.application import application
from dashboard.components.classification.evaluation import evaluation_view
from dashboard.components.images.evidence import evidence_of_run
from dashboard.components.images.results import results_view
from dashboard.components.labelling import nothing_to_judge
from dashboard.components.objects import evaluation as objects_evaluation
from dashboard.components.objects import results as objects_results
from dashboard.session import Workspace
from pipelines.experiment import Experiment

TITLE = "Images"
ICON = ":material/image:"
ORDER = 5
TASKS = "images detection"
HELP = "Name what photos show, teach a model your own classes, count faces and objects."

VIEW, LAST = "image-task", "image-task-last"
VIEWS = {"Classify": "images", "Count faces and objects": "detection"}


def evaluation(experiment: Experiment, space: Workspace) -> None:
    """Step 4, or what it needs when nothing was labelled."""
    if experiment.judged is None:
        nothing_to_judge(experiment.request.task.slug)
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
        st.session_state[VIEW] = st.session_state.get(LAST, "Classify")
st.title(TITLE, anchor=False)
view = st.segmented_control(
    "Task", list(VIEWS), required=True, key=VIEW, bind="query-params",
    label_visibility="collapsed",
)
if view is None:
    # The browser's back button led to an address without the choice, which makes it none.
    st.rerun()
st.session_state[LAST] = view
if VIEWS[view] == "images":
    application("images", results=results_view, evaluation=evaluation, titled=False)
else:
    application(
        "detection", results=objects_results.results_view,
        evaluation=objects_evaluation.evaluation_view, titled=False,
    )
