"""Loan risk: who pays back, how sure that is, and where the line should be drawn."""

from dashboard.components.application import application
from dashboard.components.risk.evaluation import evaluation_view
from dashboard.components.risk.results import results_view

TITLE = "Loan risk"
ICON = ":material/account_balance:"
ORDER = 7
TASKS = "loan-risk"
HELP = "Learn who pays back, read a scorecard, and choose a threshold by profit."

application("loan-risk", results=results_view, evaluation=evaluation_view)
