"""Ranking: judge lists and scores of any recommender or search against what users took."""

import streamlit as st

from dashboard.components.elsewhere import elsewhere
from dashboard.components.judge_file import JudgePage
from dashboard.components.recommendation.evaluation import judged_view

TITLE = "Ranking"
ICON = ":material/format_list_numbered:"
ORDER = 3
HELP = "Judge recommendations or search results from any system: NDCG, recall, MAP and MRR."

st.title(TITLE, anchor=False)
st.caption("How near the top stands what people wanted, and which system ranks better?")
elsewhere(
    {"Rankings": JudgePage(
        kind="ranking", slug="evaluate-ranking",
        label="A table with a user, an item, whether it was wanted, and a score or rank",
        help="One row a user and item that was ranked. Several columns of scores are several systems.",
    )},
    judged_view, key="evaluate-ranking",
)
