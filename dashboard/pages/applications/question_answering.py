"""Question answering: what do these documents say, and do they say it at all?"""

from dashboard.components.answers.evaluation import evaluation_view
from dashboard.components.answers.results import results_view
from dashboard.components.application import application

TITLE = "Question answering"
ICON = ":material/quiz:"
ORDER = 2
HELP = "Ask your documents, see where each answer stands, and measure how often it is right."

application("question-answering", results=results_view, evaluation=evaluation_view)
