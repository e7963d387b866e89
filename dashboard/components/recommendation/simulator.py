"""Likes put together by hand, and the list that changes at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.recommendation.known import Known, item_options, known_of, pipeline_of
from dashboard.components.recommendation.listing import draw_list, rule_caption, ruled_caption
from dashboard.components.recommendation.person import history_rows, person_of
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun

LIKES = "recommendation-likes"
MOST_LIKES = 200
TAKEN_OVER = 20
HIGHEST = 300
ROW, HEAD = 35, 38
# What comes first in a history, by whether times are known.
_FIRST = {True: "the newest", False: "the first"}


@st.fragment
def simulator_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the box of likes, what is known of each, and the list."""
    known = known_of(experiment, space)
    left, right = st.columns([6, 7], gap="medium")
    with left:
        likes = _likes(known)
        if likes:
            _what_is_known(known, likes)
    with right:
        pipeline = pipeline_of(run)
        found = pipeline.predict(pd.DataFrame({"history": [likes]}))
        st.markdown("**What somebody with these likes is offered**" if likes
                    else "**What somebody is offered of whom nothing is known**")
        rule_caption(str(found.notes[0]))
        draw_list(
            pipeline.recommender, pipeline.history_from(likes),
            found.lists[0][: pipeline.length].tolist(), known, rated=False,
            with_fall=pipeline.rules.empty,
        )
        ruled_caption(pipeline)
        st.caption("Nothing is trained again: the method reads these likes as it stands.")


def _likes(known: Known) -> list[str]:
    """Ids of the liked items, as chosen or taken over from a person."""
    there = [each for each in st.session_state.get(LIKES, []) if each in known.lessons.item_at]
    if LIKES in st.session_state and there != st.session_state[LIKES]:
        st.session_state[LIKES] = there
    options = item_options(known, "recommendation-likes-search", there)
    names = known.item_names()
    likes = st.multiselect(
        "Liked items", options, key=LIKES, persist_state="session", max_selections=MOST_LIKES,
        format_func=lambda item: names.get(item, str(item)), select_all=False, wrap=True,
        placeholder="add items, remove them, watch the list",
    )
    person = person_of(known)
    theirs = _liked_by(known, person)
    words = "liked" if known.lessons.explicit else "took"
    much = f"{len(theirs):,}" if len(theirs) <= TAKEN_OVER else f"{_FIRST[_timed(known)]} {TAKEN_OVER}"
    with st.container(horizontal=True):
        st.button(
            f"Take over {much} that {shown(person, 20)} {words}", key=f"{LIKES}-from",
            on_click=_take_over, args=(known, person), disabled=not len(theirs),
            help=f"{count(len(theirs), 'item')} in all" + (
                f"; what was rated below {known.lessons.liked_from:g} is left out"
                if known.lessons.liked_from is not None else ""
            ),
        )
        st.button("Clear", key=f"{LIKES}-clear", on_click=_set, args=([],), disabled=not likes)
    return [str(each) for each in likes]


def _timed(known: Known) -> bool:
    return known.lessons.all.time is not None


def _liked_by(known: Known, person: str) -> np.ndarray:
    """Positions of somebody's entries, the newest or weightiest first, without those rated low."""
    rows, least = history_rows(known, person), known.lessons.liked_from
    return rows if least is None else rows[known.lessons.all.weight[rows] >= least]


def _take_over(known: Known, person: str) -> None:
    rows = _liked_by(known, person)[:TAKEN_OVER]
    _set(known.lessons.all.items[known.lessons.all.item[rows]].tolist())


def _set(likes: list[str]) -> None:
    st.session_state[LIKES] = likes


def _what_is_known(known: Known, likes: list[str]) -> None:
    places = [known.lessons.item_at[each] for each in likes]
    table: dict[str, object] = {"liked": [known.name(place) for place in places]}
    if known.lessons.catalogue.categories is not None:
        table["category"] = [known.category(place) for place in places]
    learnt = known.lessons.popularity
    table["users before"] = [int(learnt[place]) for place in places]
    st.dataframe(
        pd.DataFrame(table), hide_index=True, height=min(HIGHEST, HEAD + ROW * len(likes)),
        alt="What is known of each",
    )
    if any(not learnt[place] for place in places):
        st.caption(
            "An item that nobody took in the training part says nothing to methods that look at "
            "behaviour; only those that read titles know it."
        )
