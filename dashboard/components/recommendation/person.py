"""One person: what that one took, the list made from it, why, and what would change it."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.recommendation.known import (
    MOST_FOUND,
    Known,
    known_of,
    pipeline_of,
    told_apart,
)
from dashboard.components.recommendation.listing import draw_list, rule_caption, ruled_caption
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.recommendation.ranking import ranks_of, top
from pipelines.recommendation.reasons import Without, list_without

SEARCH, PERSON = "recommendation-search", "recommendation-person"
AS_JUDGED = "recommendation-as-judged"
MOST_HISTORY = 500
MOST_HELD = 5
# In pixels, so that all columns fit beside the list.
WIDTHS = {"took": 150, "when": 85, "rating": 55, "weight": 55, "held back": 75}


@st.fragment
def person_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the history of a chosen person beside the list."""
    known = known_of(experiment, space)
    person = pick_person(known)
    if person is None:
        return
    left, right = st.columns([6, 7], gap="medium")
    with left:
        removed = _history(known, person)
    with right:
        _list(run, known, person, removed)


def pick_person(known: Known) -> str | None:
    """The person all views look at, by search or by a button; None where the search finds nobody."""
    ids, order = known.lessons.all.users, known.by_items
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = st.text_input(
            "Search a user id", type="search", key=SEARCH, persist_state="session", width=200,
        ).strip().casefold()
        found = order[:MOST_FOUND]
        if query:
            match = [at for at in order.tolist() if query in str(ids[at]).casefold()]
            found = np.array(match[:MOST_FOUND], dtype=np.int64)
        options = ids[found].tolist()
        chosen = person_of(known)
        if not query and chosen not in options:
            options.insert(0, chosen)
        if options and st.session_state.get(PERSON) not in options:
            st.session_state[PERSON] = chosen if chosen in options else options[0]
        if options:
            labels = _labels(known, options)
            st.selectbox(
                "Person", options, key=PERSON, persist_state="session", width=280,
                format_func=lambda user: labels.get(user, str(user)),
            )
        draws = {"Most active": order[0], "Fewest items": order[-1], "Random": -1}
        for name, position in draws.items():
            st.button(name, key=f"{PERSON}-{name}", on_click=_choose, args=(known, int(position)))
    if not options:
        st.info(f"No user id has “{shown(query, 60)}” in it.", icon=":material/search_off:")
        return None
    return str(st.session_state[PERSON])


def person_of(known: Known) -> str:
    """The person looked at; at first one in the middle, as the most active is often no person."""
    chosen = str(st.session_state.get(PERSON, ""))
    if chosen in known.lessons.user_at:
        return chosen
    return str(known.lessons.all.users[known.by_items[len(known.by_items) // 2]])


def show_person(user: str) -> None:
    """Go to a person with the list that was judged; for callbacks."""
    st.session_state[SEARCH] = ""
    st.session_state[PERSON] = user
    st.session_state[AS_JUDGED] = True


def _labels(known: Known, options: list[str]) -> dict[str, str]:
    names = told_apart(options, options)
    return {
        user: f"{name} · {count(int(known.user_items[known.lessons.user_at[user]]), 'item')}"
        for user, name in zip(options, names, strict=True)
    }


def _choose(known: Known, position: int) -> None:
    """Go to a person by position, or to any at all below 0."""
    if position < 0:
        position = int(np.random.default_rng().integers(len(known.user_items)))
    st.session_state[SEARCH] = ""
    st.session_state[PERSON] = known.lessons.all.users[position]


def history_rows(known: Known, user: str) -> np.ndarray:
    """Positions of the entries of a user, the newest first, else the weightiest."""
    everyone = known.lessons.all
    rows = np.flatnonzero(everyone.user == known.lessons.user_at[user])
    by = everyone.weight[rows] if everyone.time is None else everyone.time[rows]
    return rows[np.argsort(-by, kind="stable")]


def _history(known: Known, user: str) -> str | None:
    """Draw what somebody took; gives the id of an item to be left out, if one is chosen."""
    lessons = known.lessons
    rows = history_rows(known, user)
    taken = lessons.all.item[rows]
    table = {"took": known.names[taken]}
    if lessons.all.time is not None:
        table["when"] = np.array(
            [datetime.fromtimestamp(int(each), UTC).date() for each in lessons.all.time[rows]]
        )
    weights = lessons.all.weight[rows]
    if np.ptp(lessons.all.weight):
        table["rating" if lessons.explicit else "weight"] = weights
    if known.held[rows].any():
        table["held back"] = known.held[rows]
    order = "newest first" if lessons.all.time is not None else "most first"
    st.markdown(f"**Took {count(len(rows), 'item')}**, {order}")
    st.dataframe(
        pd.DataFrame(table).head(MOST_HISTORY), hide_index=True, height=420,
        alt="What this person took",
        column_config={name: st.column_config.Column(width=WIDTHS[name]) for name in table},
    )
    if known.held[rows].any():
        st.caption("Held back: what judged the lists in step 4.")
    options = lessons.all.items[taken[:MOST_FOUND]].tolist()
    names = dict(zip(options, known.names[taken[:MOST_FOUND]].tolist(), strict=True))
    removed: str | None = st.selectbox(
        "As if this had not been taken", options, index=None, placeholder="nothing left out",
        key=f"recommendation-without-{user}", format_func=lambda item: names.get(item, str(item)),
    )
    return removed


def _list(run: ModelRun, known: Known, user: str, removed: str | None) -> None:
    if removed is not None:
        _without(run, known, user, removed)
        return
    held = _held_of(known, user)
    if len(held) and st.toggle(
        "As it was judged in step 4", key=AS_JUDGED, persist_state="session",
        help="the list made from the training part alone, without rules, and where it had what was "
        "held back",
    ):
        _judged_list(run, known, user, held)
        return
    pipeline = pipeline_of(run)
    found = pipeline.predict(pd.DataFrame({"user": [user]}))
    st.markdown(f"**What {shown(user, 40)} is offered next**")
    rule_caption(str(found.notes[0]))
    draw_list(
        pipeline.recommender, pipeline.history_of(user),
        found.lists[0][: pipeline.length].tolist(), known, with_fall=pipeline.rules.empty,
    )
    ruled_caption(pipeline)
    st.caption(f"Made from everything that {shown(user, 40)} took" + (
        ", what was held back included." if len(held) else "."
    ))


def _held_of(known: Known, user: str) -> np.ndarray:
    """Positions of the items that were held back of somebody."""
    rows = history_rows(known, user)
    return np.asarray(known.lessons.all.item[rows[known.held[rows]]])


def _judged_list(run: ModelRun, known: Known, user: str, held: np.ndarray) -> None:
    """The list that step 4 judged, and the places of what it should have held."""
    pipeline, lessons = pipeline_of(run), known.lessons
    history = lessons.taken[lessons.user_at[user]]
    number = min(pipeline.length, len(lessons.all.items))
    items = top(pipeline.recommender, history, number)[0][0]
    places = ranks_of(pipeline.recommender, history, [held])[0] + 1
    st.markdown(f"**What {shown(user, 40)} was offered when it was judged**")
    wanted = set(held.tolist())
    notes = [":material/check: was taken" if int(item) in wanted else "" for item in items]
    draw_list(pipeline.recommender, history, items.tolist(), known, notes)
    order = np.argsort(places, kind="stable")
    told = [
        f"*{shown(known.name(int(held[at])), 50)}* at place {int(places[at]):,}"
        for at in order[:MOST_HELD]
    ]
    more = f" and {len(order) - MOST_HELD:,} more" if len(order) > MOST_HELD else ""
    st.markdown(f"Held back, and where it stood: {'; '.join(told)}{more}.")
    st.caption("Made from the training part alone, without rules.")


def _without(run: ModelRun, known: Known, user: str, removed: str) -> None:
    """The list as if one item had not been taken."""
    pipeline, lessons = pipeline_of(run), known.lessons
    history, place = pipeline.history_of(user), lessons.item_at[removed]
    number = min(pipeline.length, len(lessons.all.items))
    items = [int(item) for item in top(pipeline.recommender, history, number)[0][0] if item >= 0]
    st.markdown(f"**What {shown(user, 40)} is offered next**")
    change = list_without(pipeline.recommender, history, place, items)
    less = history.copy()
    less.data[less.indices == place] = 0
    less.eliminate_zeros()
    draw_list(pipeline.recommender, less, change.items.tolist(), known, _moves(change))
    if items:
        _fallen(change, items, known, removed=known.name(place))
    if not pipeline.rules.empty:
        st.caption("Rules are left aside here: this shows what the method itself does.")


def _moves(change: Without) -> list[str]:
    return [
        "stays" if before == after else f":material/arrow_upward: was {before:,}"
        if before > after else f":material/arrow_downward: was {before:,}"
        for after, before in enumerate(change.before, start=1)
    ]


def _fallen(change: Without, items: list[int], known: Known, removed: str) -> None:
    """Which items a list would lose."""
    still = set(change.items.tolist())
    lost = [
        f"{shown(known.name(item), 40)} (from {place} to {change.after[place - 1]:,})"
        for place, item in enumerate(items, start=1) if item not in still
    ]
    if lost:
        st.markdown(f"Without {shown(removed, 40)} these leave the list: {', '.join(lost)}.")
    else:
        st.markdown(f"Without {shown(removed, 40)} the same items stay in the list.")
