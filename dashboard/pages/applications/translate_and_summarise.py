"""Translate and summarise: translations, summaries, keywords and names."""

import streamlit as st

from dashboard.components.application import application
from dashboard.components.several_tasks import task_switch
from dashboard.components.text_results.results import results_view
from dashboard.components.texts.evaluation import evaluation_view
from dashboard.components.texts.evidence import evidence_of_run
from dashboard.components.texts.unjudged import unjudged_view
from dashboard.session import Workspace
from pipelines.experiment import Experiment

TITLE = "Translate and summarise"
ICON = ":material/translate:"
ORDER = 4
TASKS = "translation summarization keywords"
HELP = "Translate, summarise and find keywords, and measure how good that is."

VIEW = "text-task"
VIEWS = {"Translate": "translation", "Summarise": "summarization", "Keywords": "keywords"}


def evaluation(experiment: Experiment, space: Workspace) -> None:
    """Step 4, by references where there are some, else by marking a sample."""
    if experiment.judged is None:
        unjudged_view(experiment, space)
    else:
        evaluation_view(evidence_of_run(experiment, space), experiment.warnings)


st.title(TITLE, anchor=False)
task = task_switch(VIEW, VIEWS)
application(task, results=results_view, evaluation=evaluation, titled=False)
