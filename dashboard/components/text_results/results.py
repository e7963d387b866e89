"""Step 3: what the model wrote, at a glance and row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import streamlit as st

from dashboard.charts.leaderboard import digits_of
from dashboard.components.marking import marked_of
from dashboard.components.text import interval, percent, shown
from dashboard.components.text_results.counts import count_keywords, counts_view
from dashboard.components.text_results.rows import rows_view, sources_of
from dashboard.components.text_results.try_box import try_box
from dashboard.components.texts.evaluation import METRIC_NAMES
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import TextPredictions

View = Callable[[Experiment, ModelRun, Workspace], None]


def results_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step."""
    slug, output = experiment.request.task.slug, experiment.request.task.output
    runs = {run.card.id: run for run in experiment.runs}
    favourite = experiment.favourite.card.id
    chosen = st.segmented_control(
        "Outputs of", list(runs), default=favourite, required=True,
        format_func=lambda name: shown(runs[name].card.title, 40), key=f"{slug}-shown",
        persist_state="session",
    ) or favourite
    run = runs.get(chosen, runs[favourite])
    _cards(experiment, run)
    views: dict[str, View] = {"Rows": rows_view, "Try a text": try_box}
    if output == "keywords":
        views = {"Counts": counts_view, **views}
    tabs = st.tabs(list(views), key=f"{slug}-results-tab", on_change="rerun")
    for tab, draw in zip(tabs, views.values(), strict=True):
        if tab.open:
            with tab:
                draw(experiment, run, space)


def _cards(experiment: Experiment, run: ModelRun) -> None:
    figures = _figures(experiment, run)
    with st.grid(len(figures) + 2, min_column_width=150):
        st.metric(
            "Rows read", f"{len(run.predictions):,}", border=True, height="stretch",
            help=f"{run.rows_per_second:,.1f} rows a second on {run.pipeline.facts.device} in "
            f"{run.pipeline.facts.precision}",
        )
        for title, value, words in figures:
            st.metric(title, value, border=True, height="stretch", help=words)
        _score(experiment, run)


def _figures(experiment: Experiment, run: ModelRun) -> list[tuple[str, str, str]]:
    """Title, value and explanation of what is known without references."""
    output = experiment.request.task.output
    found = cast(TextPredictions, run.predictions)
    if not len(found):
        return []
    if output == "summary":
        return [
            ("Length", percent(float(np.median(found.columns["compression"]))),
             "median of the characters of a summary over those of its source"),
            ("In the source", percent(float(np.median(found.columns["overlap"]))),
             "median share of a summary's three-word runs that stand in the source word for word"),
        ]
    if output == "keywords":
        counts = count_keywords(found.texts)
        each = sum(counts.values()) / len(found)
        return [("Different keywords", f"{len(counts):,}", "upper and lower case count as one"),
                ("Keywords a row", f"{each:.1f}", "on average")]
    sources = sources_of(experiment)[experiment.request.task.text_role]
    same = [str(a).strip() == str(b).strip() for a, b in zip(found.texts, sources, strict=True)]
    empty = [not str(text).strip() for text in found.texts]
    return [
        ("Left as it was", percent(float(np.mean(same))), "rows whose output equals the source"),
        ("Empty", percent(float(np.mean(empty))), "rows without an output"),
    ]


def _by_hand(experiment: Experiment, run: ModelRun) -> None:
    """The share of acceptable outputs, where a sample of them was marked."""
    found = marked_of(experiment)
    score = next(iter(found.scores.get(run.card.id, ())), None) if found else None
    if score is None:
        st.metric(
            "Score", "unknown", border=True, height="stretch",
            help="There are no references. Map a column of them in step 1, or mark a random sample of "
            "the outputs in step 4.",
        )
        return
    st.metric(
        "Acceptable", percent(score.value), border=True, height="stretch",
        help=f"on {score.n:,} rows marked at random; 95 % interval {interval(score)}",
    )


def _score(experiment: Experiment, run: ModelRun) -> None:
    judged = experiment.judged
    if judged is None:
        _by_hand(experiment, run)
        return
    metric = judged.detail.primary
    score = next(each for each in judged.scores[run.card.id] if each.name == metric)
    title, digits = METRIC_NAMES.get(metric, metric), digits_of(metric)
    if score.low is None or score.high is None:
        st.metric(title, f"{score.value:.{digits}f}", border=True, height="stretch")
        return
    half = (score.high - score.low) / 2
    st.metric(
        title, f"{score.value:.{digits}f} ± {half:.{digits}f}", border=True, height="stretch",
        help=f"on {score.n:,} rows with a reference; 95 % interval {score.low:.{digits}f} to "
        f"{score.high:.{digits}f}",
    )
