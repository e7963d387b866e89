"""Step 4 for lists: verdict, leaderboard, parts, what quality costs, and who is served badly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.leaderboard import leaderboard
from dashboard.charts.quality_time import quality_time
from dashboard.charts.show import show
from dashboard.components.leaderboard import leaderboard_view, verdict_view
from dashboard.components.recommendation.looking import look_at, results_tab_key, show_model
from dashboard.components.recommendation.metric_names import metric_title
from dashboard.components.recommendation.person import show_person
from dashboard.components.steps import go_to
from dashboard.components.text import cut, shown
from dashboard.session import Workspace
from pipelines.evaluation.ranking_results import RankingJudgement
from pipelines.evaluation.ranking_slices import RankingSlice, slices_of
from pipelines.evaluation.score import Score
from pipelines.evaluation.verdict import p_words
from pipelines.experiment import Experiment, ModelRun
from pipelines.judging import Judged
from pipelines.options import in_words
from pipelines.recommendation.lists import ListPredictions
from pipelines.recommendation.worst import Missed, worst_served

VIEWS = ("For whom it works", "Quality and time", "Users served worst")
PARTS = {
    "activity": "Light and heavy users", "popularity": "Head and tail items",
    "group": "Groups of users",
}
MOST_USERS = 200
SHOWN_ITEMS = 5


def evaluation_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step."""
    slug, judged = experiment.request.task.slug, experiment.judged
    assert judged is not None, "every run of lists holds something back"
    judgement = cast(RankingJudgement, judged.detail)
    titles = {run.card.id: run.card.title for run in experiment.runs}
    favourite = experiment.favourite.card.id
    notes = [in_words(experiment.request.task, note) for note in experiment.warnings]
    _judged(judged, judgement, titles, favourite, notes, slug)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            "View", VIEWS, default=VIEWS[0], required=True, key=f"{slug}-view",
            bind="query-params", label_visibility="collapsed", wrap=True,
        ) or VIEWS[0]
        ids = [run.card.id for run in experiment.runs]
        key = f"{slug}-model"
        if st.session_state.get(key, ids[0]) not in ids:
            st.session_state[key] = favourite
        model = st.selectbox(
            "Look closer at", ids, index=ids.index(favourite),
            format_func=lambda name: cut(titles.get(name, name), 60), key=key,
            persist_state="session", width=260, on_change=look_at, args=(slug, key),
        ) or ids[0]
    run = experiment.run_of(model)
    if view == VIEWS[0]:
        found: tuple[RankingSlice, ...] = space.once(
            ("evidence", "slices", experiment.id, model), lambda: slices_of(judgement, model)
        )
        _parts(found, run.card.title, slug)
    elif view == VIEWS[1]:
        _quality_and_time(experiment, judgement)
    else:
        _worst(experiment, judgement, run)


def judged_view(
    judged: Judged, titles: Mapping[str, str], favourite: str, warnings: Sequence[str], key: str
) -> None:
    """Draw what was found out about rankings, of a run or of a file.

    Args:
        titles: what models are called, by id.
        favourite: the model that is looked at first.
        key: tells the widgets apart.
    """
    judgement = cast(RankingJudgement, judged.detail)
    _judged(judged, judgement, titles, favourite, warnings, key)
    names = list(titles)
    model = st.selectbox(
        "Look closer at", names, index=names.index(favourite), key=f"{key}-model", width=260,
        format_func=lambda name: cut(titles[name], 60), persist_state="session",
    ) or favourite
    _parts(slices_of(judgement, model), titles[model], key)


def _judged(
    judged: Judged, judgement: RankingJudgement, titles: Mapping[str, str], favourite: str,
    warnings: Sequence[str], key: str,
) -> None:
    """The verdict and the leaderboard."""
    verdict_view(judged, warnings)
    names = {score.name: metric_title(score.name)
             for found in judged.scores.values() for score in found}
    leaderboard_view(judged, titles, favourite, names, key=key, first=judgement.primary)


def _parts(found: tuple[RankingSlice, ...], title: str, slug: str) -> None:
    kinds = [kind for kind in PARTS if any(each.by == kind for each in found)]
    if not kinds:
        st.info("There are no groups of users or items to compare.", icon=":material/view_column:")
        return
    for kind in kinds:
        parts = [each for each in found if each.by == kind]
        metric = metric_title(parts[0].metric)
        low, high = min(parts, key=lambda part: part.mean), max(parts, key=lambda part: part.mean)
        scores = [
            (f"{part.value[:40]}{' (few)' if part.small else ''}",
             Score(part.metric, part.mean, part.low, part.high, part.n, part.unit))
            for part in parts
        ]
        left, right = st.columns([5, 6], gap="medium")
        with left:
            show(
                leaderboard(scores, None, metric, ranked=False), key=f"{slug}-{kind}-{title}",
                height=90 + 44 * len(parts),
                title=f"{PARTS[kind]}: from {low.mean:.3f} for “{low.value}” to {high.mean:.3f} for "
                f"“{high.value}”",
                alt=f"{metric} of each part with 95 % intervals",
            )
        with right:
            st.dataframe(
                _parts_table(parts, metric), hide_index=True, height="content",
                alt=f"{PARTS[kind]} with intervals",
            )
    st.caption(
        f"{shown(title)}. Tests of the mean against the rest (permutation) are corrected after Holm. "
        "Head items are the most taken fifth."
    )


def _parts_table(parts: Sequence[RankingSlice], metric: str) -> pd.DataFrame:
    """One line a part; what decides stands first, where a narrow screen shows it."""
    table: dict[str, list[object]] = {
        "part": [part.value for part in parts], metric: [f"{part.mean:.3f}" for part in parts],
    }
    if any(part.p is not None for part in parts):
        table["against the rest"] = [
            "–" if part.p is None else p_words(part.p) for part in parts
        ]
    table["95 % interval"] = [
        "–" if part.low is None or part.high is None else f"{part.low:.3f} to {part.high:.3f}"
        for part in parts
    ]
    table[parts[0].unit] = [part.n for part in parts]
    return pd.DataFrame(table)


def _quality_and_time(experiment: Experiment, judgement: RankingJudgement) -> None:
    metric = judgement.primary
    points = [
        (run.card.title, run.seconds["fit"], score)
        for run in experiment.runs
        if (score := judgement.score(run.card.id, metric)) is not None
    ]
    slug = experiment.request.task.slug
    best = max(points, key=lambda point: point[2].value)
    show(
        quality_time(points, metric_title(metric)), key=f"{slug}-quality-time", height=380,
        title=f"{best[0]} has the highest {metric_title(metric)} and learnt in {best[1]:,.1f} s",
        alt="Quality of each model against the seconds it took to learn",
        table=pd.DataFrame([
            {"model": run.card.title, "seconds of learning": round(run.seconds["fit"], 2),
             "users a second": round(run.rows_per_second),
             metric_title(metric): score.value if score is not None else None}
            for run in experiment.runs
            for score in (judgement.score(run.card.id, metric),)
        ]),
    )
    st.caption(
        "Seconds on this machine, the choice of settings included. What several models need is "
        "computed once and counted for the first of them, so a blend that comes last is cheap."
    )


def _worst(experiment: Experiment, judgement: RankingJudgement, run: ModelRun) -> None:
    values = judgement.values[run.card.id][judgement.primary]
    truth = experiment.truth
    assert truth is not None, "it was judged"
    told = cast(ListPredictions, run.predictions).take(experiment.tested)
    found = worst_served(
        told, truth.iloc[experiment.tested].tolist(), values, judgement.k, MOST_USERS
    )
    titles, score = told.lessons.catalogue.titles, metric_title(judgement.primary)
    none = float((values == 0).mean())
    st.caption(
        f"For {100 * none:.0f} % of {len(values):,} judged users nothing of what was held back is "
        f"among the first {judgement.k}. Below are the {len(found):,} with the lowest scores: those "
        "with the most missed first, then those whose nearest miss is furthest away. Choose a line to "
        "see that user's list and history in step 3."
    )
    slug = experiment.request.task.slug
    key = f"{slug}-worst-{run.card.id}"
    st.dataframe(
        pd.DataFrame({
            "user": [each.user for each in found],
            score: [round(each.score, 3) for each in found],
            "missed": [len(each.missed) for each in found],
            "missed items and their places": [
                " · ".join(_missed(one, titles) for one in each.missed[:SHOWN_ITEMS])
                for each in found
            ],
            "found": [each.found for each in found],
            "had taken": [each.had for each in found],
            "was offered": [" · ".join(titles[list(each.offered[:SHOWN_ITEMS])]) for each in found],
        }),
        hide_index=True, height=420, alt="The users with the lowest scores first", key=key,
        on_select=lambda: _open(slug, key, [each.user for each in found], run.card.id),
        selection_mode="single-row",
        column_config={
            "user": st.column_config.Column(width=110, pinned=True),
            score: st.column_config.NumberColumn(width=80, format="%.3f"),
            "missed": st.column_config.Column(width=65),
            "missed items and their places": st.column_config.Column(width=420),
            "found": st.column_config.Column(width=60),
            "had taken": st.column_config.Column(width=80),
        },
    )


def _missed(missed: Missed, titles: np.ndarray) -> str:
    """An item, where it stood, and that nobody could have known it."""
    parts = [f"place {missed.place:,}"] if missed.place is not None else []
    parts += ["nobody took it before"] if not missed.takers else []
    return f"{titles[missed.item]} ({', '.join(parts)})" if parts else str(titles[missed.item])


def _open(slug: str, key: str, users: Sequence[str], model: str) -> None:
    """Go to the chosen user in step 3, with the list that was judged."""
    rows = st.session_state[key]["selection"]["rows"]
    if not rows:
        return
    show_person(users[rows[0]])
    show_model(slug, model)
    st.session_state[results_tab_key(slug)] = "A person"
    go_to(slug, "results")
