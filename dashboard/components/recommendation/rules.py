"""Rules over the lists: what never, how much of a kind, what first, and what that costs."""

from __future__ import annotations

from typing import cast

import numpy as np
import streamlit as st

from dashboard.components.models_step import option_key
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
from pipelines.evaluation.ranking_results import RankingJudgement
from pipelines.experiment import Experiment, ModelRun
from pipelines.progress import Progress
from pipelines.recommendation.ranking import ranks_of, top
from pipelines.recommendation.rule_cost import RuleCost, cost_in_words, cost_of
from pipelines.recommendation.rule_options import fitting, rules_of
from pipelines.recommendation.rules import Rules, effects_of, ruled_top
from pipelines.task import Task

KEY = "recommendation-rule"
RULES = ("never", "never_categories", "at_most", "new_days", "boost_new")
USUAL_BOOST = 1.5
# A choice has to be among its options, also when it is of data that are gone.
GONE = "{name} (not in these data)"


def rules_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the rules, the list of a person before and after, and their cost."""
    known, task = known_of(experiment, space), experiment.request.task
    _choices(task, known)
    pipeline, lessons = pipeline_of(run), known.lessons
    # Whatever is given out obeys them from here on: lists, downloads and bundles.
    rules = pipeline.rules
    _, unserved = fitting(rules_of(pipeline.config.settings), lessons.all, lessons.catalogue)
    for sentence in unserved:
        st.warning(shown(sentence, most=600), icon=":material/info:")
    if rules.empty:
        st.info("Set a rule above to see what it does to a list, and what it costs.",
                icon=":material/rule:")
        return
    st.caption(
        "The rules hold for every list that is shown, downloaded or asked of a bundle, and stay when "
        "you run again. Step 4 judges the methods without them."
    )
    _cost(experiment, run, space, known, rules)
    person = pick_person(known)
    if person is not None:
        _before_and_after(run, known, rules, person)


def _choices(task: Task, known: Known) -> None:
    """The rules as widgets; what they hold are options of the run."""
    keys = {name: option_key(task, name) for name in RULES}
    names, categories = known.item_names(), known.categories()
    chosen = [str(each) for each in st.session_state.get(keys["never"]) or ()]
    st.multiselect(
        "Never these items", item_options(known, f"{KEY}-search", chosen), key=keys["never"],
        persist_state="session", select_all=False, placeholder="none",
        format_func=lambda item: names.get(item) or GONE.format(name=item),
    )
    timed = known.lessons.all.time is not None
    with st.grid(4, min_column_width=180):
        if categories:
            chosen = [str(each) for each in st.session_state.get(keys["never_categories"]) or ()]
            st.multiselect(
                "Never these categories",
                [*(each for each in chosen if each not in categories), *categories],
                key=keys["never_categories"], persist_state="session", select_all=False,
                placeholder="none",
                format_func=lambda name: name if name in categories else GONE.format(name=name),
            )
            _number("At most of a category", 100, keys["at_most"], "any number")
        if timed:
            days = _number(
                "New for so many days", 3650, keys["new_days"], "no boost",
                "An item is new that was first taken in the last so many days",
            )
            st.session_state.setdefault(keys["boost_new"], USUAL_BOOST)
            st.slider(
                "Boost new items by", 1.0, 5.0, step=0.1, format="× %.1f", key=keys["boost_new"],
                persist_state="session", disabled=not days,
                help="By what the score of a new item is multiplied, counted from the average of all "
                "that can be offered to the same person",
            )
    if not categories or not timed:
        missing = [*(["categories: map attributes"] if not categories else []),
                   *(["times: map a time column"] if not timed else [])]
        st.caption(f"More rules need {' and '.join(missing)} in step 1.")


def _number(label: str, most: int, key: str, none: str, words: str | None = None) -> int | None:
    """A whole number from 1, or nothing, which a link writes as 0."""
    if not st.session_state.get(key):
        st.session_state[key] = None
    return st.number_input(
        label, 1, most, None, key=key, persist_state="session", placeholder=none, help=words,
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
    assert experiment.judged is not None, "somebody judged"
    places = cast(RankingJudgement, experiment.judged.detail).k

    def work(progress: Progress) -> RuleCost:
        return cost_of(
            rules, recommender, known.lessons, users, held, k=places, seed=seed, progress=progress
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


def _before_and_after(run: ModelRun, known: Known, rules: Rules, person: str) -> None:
    pipeline, lessons = pipeline_of(run), known.lessons
    history, number = pipeline.history_of(person), pipeline.length
    number = min(number, len(lessons.all.items))
    effects = effects_of(rules, lessons.all, lessons.catalogue)
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
