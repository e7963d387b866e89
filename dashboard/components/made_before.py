"""Results that were made before a choice was changed say so."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.components.column_mapper import chosen_dataset, chosen_roles
from dashboard.components.models_step import chosen_models, chosen_options, chosen_seed
from dashboard.session import Workspace
from data.errors import LitmusError
from pipelines.experiment import Experiment
from pipelines.task import Task

MOST_NAMED = 3


def made_before(task: Task, space: Workspace) -> None:
    """Draw a line when the choices of the page are no longer those of its results."""
    if space.experiment is None or (space.job is not None and not space.job.finished):
        return
    changed = changes(task, space, space.experiment)
    if not changed:
        return
    st.warning(
        f"These results were made before the change of {_listed(changed)}. Run again to bring them up "
        "to date.", icon=":material/history:",
    )


def changes(task: Task, space: Workspace, experiment: Experiment) -> list[str]:
    """What is chosen differently now than in a run, in words; empty where nothing is."""
    request = experiment.request
    found = []
    try:
        now = chosen_dataset(task, space)
        given = {role for role in now.roles if role == "label" and space.drawn}
        if {**now.roles, **dict.fromkeys(given)} != {
            **request.dataset.roles, **dict.fromkeys(given)
        }:
            found.append("the columns")
        elif now.fingerprint != request.dataset.fingerprint:
            found.append("the labels")
    except LitmusError:
        if chosen_roles(task, space) != dict(request.dataset.roles):
            found.append("the columns")
    try:
        if {card.id for card in chosen_models(task, space)} != {c.id for c in request.models}:
            found.append("the models")
        found += _options(task, chosen_options(task), request.options)
    except LitmusError:
        pass
    if chosen_seed(task) != request.seed:
        found.append("the seed")
    return found


def _options(task: Task, now: Mapping[str, str], then: Mapping[str, str]) -> list[str]:
    return [
        f"“{option.label or option.title}”" for option in task.options
        if not option.served and not _same(now[option.name], then.get(option.name, now[option.name]))
    ]


def _same(one: str, other: str) -> bool:
    """Whether two settings are the same; numbers may be written differently."""
    if one == other:
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _listed(changed: list[str]) -> str:
    if len(changed) > MOST_NAMED:
        changed = [*changed[:MOST_NAMED], "more"]
    return " and ".join(part for part in (", ".join(changed[:-1]), changed[-1]) if part)
