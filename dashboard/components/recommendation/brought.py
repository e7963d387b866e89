"""Step 1 for interactions: how many of whom and what, how uneven, and who is no person."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from dashboard.charts.show import show
from dashboard.charts.tail import tail_curve
from dashboard.components.column_mapper import chosen_dataset, problem_with
from dashboard.components.data_preview import first_rows
from dashboard.components.models_step import chosen_options, option_key
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from data.errors import LitmusError
from pipelines.options import in_words
from pipelines.task import Task

DAY = "%d %b %Y"
TENTH = 10


def interaction_figures(task: Task, space: Workspace) -> None:
    """One line of figures on the table as it was read."""
    assert space.table is not None, "data comes first"
    frame, untaken = space.table.frame, space.table.untaken
    figures = [count(len(frame) - untaken, "row"), count(len(frame.columns), "column")]
    if untaken:
        figures.append(f"{count(untaken, 'item')} that nobody took")
    st.markdown(" · ".join(figures))


def interaction_preview(task: Task, space: Workspace) -> None:
    """The first rows, then who took how much of what."""
    first_rows(task, space)
    if problem_with(task, space):
        return
    # Heavy, and only wanted where there are interactions.
    from pipelines.recommendation.arranging import frame_of
    from pipelines.recommendation.gathering import Gathered, gather

    dataset, options = chosen_dataset(task, space), chosen_options(task)
    st.subheader("Who took what", anchor=False)
    try:
        with st.spinner("Counting…"):
            gathered: Gathered = space.once(
                ("interactions", dataset.fingerprint, *options.values()),
                lambda: gather(frame_of([dataset]), options),
            )
    except LitmusError as error:
        # What one can set too high has to stay at hand.
        if st.session_state.get(option_key(task, "liked")):
            _least_rating(task)
        # After a run that it ended, it stands above already.
        if str(error) != space.trouble:
            st.error(shown(str(error), most=600), icon=":material/error:")
        return
    shape = gathered.shape
    figures = [
        count(shape.users, "user"), count(shape.items, "item"),
        f"{shape.pairs:,} different pairs, {_share(shape.density)} of all possible",
        "ratings" if gathered.explicit else "purchases, plays or counts",
    ]
    if shape.first is not None and shape.last is not None:
        first, last = (datetime.fromtimestamp(each, UTC) for each in (shape.first, shape.last))
        figures.append(f"{first:{DAY}} to {last:{DAY}}")
    st.markdown(" · ".join(figures))
    for note in gathered.notes:
        st.warning(shown(in_words(task, note), most=600), icon=":material/info:")
    if gathered.explicit:
        _least_rating(task)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        share = 100 * float(shape.tail[TENTH])
        show(
            tail_curve(shape.tail), key=f"{task.slug}-tail", height=260,
            title=f"The most taken tenth of the items has {share:.0f} % of all interactions",
            alt="Share of interactions against share of items, the most taken first",
            table=pd.DataFrame({
                "items, the most taken first": [f"{each} %" for each in range(101)],
                "interactions": [f"{100 * each:.1f} %" for each in shape.tail],
            }),
        )
    with right:
        quantiles = ("least", "a quarter", "half", "three quarters", "nine tenths", "most")
        st.markdown("**How many interactions users and items have**")
        st.dataframe(
            pd.DataFrame({
                "up to": quantiles,
                "a user has": [f"{each:,.0f}" for each in shape.per_user],
                "an item has": [f"{each:,.0f}" for each in shape.per_item],
            }),
            hide_index=True, height="content", alt="Interactions of users and of items",
        )
        told = []
        if shape.repeats:
            told.append(f"{count(shape.repeats, 'row')} repeat a pair and were brought together")
        if shape.single:
            told.append(f"{count(shape.single, 'user')} took one thing only")
        if shape.untaken:
            told.append(f"{count(shape.untaken, 'item')} nobody took")
        if told:
            st.caption("; ".join(told) + ".")


def _share(share: float) -> str:
    """A share of 0 to 1 in percent, small ones with two figures."""
    per_cent = 100 * share
    return f"{per_cent:.0f} %" if per_cent >= 10 else f"{per_cent:.2g} %"


def _least_rating(task: Task) -> None:
    """The setting of step 2, where one sees what it changes."""
    option = next(each for each in task.options if each.name == "liked")
    key = option_key(task, option.name)
    st.session_state.setdefault(key, float(option.default))
    st.number_input(
        option.title, float(option.low or 0), float(option.high or 10),
        step=0.5, key=key, persist_state="session", width=260,
        help="0 counts every one; what lies below is not learnt from and need not be found",
    )
