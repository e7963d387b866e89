"""Which applicant a view looks at: by search, by list, or by a button."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.components.risk.applicants import Applicants, worded
from dashboard.components.text import shown
from pipelines.experiment import Experiment, ModelRun

MOST_FOUND = 200


def key_of(experiment: Experiment, what: str) -> str:
    """The name of a widget of these views in the session."""
    return f"{experiment.request.task.slug}-{what}"


def pick_applicant(experiment: Experiment, run: ModelRun, known: Applicants) -> int | None:
    """Position of the chosen applicant; None where a search finds nobody.

    Who is chosen is kept apart from the list to choose from, whose texts have the score of one model
    in them and so belong to that model alone.
    """
    search, key = key_of(experiment, "search"), key_of(experiment, "applicant")
    listed = f"{key}-{run.card.id}-{experiment.id[:8]}"
    has_ids = experiment.request.dataset.column("id") is not None
    order = np.argsort(-known.said, kind="stable")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = st.text_input(
            "Search an identifier" if has_ids else "Search a row number", type="search", key=search,
            persist_state="session", width=190,
        ).strip().casefold()
        chosen = applicant_of(experiment, known)
        options = _found(known, query) if query else order[:MOST_FOUND].tolist()
        if not query and chosen not in options:
            options.insert(0, chosen)
        if options:
            chosen = chosen if chosen in options else options[0]
            st.session_state[key] = chosen
            if st.session_state.get(listed) != chosen:
                st.session_state[listed] = chosen
            say = worded(run)
            st.selectbox(
                "Applicant", options, key=listed, width=260, on_change=_take, args=(listed, key),
                format_func=lambda row: f"{known.names[row]} · {say(float(known.said[row]))}",
            )
        for name, row in _offers(known, order).items():
            st.button(name, key=f"{key}-{name}", on_click=_choose, args=(search, key, row, len(known)))
    if not options:
        where = "identifier" if has_ids else "row"
        st.info(f"No {where} has “{shown(query, 60)}” in it.", icon=":material/search_off:")
        return None
    return chosen


def choose_applicant(experiment: Experiment, row: int) -> None:
    """Make a row the applicant that is looked at; for callbacks."""
    st.session_state[key_of(experiment, "search")] = ""
    st.session_state[key_of(experiment, "applicant")] = row


def _take(listed: str, key: str) -> None:
    st.session_state[key] = st.session_state[listed]


def applicant_of(experiment: Experiment, known: Applicants) -> int:
    """The applicant looked at; at first one near the threshold, where a reason is asked for."""
    chosen = st.session_state.get(key_of(experiment, "applicant"))
    if isinstance(chosen, int) and 0 <= chosen < len(known):
        return chosen
    return _borderline(known)


def _offers(known: Applicants, order: np.ndarray) -> dict[str, int]:
    """Buttons and the positions they go to; below 0 is anybody."""
    if known.chances:
        return {
            "Most risky": int(order[0]), "Least risky": int(order[-1]),
            "Borderline": _borderline(known), "Random": -1,
        }
    return {"Largest": int(order[0]), "Smallest": int(order[-1]), "Random": -1}


def _borderline(known: Applicants) -> int:
    middle = known.threshold if known.chances else float(np.median(known.said))
    return int(np.abs(known.said - middle).argmin())


def _found(known: Applicants, query: str) -> list[int]:
    found: list[int] = []
    for row, name in enumerate(known.names):
        if query in str(name).casefold():
            found.append(row)
            if len(found) == MOST_FOUND:
                break
    return found


def _choose(search: str, key: str, row: int, count: int) -> None:
    st.session_state[search] = ""
    st.session_state[key] = int(np.random.default_rng().integers(count)) if row < 0 else row
