"""Images: what photos show, the user's own classes, and how many objects or faces there are."""

import streamlit as st

from dashboard.components.application import application
from dashboard.components.classification.evaluation import evaluation_view
from dashboard.components.images.evidence import evidence_of_run
from dashboard.components.images.results import results_view
from dashboard.components.labelling import nothing_to_judge
from dashboard.components.objects import evaluation as objects_evaluation
from dashboard.components.objects import results as objects_results
from dashboard.components.several_tasks import task_switch
from dashboard.session import Workspace
from pipelines.experiment import Experiment

TITLE = "Images"
ICON = ":material/image:"
ORDER = 5
TASKS = "images detection"
HELP = "Name what photos show, teach a model your own classes, count faces and objects."

VIEW = "image-task"
VIEWS = {"Classify": "images", "Count faces and objects": "detection"}


def evaluation(experiment: Experiment, space: Workspace) -> None:
    """Step 4, or what it needs when nothing was labelled."""
    if experiment.judged is None:
        nothing_to_judge(experiment.request.task.slug)
    else:
        evaluation_view(evidence_of_run(experiment, space), experiment.warnings)


st.title(TITLE, anchor=False)
task = task_switch(VIEW, VIEWS)
if task == "images":
    application("images", results=results_view, evaluation=evaluation, titled=False)
else:
    application(
        "detection", results=objects_results.results_view,
        evaluation=objects_evaluation.evaluation_view, titled=False,
    )
