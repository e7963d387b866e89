"""Rules over the lists: what never, how much of a kind, what first, and what that costs."""

from __future__ import annotations

from typing import cast

import numpy as np
import streamlit as st

from dashboard.components.recommendation.known import (
    Known,
    item_options,
    judges_of,
    known_of,
    pipeline_of,
)
from dashboard.components.recommendation.listing import draw_list
from dashboard.components.recommendation.person import pick_person
from dashboard.components.text import count, percent, shown
from dashboard.components.waiting import wait_for
from dashboard.session import Workspace, start_job
from data.errors import LitmusError
from pipelines.experiment import Experiment, ModelRun
from pipelines.progress import Progress
from pipelines.recommendation.ranking import ranks_of, top
from pipelines.recommendation.rule_cost import RuleCost, cost_of
from pipelines.recommendation.rules import Rules, effects_of, ruled_top

KEY = "recommendation-rule"


def rules_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the rules, the list of a person before and after, and their cost."""
    known = known_of(experiment, space)
    rules = chosen_rules(known)
    # What is taken along in step 5 obeys them.
    space.memo["rules", experiment.id] = None if rules.empty else rules
    if rules.empty:
        st.info("Set a rule above to see what it does to a list, and what it costs.",
                icon=":material/rule:")
        return
    _cost(experiment, run, space, known, rules)
    person = pick_person(known)
    if person is not None:
        _before_and_after(run, known, rules, person)


def chosen_rules(known: Known) -> Rules:
    """The rules as they are set in the page."""
    there = [each for each in st.session_state.get(f"{KEY}-items", [])
             if each in known.lessons.item_at]
    if f"{KEY}-items" in st.session_state and there != st.session_state[f"{KEY}-items"]:
        st.session_state[f"{KEY}-items"] = there
    names, categories = known.item_names(), known.categories()
    options = item_options(known, f"{KEY}-search", there)
    never = st.multiselect(
        "Never these items", options, key=f"{KEY}-items", persist_state="session",
        format_func=lambda item: names.get(item, str(item)), select_all=False,
        placeholder="none",
    )
    closed: list[str] = []
    most = days = 0
    factor = 1.0
    with st.grid(4, min_column_width=180):
        if categories:
            if f"{KEY}-categories" in st.session_state:
                st.session_state[f"{KEY}-categories"] = [
                    each for each in st.session_state[f"{KEY}-categories"] if each in categories
                ]
            closed = st.multiselect(
                "Never these categories", categories, key=f"{KEY}-categories",
                persist_state="session", select_all=False, placeholder="none",
            )
            most = st.number_input(
                "At most of a category", 0, 100, 0, key=f"{KEY}-most", persist_state="session",
                help="0 allows any number",
            )
        if known.lessons.all.time is not None:
            days = st.number_input(
                "New for so many days", 0, 3650, 0, key=f"{KEY}-days", persist_state="session",
                help="An item is new that was first taken in the last so many days; 0 for "
                "no boost",
            )
            factor = st.slider(
                "Boost new items by", 1.0, 5.0, 1.5, 0.1, format="× %.1f", key=f"{KEY}-factor",
                persist_state="session", disabled=not days,
                help="By what the score of a new item is multiplied, counted from the average of all "
                "that can be offered to the same person",
            )
    if not categories or known.lessons.all.time is None:
        missing = [*(["categories: map attributes"] if not categories else []),
                   *(["times: map a time column"] if known.lessons.all.time is None else [])]
        st.caption(f"More rules need {' and '.join(missing)} in step 1.")
    return Rules(
        never_items=frozenset(str(each) for each in never),
        never_categories=frozenset(str(each) for each in closed), most_of_category=int(most),
        new_days=int(days), boost=float(factor) if days else 1.0,
    )


def _cost(
    experiment: Experiment, run: ModelRun, space: Workspace, known: Known, rules: Rules
) -> None:
    if not len(experiment.tested):
        st.caption("Nobody judged this run, so the cost of rules cannot be told.")
        return
    key = ("evidence", "rule cost", experiment.id, run.card.id, rules)
    job = space.memo.get(key)
    if job is None:
        st.button(
            "What do these rules cost?", icon=":material/balance:", type="primary", key=f"{KEY}-cost",
            on_click=_start, args=(experiment, run, space, known, rules),
        )
        return
    if not job.finished:
        wait_for(job)
    elif job.state != "done":
        st.error(shown(job.sentence, most=600), icon=":material/error:")
    else:
        _verdict(cast(RuleCost, job.result))


def _start(
    experiment: Experiment, run: ModelRun, space: Workspace, known: Known, rules: Rules
) -> None:
    users, held = judges_of(experiment, known)
    recommender, seed = pipeline_of(run).recommender, experiment.request.seed

    def work(progress: Progress) -> RuleCost:
        return cost_of(
            rules, recommender, known.lessons, users, held, seed=seed, progress=progress
        )

    key = ("evidence", "rule cost", experiment.id, run.card.id, rules)
    space.memo[key] = start_job("Cost of the rules", work)


def _verdict(cost: RuleCost) -> None:
    st.subheader(cost_in_words(cost), anchor=False)
    with st.grid(4, min_column_width=130):
        st.metric(f"NDCG@{cost.k} without", f"{cost.before:.3f}", border=True, height="stretch")
        st.metric(f"NDCG@{cost.k} with", f"{cost.after:.3f}", border=True, height="stretch")
        low = "" if cost.low is None else f"{cost.low:+.3f} to {cost.high:+.3f}"
        st.metric("Change", f"{cost.change:+.3f}", border=True, height="stretch",
                  help=f"95 % interval {low}, paired bootstrap over users" if low else None)
        st.metric("Lists changed", percent(cost.touched), border=True, height="stretch",
                  help=f"of {count(cost.users, 'user')} who judge")
    st.caption(
        f"{count(cost.users, 'user')} judged, by the items held back in step 4, with lists made "
        "from the training part alone. Rules may be right for reasons that held-back items do not know."
    )


def cost_in_words(cost: RuleCost) -> str:
    """What the rules cost, in a sentence that says when nothing is proven."""
    if cost.touched == 0:
        return "These rules change no list of those who judge."
    if cost.low is None or cost.high is None:
        return f"NDCG@{cost.k} goes from {cost.before:.3f} to {cost.after:.3f}."
    between = f"95 % interval {cost.low:+.3f} to {cost.high:+.3f}"
    if cost.high < 0:
        share = f", {percent(-cost.change / cost.before)} of it" if cost.before else ""
        between = f"95 % interval {-cost.high:.3f} to {-cost.low:.3f}"
        return f"These rules cost {-cost.change:.3f} of NDCG@{cost.k}{share} ({between})."
    if cost.low > 0:
        return f"These rules add {cost.change:.3f} to NDCG@{cost.k} ({between})."
    return f"No cost of these rules is proven: NDCG@{cost.k} changes by {cost.change:+.3f} ({between})."


def _before_and_after(run: ModelRun, known: Known, rules: Rules, person: str) -> None:
    pipeline, lessons = pipeline_of(run), known.lessons
    history, number = pipeline.history_of(person), pipeline.length
    number = min(number, len(lessons.all.items))
    try:
        effects = effects_of(rules, lessons.all, lessons.catalogue)
    except LitmusError as error:
        st.error(shown(error, most=600), icon=":material/error:")
        return
    if effects.boost != 1:
        new = int(effects.new.sum())
        st.caption(
            f"{count(new, 'item')} {'is' if new == 1 else 'are'} new: first taken in the last "
            f"{count(rules.new_days, 'day')} of the data."
        )
    before = top(pipeline.recommender, history, number)[0][0]
    after = ruled_top(pipeline.recommender, history, number, effects)[0][0]
    there = after[after >= 0]
    places = ranks_of(pipeline.recommender, history, [there])[0] + 1
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Without the rules**")
        gone = np.where(np.isin(before, there), "", ":material/block: leaves")
        draw_list(pipeline.recommender, history, before.tolist(), known, gone.tolist())
    with right:
        st.markdown("**With the rules**")
        notes = [
            ("new, " if effects.new[item] and effects.boost != 1 else "")
            + ("stays" if place == was else f"was {was:,}")
            for place, (item, was) in enumerate(zip(there, places.tolist(), strict=True), start=1)
        ]
        draw_list(pipeline.recommender, history, there.tolist(), known, notes)
    st.caption(f"Made from everything that {shown(person, 40)} took.")
