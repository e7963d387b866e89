"""Ranking: judge lists and scores of any recommender or search against what users took."""

from pathlib import Path

import streamlit as st

import data.samples
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
        help="One row a user and item that was ranked. Several columns of scores are several systems; "
        "an empty cell is an item that the system did not list.",
        sample=Path(data.samples.__file__).with_name("rankings_two_systems.csv"),
        sample_words="Simulated: 150 shoppers, 15 items each, an engine with scores and one with "
        "places.",
    )},
    judged_view, key="evaluate-ranking",
)
