"""A list of items as a person reads it: names in order, each with its reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.components.recommendation.known import Known
from dashboard.components.text import count, shown
from pipelines.recommendation.pipeline import ListPipeline
from pipelines.recommendation.reasons import Listed, because, explained
from pipelines.recommendation.recommender import Recommender
from pipelines.recommendation.rule_options import counted, in_words

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MOST_SHOWN = 20
LONGEST = 60


def draw_list(
    recommender: Recommender, history: csr_matrix, items: Sequence[int], known: Known,
    notes: Sequence[str] | None = None, *, rated: bool = True, with_fall: bool = True,
) -> None:
    """Draw items with what speaks for each.

    Args:
        recommender: that made the list.
        history: (1, I) what it was made from.
        items: positions, best first; -1 is nothing.
        known: of the run.
        notes: our own words behind each name, in place of what would happen without a reason.
        rated: whether the history holds ratings where the data do; what was rated low is no reason.
        with_fall: whether to say what would happen without the first reason.
    """
    every = [int(item) for item in items if item >= 0]
    there = every[:MOST_SHOWN]
    if not there:
        st.info("Nothing is left to offer: everything has been taken or is ruled out.",
                icon=":material/check:")
        return
    liked_from = known.lessons.liked_from if rated else None
    listed = explained(recommender, history, there, liked_from=liked_from)
    lines = []
    for place, each in enumerate(listed, start=1):
        note = notes[place - 1] if notes else ""
        lines.append(_line(place, each, known, note, with_fall and notes is None))
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
    if not with_fall or each.without is None:
        return words
    return f"{words}; without {names[0]} it would {_move(place, each.without)}"


def _move(before: int, after: int) -> str:
    """Where an item goes: without what speaks for others more, it may even rise."""
    if after == before:
        return f"stay at {before}"
    return f"{'fall' if after > before else 'rise'} from {before} to {after:,}"


def rule_caption(rule: str) -> None:
    """Say which rule made a list, where the method did not."""
    if rule:
        st.caption(f"Rule that made this list: {shown(rule, 200)}.")


def ruled_caption(pipeline: ListPipeline) -> None:
    """Say which rules a list obeys, where any are set."""
    lessons = pipeline.lessons
    words = counted(in_words(pipeline.rules, lessons.all, lessons.catalogue))
    if words:
        st.caption(f"With {shown(words, 300)}.")
