"""The link of an application: sample, columns, models and settings, kept in the address."""

from __future__ import annotations

import streamlit as st

from dashboard.components.column_mapper import NONE, chosen_roles, role_key, suggested_roles
from dashboard.components.dataset_picker import FILE, source_key
from dashboard.components.models_step import (
    hub_key,
    model_key,
    option_key,
    option_text,
    suggested_models,
)
from dashboard.components.steps import step_key
from dashboard.components.text import shown
from dashboard.session import Workspace
from data import samples
from pipelines.options import column_names
from pipelines.task import Task

YES, NO = "yes", "no"
# Of what a link asks for in vain.
NAMED = 4


def adopt_link(task: Task, space: Workspace) -> bool:
    """Take over what the address says, if it is not what this page wrote there.

    Returns:
        Whether a link was opened that asks for results and needs no download.
    """
    given = {name: st.query_params[name] for name in _names(task) if name in st.query_params}
    if not given or given == space.link:
        return False
    titles = _titles(task)
    unread = [
        f"{titles[name]} “{text}”" for name, text in given.items() if not _adopted(task, name, text)
    ]
    space.unread = (*unread, *_unknown_settings(task))
    space.asked_columns = {
        role.name: given[role_key(task, role.name)] for role in task.roles
        if given.get(role_key(task, role.name))
    }
    space.opened = None
    wanted = st.query_params.get(step_key(task.slug), "")
    # A link never starts a download: a Hub model waits for a click of whoever opened it.
    ready = space.experiment is None and hub_key(task) not in given
    return ready and wanted[:1] in ("3", "4", "5")


def _adopted(task: Task, name: str, text: str) -> bool:
    """Take over one value of a link; whether it can be what it is for."""
    if name == source_key(task):
        known = {sample.id for sample in samples.samples(task.slug)} | {FILE}
        fits, value = text in known, text
    elif name in _model_names(task):
        fits = text in (YES, NO)
        st.session_state[name] = text == YES
        return fits
    elif name in _number_names(task):
        return _adopt_number(task, name, text)
    elif name in _columns(task):
        # Names that no column has are dropped when the choice is drawn.
        st.session_state[name] = list(column_names(text))
        return True
    else:
        fits, value = text in _choices(task).get(name, (text,)), text
    if fits:
        st.session_state[name] = value
    return fits


def _unknown_settings(task: Task) -> list[str]:
    """What the address calls settings or models of the task, and are none."""
    names, beginnings = set(_names(task)), (option_key(task, ""), model_key(task, ""))
    return [
        f"the setting “{name.removeprefix(task.slug + '-')}”" for name in st.query_params
        if name.startswith(beginnings) and name not in names
    ]


def say_unread(task: Task, space: Workspace) -> None:
    """One line on what a link asks for and could not be taken over, until something is changed."""
    if space.opened is not None and _current(task, space) != space.opened:
        space.unread, space.asked_columns = (), {}
    missing = list(space.unread)
    if space.table is not None:
        columns = set(space.table.frame.columns)
        missing += [
            f"the column “{name}” for {task.role(role).title}"
            for role, name in space.asked_columns.items() if name not in columns
        ]
    if not missing:
        return
    named = "; ".join(shown(each, 80) for each in missing[:NAMED])
    more = f"; and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
    st.warning(
        "The link asks for what is not here or not possible, and was opened without it: "
        f"{named}{more}.",
        icon=":material/link_off:",
    )


def was_brought(task: Task) -> bool:
    """Whether the address says that a file was brought; after a reload it is gone."""
    return bool(st.query_params.get(source_key(task)) == FILE)


def write_link(task: Task, space: Workspace) -> None:
    """Keep the address in step with the page; what is as suggested is left out."""
    current = _current(task, space)
    if space.opened is None:
        space.opened = current
    for name in _names(task):
        if name in current:
            if st.query_params.get(name) != current[name]:
                st.query_params[name] = current[name]
        elif name in st.query_params:
            del st.query_params[name]
    space.link = current


def _current(task: Task, space: Workspace) -> dict[str, str]:
    state = st.session_state
    source = state.get(source_key(task))
    if source == FILE and (space.table is not None or was_brought(task)):
        # Of a file of one's own the address says that there was one, and nothing of what it holds.
        return {source_key(task): FILE}
    if source is None or source == FILE or space.table is None:
        return {}
    link = {source_key(task): str(source)}
    roles, suggestion = chosen_roles(task, space), suggested_roles(task, space)
    for role in task.roles:
        chosen = roles.get(role.name, NONE)
        if chosen != suggestion.get(role.name, NONE):
            link[role_key(task, role.name)] = chosen
    suggested = suggested_models(task, space)
    for card in task.models:
        name, usual = model_key(task, card.id), card.id in suggested
        if not card.baseline and bool(state.get(name, usual)) != usual:
            link[name] = YES if state[name] else NO
    if state.get(hub_key(task)):
        link[hub_key(task)] = str(state[hub_key(task)])
    brought = samples.find(str(source)).options
    for option in task.options:
        if option_text(task, option) != brought.get(option.name, option.default):
            link[option_key(task, option.name)] = option_text(task, option)
    seed = option_key(task, "seed")
    if state.get(seed):
        link[seed] = str(state[seed])
    return link


def _adopt_number(task: Task, name: str, text: str) -> bool:
    low, high, default = _numbers(task)[name]
    try:
        value = type(default)(text)
    except ValueError:
        return False
    if not low <= value <= high:
        return False
    st.session_state[name] = value
    return True


def _titles(task: Task) -> dict[str, str]:
    """What a page calls each value of a link."""
    return {
        source_key(task): "the sample", hub_key(task): "the Hub model",
        option_key(task, "seed"): "Seed",
        **{role_key(task, role.name): role.title for role in task.roles},
        **{model_key(task, card.id): card.title for card in task.models},
        **{option_key(task, each.name): each.label or each.title for each in task.options},
    }


def _numbers(task: Task) -> dict[str, tuple[float, float, float]]:
    found: dict[str, tuple[float, float, float]] = {
        option_key(task, "seed"): (0, 2**31 - 1, 0)
    }
    for option in task.options:
        if option.low is not None:
            kind = int if option.whole else float
            found[option_key(task, option.name)] = (
                kind(option.low or 0), kind(option.high or 100), kind(option.default)
            )
    return found


def _number_names(task: Task) -> set[str]:
    return set(_numbers(task))


def _choices(task: Task) -> dict[str, tuple[str, ...]]:
    return {option_key(task, option.name): option.choices for option in task.options
            if option.choices}


def _columns(task: Task) -> set[str]:
    return {option_key(task, option.name) for option in task.options if option.several}


def _model_names(task: Task) -> set[str]:
    return {model_key(task, card.id) for card in task.models if not card.baseline}


def _names(task: Task) -> list[str]:
    return [
        source_key(task), *(role_key(task, role.name) for role in task.roles),
        *sorted(_model_names(task)), hub_key(task),
        *(option_key(task, option.name) for option in task.options), option_key(task, "seed"),
    ]
