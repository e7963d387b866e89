"""Sentiment: what do customers feel, and can a model tell?"""

from dashboard.components.application import application
from dashboard.components.classification.evaluation import evaluation_view
from dashboard.components.classification.evidence import evidence_of_run
from dashboard.components.classification.results import results_view
from dashboard.components.labelling import nothing_to_judge
from dashboard.session import Workspace
from pipelines.experiment import Experiment

TITLE = "Sentiment"
ICON = ":material/sentiment_satisfied:"
ORDER = 1
HELP = "Classify texts as negative, neutral or positive, and find out how often a model is right."


def evaluation(experiment: Experiment, space: Workspace) -> None:
    """Step 4, or what it needs when nothing was labelled."""
    if experiment.judged is None:
        nothing_to_judge(experiment.request.task.slug)
    else:
        evaluation_view(evidence_of_run(experiment, space), experiment.warnings)


application("sentiment", results=results_view, evaluation=evaluation)
