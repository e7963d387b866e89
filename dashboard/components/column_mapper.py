"""Step 1, map columns: roles suggested, changed with one click, refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from dashboard.components.protecting import PROTECTED, offer_protection
from dashboard.components.text import shown
from dashboard.session import Workspace
from data.dataset import Dataset
from data.errors import LitmusError
from data.labelled import with_labels
from data.labels import keys
from data.roles import Role, differing
from data.table import MEASURES
from pipelines.prepare import prepare, suggest_labels, suggest_roles
from pipelines.task import Task

NONE = ""
MOST_LABELS = 30
IGNORE = "leave out"
COLUMNS_NAMED = 4
# Roles that answers are held against, and what their column holds.
JUDGING = {
    "answer": "the right answers", "reference": "texts by a person", "count": "true counts",
    "label": "true labels",
}


def role_key(task: Task, role: str) -> str:
    """The name of a role's choice in the session and in the link."""
    return f"{task.slug}-{role}"


def columns_key(task: Task, option: str) -> str:
    """The name of an option that names columns, in the session and in the link."""
    return f"{task.slug}-set-{option}"


def map_columns(task: Task, space: Workspace) -> None:
    """Draw a choice of column for each role and of meaning for each label value."""
    assert space.table is not None, "data comes first"
    chosen = suggested_roles(task, space)
    columns = [str(name) for name in space.table.frame.columns]
    with st.grid(4, min_column_width=190):
        for role in task.roles:
            key = role_key(task, role.name)
            fallback = chosen.get(role.name, NONE)
            # A column that does not fit is never taken just to have one.
            options = columns if role.required and fallback else [NONE, *columns]
            if st.session_state.get(key) not in options:
                st.session_state[key] = fallback if fallback in options else options[0]
            st.selectbox(
                role.title, options, key=key, persist_state="session", help=role.description,
                format_func=partial(_named, required=role.required),
            )
        for option in (each for each in task.options if each.columns):
            key = columns_key(task, option.name)
            known = [name for name in st.session_state.get(key) or () if name in columns]
            st.session_state[key] = known
            st.multiselect(
                option.title, columns, key=key, persist_state="session", help=option.summary,
                placeholder="none",
            )
    if any(option.name == PROTECTED for option in task.options):
        offer_protection(space.table.frame, chosen_roles(task, space), columns_key(task, PROTECTED))
    _say_what_differs(task, space)
    _say_what_judges(task, space)
    labels = chosen_roles(task, space).get("label")
    if labels is not None:
        _map_labels(task, space, labels)


def _named(name: str, required: bool) -> str:
    return name or ("choose a column" if required else "none")


def _say_what_differs(task: Task, space: Workspace) -> None:
    """A line on each column that was chosen to describe things, but differs within them."""
    assert space.table is not None, "data comes first"
    frame, chosen = space.table.frame, chosen_roles(task, space)
    described = [role for role in task.roles if {role.name, role.of} <= chosen.keys()]
    columns = [chosen[name] for role in described for name in (role.name, role.of)]
    found = space.once(("differs", *columns), lambda: differing(frame, described, chosen))
    for role, several, of in found:
        owner = task.role(role.of).title.lower()
        st.warning(
            f"“{shown(chosen[role.name], 30)}” differs within {several:,} of the {of:,} {owner}s with "
            f"several rows, so it is no {role.title.lower()}. Choose none, or another column.",
            icon=":material/info:",
        )


def _say_what_judges(task: Task, space: Workspace) -> None:
    """A line on the role that nothing was taken for, though nothing is judged without it."""
    assert space.table is not None, "data comes first"
    chosen = chosen_roles(task, space)
    role = next((each for each in task.roles if each.name in JUDGING), None)
    if role is None or role.name in chosen or space.drawn:
        return
    measured = MEASURES if space.table.pictures else frozenset()
    used = {*chosen.values(), *measured}
    free = [str(name) for name in space.table.frame.columns if name not in used]
    if not free:
        return
    named = ", ".join(f"“{shown(name, 30)}”" for name in free[:COLUMNS_NAMED])
    more = f" and {len(free) - COLUMNS_NAMED} more" if len(free) > COLUMNS_NAMED else ""
    st.caption(
        f":material/help: Nothing can be judged without {JUDGING[role.name]}: if a column holds them "
        f"({named}{more}), choose it under {role.title}."
    )


def suggested_roles(task: Task, space: Workspace) -> dict[str, str]:
    """The suggestion for the table as it was read, made once; a sample brings its own."""
    table = space.table
    assert table is not None, "data comes first"
    return space.once(("suggested",), lambda: suggest_roles(task, table, {}))


def chosen_roles(task: Task, space: Workspace) -> dict[str, str]:
    """Role to column as chosen in the page, or as suggested where nothing was drawn yet."""
    assert space.table is not None, "data comes first"
    suggestion = suggested_roles(task, space)
    columns = set(space.table.frame.columns)
    found = {}
    for role in task.roles:
        column = st.session_state.get(role_key(task, role.name), suggestion.get(role.name, NONE))
        if column not in columns and (column != NONE or role.required):
            column = suggestion.get(role.name, NONE)
        if column:
            found[role.name] = column
    return found


def chosen_dataset(task: Task, space: Workspace) -> Dataset:
    """The checked data set as mapped in the page.

    Raises:
        LitmusError: the mapping does not fit, with the reason.
    """
    assert space.table is not None, "data comes first"
    roles = chosen_roles(task, space)
    table, labels = space.table, dict(space.labels)
    # One class alone can judge nothing, and refusing it would end the labelling half way.
    if len(set(space.drawn.values())) > 1 and "label" not in roles:
        table, roles["label"] = with_labels(table, space.drawn)
        labels = {entry.name: entry.name for entry in task.scheme.classes} if task.scheme else {}
    blanks = {role.name: "" for role in task.roles if role.name not in roles}
    key = ("dataset", table.fingerprint, *sorted(roles.items()), *sorted(labels.items()))
    return space.once(key, lambda: prepare(task, table, {**blanks, **roles}, labels))


def without_column(task: Task, space: Workspace) -> Role | None:
    """The first role that a table without a telling name leaves open, of those that are needed."""
    if task.reads != "tables" or not task.features:
        return None
    chosen = chosen_roles(task, space)
    return next((role for role in task.roles if role.required and role.name not in chosen), None)


def problem_with(task: Task, space: Workspace) -> str:
    """Why the mapping cannot be used, or nothing."""
    try:
        chosen_dataset(task, space)
    except LitmusError as error:
        return str(error)
    return ""


def _map_labels(task: Task, space: Workspace, column: str) -> None:
    if task.scheme is None or space.table is None:
        return
    table = space.table
    found = space.once(
        ("label values", column), lambda: keys(table.frame[column]).dropna().value_counts()
    )
    suggested: Mapping[str, str] = space.once(
        ("label meaning", column), lambda: suggest_labels(task, table, {"label": column}, {})
    )
    classes = [entry.name for entry in task.scheme.classes]
    meaning = {**suggested, **space.labels}
    unread = [name for name in found.index[:MOST_LABELS] if name not in meaning]
    summary = ", ".join(f"{shown(a, 20)} → {b}" for a, b in list(meaning.items())[:6])
    with st.expander(
        f"Labels: {summary or 'none understood yet'}"
        + (f" · {len(unread)} not understood" if unread else ""),
        expanded=not meaning, icon=":material/label:",
    ):
        st.caption("What each of your label values means. Rows with a value left out are not judged.")
        with st.grid(4, min_column_width=170):
            for name in found.index[:MOST_LABELS]:
                options = [IGNORE, *classes]
                now = meaning.get(name) or IGNORE
                answer = st.selectbox(
                    f"{shown(name, 30)} · {found[name]:,}", options, index=options.index(now),
                    key=f"{task.slug}-label-{column}-{name}",
                )
                if answer != now:
                    space.labels[name] = "" if answer == IGNORE else answer
                    st.rerun()
        if len(found) > MOST_LABELS:
            st.caption(f"{len(found) - MOST_LABELS:,} rarer values are left out.")
