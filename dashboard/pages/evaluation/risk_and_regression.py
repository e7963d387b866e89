"""Risk and regression: judge probabilities and amounts from any model against what came."""

import streamlit as st

from dashboard.components.elsewhere import elsewhere
from dashboard.components.judge_file import JudgePage
from dashboard.components.risk.evaluation import judged_view

TITLE = "Risk and regression"
ICON = ":material/query_stats:"
ORDER = 4
HELP = "Judge probabilities of default, or predicted amounts, from any model."

st.title(TITLE, anchor=False)
st.caption("Can these probabilities and amounts be believed, and where should the line be drawn?")
elsewhere(
    {
        "Probabilities": JudgePage(
            kind="risk", slug="evaluate-risk",
            label="A table with an outcome (yes or no) and probabilities in one or more columns",
            help="One row a case. Several columns of probabilities are several models.",
        ),
        "Amounts": JudgePage(
            kind="regression", slug="evaluate-regression",
            label="A table with a true amount and predicted amounts in one or more columns",
            help="One row a case. Several columns of predictions are several models.",
        ),
    },
    judged_view, key="evaluate-amounts",
)
