"""Recommendations: what each customer should be offered next, and which method knows best."""

from dashboard.components.application import application
from dashboard.components.recommendation.evaluation import evaluation_view
from dashboard.components.recommendation.results import results_view

TITLE = "Recommendations"
ICON = ":material/recommend:"
ORDER = 6
TASKS = "recommendation"
HELP = "Find which method recommends best for your users, see why, and try rules on the lists."

application("recommendation", results=results_view, evaluation=evaluation_view)
