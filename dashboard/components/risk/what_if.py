"""An applicant's values to be changed by hand, answered at once by the fitted model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.risk.applicants import (
    Applicants,
    applicants_of,
    decisions_of,
    model_of,
    said_of,
    worded,
)
from dashboard.components.risk.explained import added_of, cell_text
from dashboard.components.risk.inputs import Asked, draw_input, ranges_of
from dashboard.components.risk.past import past_of
from dashboard.components.risk.picking import key_of, pick_applicant
from dashboard.components.text import cut, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.tabular.models.scorecard import Scorecard

MOST_INPUTS = 24


@st.fragment
def what_if_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the form beside what the model says before and after."""
    known = applicants_of(experiment, run, space)
    row = pick_applicant(experiment, run, known)
    if row is None:
        return
    past = past_of(experiment, run, space)
    ranges = space.once(
        ("evidence", "ranges", experiment.id, run.card.id),
        lambda: ranges_of(model_of(run).plan, past.features),
    )
    cells = known.cells(row)
    # The answer comes first, so that a phone shows it above the form.
    left, right = st.columns([5, 7], gap="medium")
    with right:
        changed = _form(experiment, run, row, cells, ranges)
    with left:
        _answer(experiment, run, known, row, changed)


def _form(
    experiment: Experiment, run: ModelRun, row: int, cells: pd.DataFrame, ranges: dict[str, Asked]
) -> dict[str, object]:
    """Draw the inputs; gives the cells that are not as they were."""
    names = list(ranges)
    turn = key_of(experiment, f"what-if-turn-{row}")
    key = f"{key_of(experiment, 'what-if')}-{run.card.id}-{row}-{st.session_state.get(turn, 0)}"
    asked = _strongest(run, cells, names)
    if len(names) > len(asked):
        more = st.multiselect(
            f"The {MOST_INPUTS} strongest of {len(names)} columns are below; add others",
            [name for name in names if name not in asked], key=f"{key}-more", select_all=False,
            placeholder="none",
        )
        asked = [name for name in names if name in asked or name in more]
    changed: dict[str, object] = {}
    with st.grid(3, min_column_width=165):
        for place, name in enumerate(names):
            if name in asked:
                found = draw_input(ranges[name], cells[name], f"{key}-{place}")
                if found.changed:
                    changed[name] = found.cell
    st.button(
        "As it was", key=f"{key}-reset", icon=":material/undo:", disabled=not changed,
        on_click=_again, args=(turn,),
    )
    return changed


def _again(turn: str) -> None:
    """Draw the inputs under new names, so that each begins at the applicant's value."""
    st.session_state[turn] = st.session_state.get(turn, 0) + 1


def _strongest(run: ModelRun, cells: pd.DataFrame, names: list[str]) -> list[str]:
    if len(names) <= MOST_INPUTS:
        return names
    why = model_of(run).contributions(cells)
    order = np.argsort(-np.abs(why.values[0]), kind="stable")
    first = {why.columns[at] for at in order if why.columns[at] in names}
    kept = [why.columns[at] for at in order if why.columns[at] in first][:MOST_INPUTS]
    return [name for name in names if name in kept]


def with_changes(cells: pd.DataFrame, changed: dict[str, object]) -> pd.DataFrame:
    """(1, columns) an applicant with other cells, each of a type of its own."""
    return pd.DataFrame({
        name: pd.Series([changed[name]]) if name in changed else cells[name].reset_index(drop=True)
        for name in cells.columns
    })


def _answer(
    experiment: Experiment, run: ModelRun, known: Applicants, row: int, changed: dict[str, object],
) -> None:
    cells = known.cells(row)
    after = with_changes(cells, changed)
    was, now = (float(said_of(run, each)[0]) for each in (cells, after))
    say = worded(run)
    change = None
    if changed:
        change = f"{100 * (now - was):+.1f} points" if known.chances else f"{now - was:+,.4g}"
    with st.grid(2, min_column_width=150):
        st.metric("As it was", say(was), border=True, height="stretch",
                  help=_decided(experiment, known, was))
        st.metric("As changed", say(now), delta=change, delta_color="inverse", border=True,
                  height="stretch", help=_decided(experiment, known, now))
        model = model_of(run)
        if isinstance(model, Scorecard):
            points = [float(model.points(each)[0]) for each in (cells, after)]
            st.metric("Points, as it was", f"{points[0]:,.0f}", border=True, height="stretch")
            st.metric("Points, as changed", f"{points[1]:,.0f}", border=True, height="stretch",
                      delta=f"{round(points[1]) - round(points[0]):+,}" if changed else None)
    if known.chances:
        st.markdown(_verdict(experiment, known, was, now))
    if known.held_out(row):
        st.caption(
            "Answers are the final model's, which has learnt from this row; in step 4 it was judged at "
            f"{say(float(known.said[row]))} by one that had not."
        )
    if not changed:
        st.caption("Change a value in the form: the fitted model answers at once, nothing is learnt "
                   "again.")
        return
    _changes(run, cells, after, changed)


def _decided(experiment: Experiment, known: Applicants, said: float) -> str | None:
    if not known.chances:
        return None
    low, high = decisions_of(experiment)
    return (high if said >= known.threshold else low).capitalize()


def _verdict(experiment: Experiment, known: Applicants, was: float, now: float) -> str:
    low, high = decisions_of(experiment)
    before, after = (high if each >= known.threshold else low for each in (was, now))
    limit = f"the threshold is {100 * known.threshold:.1f} %"
    if before == after:
        return f"**Decision: {after}**, as before; {limit}."
    return f"**Decision: {after}**, where it was {before}; {limit}."


def _changes(
    run: ModelRun, cells: pd.DataFrame, after: pd.DataFrame, changed: dict[str, object]
) -> None:
    """What each changed column added before and adds now."""
    model = model_of(run)
    first, second = (added_of(model, each, model.contributions(each)) for each in (cells, after))
    place = {name: at for at, name in enumerate(first.columns)}
    moved = [place[name] for name in changed]
    digits = max(2, first.digits)
    st.dataframe(
        pd.DataFrame({
            "column": [cut(name, 60) for name in changed],
            "was": [cell_text(cells[name].iloc[0]) for name in changed],
            "is": [cell_text(after[name].iloc[0]) for name in changed],
            "added": np.round(first.values[moved], digits),
            "adds": np.round(second.values[moved], digits),
        }),
        hide_index=True, height="content", alt="Changed columns and what they add",
    )
    others = float(np.delete(second.values - first.values, moved).sum())
    told = [f"What columns add to the score is in {first.unit}."] if first.unit else []
    if abs(others) >= 0.5 * 10.0**-digits:
        told.append(
            f"What the columns that stayed add moves by {others:+,.{digits}f} with it, as "
            f"{shown(run.card.title, 60)} looks at columns together."
        )
    if told:
        st.caption(" ".join(told))
