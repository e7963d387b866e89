"""Step 1 of tables: what it is for, and which value of the target is the one to predict."""

from __future__ import annotations

import streamlit as st

from dashboard.components.column_mapper import chosen_roles
from dashboard.components.models_step import option_key, option_text
from dashboard.components.text import count, percent, shown
from dashboard.session import Workspace
from pipelines.tabular.arranging import target_kind
from pipelines.tabular.target import Outcomes, outcomes_of
from pipelines.task import Task

TARGET = "target"
POSITIVE = "positive"


def choose_outcome(task: Task, space: Workspace) -> None:
    """Draw which value of a yes/no target counts as the outcome, as the words of the file tell it."""
    assert space.table is not None, "data comes first"
    column = chosen_roles(task, space).get(TARGET)
    options = {option.name: option for option in task.options}
    if column is None or POSITIVE not in options:
        return
    cells = space.table.frame[column]
    kind = target_kind({name: option_text(task, each) for name, each in options.items()})
    found = space.once(("outcomes", column, kind), lambda: outcomes_of(cells, kind))
    key = option_key(task, POSITIVE)
    if found is None:
        return
    now = _now(found, str(st.session_state.get(key) or ""))
    # What was chosen of another column says nothing of this one.
    st.session_state[key] = "" if now in (None, found.told) else now
    choice = f"{key}-choice"
    st.session_state[choice] = now
    rows = sum(found.counts.values())
    template = task.template(str(st.session_state.get(option_key(task, "template")) or ""))
    what = (template or task.templates[0]).outcome or "the outcome"
    st.selectbox(
        f"What counts as {what}", list(found.counts), key=choice, width=360,
        placeholder="choose a value", on_change=_chosen, args=(key, choice, found),
        format_func=lambda value: (
            f"{shown(value, 40)} · {count(found.counts[value], 'row')} "
            f"({percent(found.counts[value] / rows)})"
        ),
        help="the value of the target whose probability is predicted",
    )
    if now == found.told and not found.by_words:
        st.caption("Taken because it is the rarer value; its name does not say it. Check it.")


def _now(found: Outcomes, given: str) -> str | None:
    """The value that is chosen, else the one that is told; None where neither is there."""
    folded = {value.casefold(): value for value in found.counts}
    return folded.get(given.strip().casefold()) or found.told or None


def _chosen(key: str, choice: str, found: Outcomes) -> None:
    value = str(st.session_state[choice] or "")
    st.session_state[key] = "" if value == found.told else value
