"""Items like another one, in the eyes of a method."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.recommendation.known import Known, item_options, known_of, pipeline_of
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun

ITEM = "recommendation-item"
MOST_SIMILAR = 20


@st.fragment
def similar_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the items most like a chosen one."""
    known = known_of(experiment, space)
    lessons, names = known.lessons, known.item_names()
    options = item_options(known, "recommendation-similar-search")
    if not options:
        st.info("No item has that in its title or id.", icon=":material/search_off:")
        return
    if st.session_state.get(ITEM) not in options:
        st.session_state[ITEM] = options[0]
    chosen = st.selectbox(
        "Items like", options, key=ITEM, persist_state="session", width=420,
        format_func=lambda item: names.get(item, str(item)),
    )
    place = lessons.item_at[str(chosen)]
    items, scores = pipeline_of(run).recommender.similar(place, MOST_SIMILAR)
    users = count(int(known.item_users[place]), "user")
    if not len(items):
        st.info(
            f"{shown(run.card.title, 60)} does not compare items, or knows nothing of this one; choose "
            "another model above.", icon=":material/compare_arrows:",
        )
        return
    st.markdown(f"**{count(len(items), 'item')} most like {shown(names[str(chosen)], 60)}**, "
                f"which {users} took")
    st.dataframe(
        _table(known, space, experiment, place, items, scores), hide_index=True, height="content",
        alt="Similar items",
    )
    st.caption(
        f"Likeness is what {shown(run.card.title, 60)} itself goes by, on its own scale; “both” counts "
        "the users who took both items."
    )


def _table(
    known: Known, space: Workspace, experiment: Experiment, place: int, items: np.ndarray,
    scores: np.ndarray,
) -> pd.DataFrame:
    columns = space.once(
        ("evidence", "takers", experiment.id), lambda: known.lessons.everything.tocsc()
    )
    takers = np.zeros(columns.shape[0], dtype=bool)
    takers[columns[:, [place]].indices] = True
    table: dict[str, object] = {"item": known.names[items]}
    if known.lessons.catalogue.categories is not None:
        table["category"] = known.lessons.catalogue.categories[items]
    table["likeness"] = np.round(scores.astype(float), 4)
    table["users"] = known.item_users[items]
    table["both"] = [int(takers[columns[:, [item]].indices].sum()) for item in items]
    return pd.DataFrame(table)
