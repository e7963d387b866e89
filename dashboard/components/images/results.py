"""Step 3 for images: what they show, by the chosen model."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.distribution import distribution
from dashboard.charts.show import show
from dashboard.components.images.gallery import gallery_view
from dashboard.components.images.learning import learning_view
from dashboard.components.images.map import map_view
from dashboard.components.images.try_box import try_view
from dashboard.components.score_card import score_card
from dashboard.components.text import count, percent, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import ClassPredictions

MOST_BARS = 12
View = Callable[[Experiment, ModelRun, Workspace], None]
VIEWS: dict[str, View] = {
    "Gallery": gallery_view, "Map": map_view, "More images?": learning_view,
    "Try an image": try_view,
}


def results_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step."""
    slug = experiment.request.task.slug
    runs = {run.card.id: run for run in experiment.runs if not run.card.baseline}
    runs = runs or {run.card.id: run for run in experiment.runs}
    names, favourite = list(runs), experiment.favourite.card.id
    chosen = names[0]
    if len(names) > 1:
        chosen = st.segmented_control(
            "Predictions of", names, default=favourite if favourite in names else names[0],
            required=True, format_func=lambda name: shown(runs[name].card.title, 40),
            key=f"{slug}-shown", persist_state="session",
        ) or names[0]
    run = runs[chosen]
    found = cast(ClassPredictions, run.predictions)
    _cards(experiment, run, found)
    _caution(experiment, run)
    tabs = st.tabs(list(VIEWS), key=f"{slug}-results-tab", on_change="rerun")
    for tab, draw in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab:
                draw(experiment, run, space)


def _cards(experiment: Experiment, run: ModelRun, found: ClassPredictions) -> None:
    slug = experiment.request.task.slug
    counts = np.bincount(found.codes, minlength=len(found.classes))
    used = np.flatnonzero(counts)
    left, right = st.columns([4, 7], gap="medium")
    with left, st.grid(2, min_column_width=130):
        st.metric("Images read", f"{len(found):,}", border=True, height="stretch",
                  help=f"{run.rows_per_second:,.0f} images a second on {run.pipeline.facts.device} "
                  f"in {run.pipeline.facts.precision}")
        st.metric("Names given", f"{len(used):,}", border=True, height="stretch",
                  help=f"of {len(found.classes):,} that the model may choose from")
        st.metric("Mean confidence", percent(float(found.confidence.mean()) if len(found) else 0.0),
                  border=True, height="stretch")
        _right(experiment, run)
    order = used[np.argsort(-counts[used], kind="stable")]
    shares = {found.classes[code]: int(counts[code]) for code in order[:MOST_BARS]}
    top = next(iter(shares), "")
    bars = distribution(shares)
    bars.update_xaxes(title_text="Images")
    with right:
        show(
            bars, key=f"{slug}-distribution-{run.card.id}",
            title=f"{percent(shares.get(top, 0) / max(1, len(found)))} of {count(len(found), 'image')} "
            f"called {top}",
            alt="Images by the name given", height=90 + 24 * max(4, len(shares)),
            table=pd.DataFrame({
                "class": [found.classes[code] for code in order], "images": counts[order],
            }),
        )


def _right(experiment: Experiment, run: ModelRun) -> None:
    score = None
    if experiment.judged is not None:
        scores = experiment.judged.scores[run.card.id]
        score = next((each for each in scores if each.name == "accuracy"), None)
    if score is None:
        st.metric("Right", "unknown", border=True, height="stretch",
                  help="There are no labels, so nobody knows how often the model is right.")
        return
    on = f"{count(score.n, 'image')} with a label{_kept_apart(experiment)}"
    score_card("Right", score, on, as_percent=True)


def _kept_apart(experiment: Experiment) -> str:
    """Said of the images that judge, where no model was fitted to any of them."""
    learns = any(run.card.needs_labels for run in experiment.runs)
    if not learns or experiment.split.rule:
        return ""
    return " and kept apart from those that models learnt from"


def _caution(experiment: Experiment, run: ModelRun) -> None:
    if run.card.needs_labels and len(experiment.split.train):
        st.caption(
            f"{count(len(experiment.split.train), 'image')} of these trained this model, so it knows "
            "them better than new ones. Step 4 judges on the others."
        )
