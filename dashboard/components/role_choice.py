"""A choice of column for each role of a kind of evaluation."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.components.text import cut
from dashboard.session import Workspace
from data.roles import Role
from pipelines.judging import Kind

Pairs = list[tuple[str, str]]
SEVERAL = "prediction"


def choose_roles(
    kind: Kind, space: Workspace, slug: str, several: Mapping[str, str] | None = None
) -> Pairs:
    """Let the user map columns to the roles of a kind.

    Args:
        kind: says which roles there are, and suggests columns.
        space: holds the table.
        slug: the start of all keys.
        several: roles that may have several columns, and why.

    Returns:
        Role and column, as `evaluate_table` takes them.
    """
    assert space.table is not None, "a table was read"
    frame = space.table.frame
    names = [str(name) for name in frame.columns]
    guess: dict[str, list[str]] = space.once("guess", lambda: kind.suggest(frame))
    many = several or {SEVERAL: "Several columns compare several systems on the same rows."}
    found: dict[str, list[str]] = {}
    with st.grid(3, min_column_width=220):
        for role in kind.roles:
            if role.name not in many:
                one = _one(role, names, guess.get(role.name, []), role_choice_key(slug, role, space))
                found[role.name] = [one] if one else []
    # Names of several columns need the whole width to be read.
    for role in kind.roles:
        if role.name in many:
            found[role.name] = st.multiselect(
                role.title, names, default=guess.get(role.name, []), help=many[role.name],
                key=role_choice_key(slug, role, space), format_func=_label, persist_state="session",
            )
    return [(role.name, name) for role in kind.roles for name in found[role.name]]


def role_choice_key(slug: str, role: Role, space: Workspace) -> str:
    """The name of a choice in the session: new data are chosen for anew."""
    return f"{slug}-{role.name}-{space.source}"


def missing_role(kind: Kind, pairs: Pairs) -> Role | None:
    """The first role that needs a column and has none."""
    given = {role for role, _ in pairs}
    return next((role for role in kind.roles if role.required and role.name not in given), None)


def _one(role: Role, names: list[str], chosen: list[str], key: str) -> str | None:
    # A role that nothing was found for stays open, so that nobody judges by a wrong column.
    options = names if role.required and chosen else ["", *names]
    first = chosen[0] if chosen else ""
    return st.selectbox(
        role.title, options, index=options.index(first), format_func=_label, key=key,
        help=role.description, persist_state="session",
    )


def _label(name: str) -> str:
    return cut(name, 60) if name else "none"
