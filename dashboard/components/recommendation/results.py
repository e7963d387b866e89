"""Step 3 of recommendations: lists with their reasons, and what they were learnt from."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.components.recommendation.item_map import item_map_view
from dashboard.components.recommendation.known import known_of, pipeline_of
from dashboard.components.recommendation.looking import look_at, results_tab_key
from dashboard.components.recommendation.person import person_view
from dashboard.components.recommendation.rules import rules_view
from dashboard.components.recommendation.similar import similar_view
from dashboard.components.recommendation.simulator import simulator_view
from dashboard.components.text import count, cut, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.recommendation.setting_words import setting_meanings, setting_words

View = Callable[[Experiment, ModelRun, Workspace], None]
VIEWS: dict[str, View] = {
    "A person": person_view, "Similar items": similar_view, "Item map": item_map_view,
    "Simulator": simulator_view, "Rules": rules_view,
}


def results_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step."""
    slug = experiment.request.task.slug
    runs = {run.card.id: run for run in experiment.runs}
    names, key = list(runs), f"{slug}-shown"
    if st.session_state.get(key, names[0]) not in names:
        st.session_state[key] = experiment.favourite.card.id
    chosen = st.selectbox(
        "Lists by", names, index=names.index(experiment.favourite.card.id), key=key, width=300,
        format_func=lambda name: cut(runs[name].card.title, 60) if name in runs else str(name),
        persist_state="session", on_change=look_at, args=(slug, key),
    )
    run = runs[chosen or names[0]]
    _figures(experiment, run, space)
    _settings(run)
    tabs = st.tabs(list(VIEWS), key=results_tab_key(slug), on_change="rerun")
    for tab, draw in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab:
                draw(experiment, run, space)


def _figures(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    known = known_of(experiment, space)
    lessons, length = known.lessons, pipeline_of(run).length
    nobody = int((known.item_users == 0).sum())
    judging = len(lessons.all) - len(lessons)
    with st.grid(4, min_column_width=150):
        st.metric("Users", f"{len(lessons.all.users):,}", border=True, height="stretch",
                  help=f"{len(experiment.tested):,} of them judge in step 4")
        st.metric("Items", f"{len(lessons.all.items):,}", border=True, height="stretch",
                  help=f"{count(nobody, 'item')} nobody took" if nobody else None)
        st.metric(
            "Learnt from", f"{len(lessons):,}", border=True, height="stretch",
            help=f"interactions: each user and item once; {judging:,} more are held back to judge",
        )
        st.metric(
            "Lists made", f"{len(run.predictions):,}", border=True, height="stretch",
            help=f"of {count(length, 'item')} each, in {run.seconds['predict']:.1f} s",
        )


def _settings(run: ModelRun) -> None:
    """What was chosen, and all that was tried to choose it."""
    pipeline = pipeline_of(run)
    chosen = setting_words(pipeline.recommender.settings)
    choice = getattr(pipeline, "tried", None)
    if choice is None or not choice.tried:
        # A method that is put together from others says better itself what it consists of.
        notes = " ".join(note[:1].upper() + note[1:] for note in pipeline.notes)
        st.caption(shown(notes, 600) if notes else f"Settings: {shown(chosen)}.")
        return
    tried = count(len(choice.tried), "setting")
    with st.expander(
        f"{tried} tried, chosen: {shown(setting_words(choice.settings), 120)}",
        icon=":material/tune:",
    ):
        st.dataframe(
            pd.DataFrame({
                "settings": [setting_words(trial.settings) or "usual" for trial in choice.tried],
                "NDCG@10 on validation": [round(trial.ndcg, 4) for trial in choice.tried],
                "seconds": [round(trial.seconds, 2) for trial in choice.tried],
            }),
            hide_index=True, height="content", alt="Settings that were tried",
        )
        st.caption(setting_meanings(choice.settings))
        early = (
            f" The budget of seconds does not suffice for {choice.unaffordable} more, by what data of "
            "this size cost." if choice.unaffordable else ""
        )
        st.caption(
            "Compared on validation interactions alone; the best was then fitted to training and "
            f"validation together. What judges in step 4 was not looked at.{early}"
        )
