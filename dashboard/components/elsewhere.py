"""An evaluation page: a file of predictions made elsewhere, or a run of this session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard.components.judge_file import JudgePage, bring_file, judged_file, take_along
from dashboard.components.role_choice import choose_roles, missing_role
from dashboard.components.text import cut
from dashboard.session import Workspace, past_runs, workspace
from pipelines.judging import Judged, find_kind

FILE, RUN = "A file of predictions", "A run of this session"
View = Callable[[Judged, Mapping[str, str], str, Sequence[str], str], None]


def elsewhere(pages: Mapping[str, JudgePage], view: View, *, key: str) -> None:
    """Draw the page.

    Args:
        pages: what can be judged, by what it is called.
        view: draws what was found out: the judgement, titles of models by id, the model to look at
            first, warnings, and the start of all keys.
        key: tells the widgets apart.
    """
    names = list(pages)
    name = names[0]
    if len(names) > 1:
        name = st.segmented_control(
            "What is judged", names, default=names[0], required=True, key=f"{key}-what",
            persist_state="session",
        ) or names[0]
    page = pages[name]
    source = st.segmented_control(
        "Judge", [FILE, RUN], default=FILE, required=True, key=f"{page.slug}-source",
        persist_state="session",
    )
    space = workspace(page.slug)
    if source == RUN:
        _run(page, view)
    elif bring_file(page, space):
        _file(page, space, view)


def _run(page: JudgePage, view: View) -> None:
    found = {
        f"{place + 1}. {run.request.task.title}, {run.request.dataset.name}, {run.created:%H:%M}": run
        for place, run in enumerate(past_runs())
        if run.judged is not None and run.request.task.kind == page.kind
    }
    if not found:
        st.info("No run of this kind yet in this session.", icon=":material/play_arrow:")
        return
    name = st.selectbox("Run", list(found), format_func=lambda name: cut(name, 100))
    run = found[name or next(iter(found))]
    assert run.judged is not None, "runs without judgement are not offered"
    titles = {each.card.id: each.card.title for each in run.runs}
    view(run.judged, titles, run.favourite.card.id, run.warnings, page.slug)


def _file(page: JudgePage, space: Workspace, view: View) -> None:
    kind = find_kind(page.kind)
    pairs = choose_roles(kind, space, page.slug)
    missing = missing_role(kind, pairs)
    if missing is not None:
        st.info(
            f"Choose the column with the {missing.title.lower()}: {missing.description}.",
            icon=":material/checklist:",
        )
        return
    evaluation = judged_file(page, space, pairs)
    if evaluation is None:
        return
    judged = evaluation.judged
    titles = {name: name for name in judged.scores}
    first = next((name for name in titles if name != judged.baseline), judged.baseline)
    view(judged, titles, first, (*evaluation.dataset.table.notes, *judged.warnings), page.slug)
    take_along(page, evaluation)
