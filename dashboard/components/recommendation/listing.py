"""A list of items as a person reads it: names in order, each with its reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.components.recommendation.known import Known
from dashboard.components.text import count, shown
from pipelines.recommendation.reasons import Listed, because, explained
from pipelines.recommendation.recommender import Recommender

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MOST_SHOWN = 20
LONGEST = 60


def draw_list(
    recommender: Recommender, history: csr_matrix, items: Sequence[int], known: Known,
    notes: Sequence[str] | None = None,
) -> None:
    """Draw items with what speaks for each.

    Args:
        recommender: that made the list.
        history: (1, I) what it was made from.
        items: positions, best first; -1 is nothing.
        known: of the run.
        notes: our own words behind each name, in place of what would happen without a reason.
    """
    every = [int(item) for item in items if item >= 0]
    there = every[:MOST_SHOWN]
    if not there:
        st.info("Nothing is left to offer: everything has been taken or is ruled out.",
                icon=":material/check:")
        return
    listed = explained(recommender, history, there)
    lines = []
    for place, each in enumerate(listed, start=1):
        note = notes[place - 1] if notes else ""
        lines.append(_line(place, each, known, note, with_fall=notes is None))
    st.markdown("\n".join(lines))
    if len(every) > len(there):
        st.caption(f"The first {len(there)} of {len(every)}.")


def _line(place: int, each: Listed, known: Known, note: str, with_fall: bool) -> str:
    category = known.category(each.item)
    head = f"{place}. **{shown(known.name(each.item), LONGEST)}**"
    if category:
        head += f" · {shown(category, 40)}"
    if note:
        head += f" · {note}"
    return f"{head}  \n   :gray[{_reason(place, each, known, with_fall)}]"


def _reason(place: int, each: Listed, known: Known, with_fall: bool) -> str:
    if not each.reasons:
        users = int(known.lessons.popularity[each.item])
        if not users:
            return "nobody took it in the training part"
        return f"{count(users, 'user')} took it in the training part"
    # Titles have commas of their own, so that each is set apart.
    names = [f"*{shown(known.name(item), 50)}*" for item in each.reasons]
    words = because(names)
    # Without what speaks for all items alike, those that hang on it less may even rise.
    if not with_fall or each.without is None or each.without <= place:
        return words
    return f"{words}; without {names[0]} it would fall from {place} to {each.without:,}"


def rule_caption(rule: str) -> None:
    """Say which rule made a list, where the method did not."""
    if rule:
        st.caption(f"Rule that made this list: {shown(rule, 200)}.")
