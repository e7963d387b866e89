"""Step 3 for objects and faces: how many there are, and where."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.distribution import distribution
from dashboard.charts.show import show
from dashboard.charts.style import LIGHT
from dashboard.components.objects.evidence import boxes_of, counts_table, lookers
from dashboard.components.objects.gallery import gallery_view
from dashboard.components.objects.take_along import note, take_along_view
from dashboard.components.score_card import score_card
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.vision.boxes import BoxPredictions

MOST_BARS = 12
View = Callable[[Experiment, ModelRun, Workspace], None]


def results_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step."""
    slug = experiment.request.task.slug
    runs = lookers(experiment)
    names, favourite = list(runs), experiment.favourite.card.id
    chosen = names[0]
    if len(names) > 1:
        chosen = st.segmented_control(
            "Found by", names, default=favourite if favourite in names else names[0],
            required=True, format_func=lambda name: shown(runs[name].card.title, 40),
            key=f"{slug}-shown", persist_state="session",
        ) or names[0]
    run = runs.get(chosen, runs[names[0]])
    _cards(experiment, run)
    st.caption(note(run))
    views: dict[str, View] = {
        "Gallery": gallery_view, "Table": _table, "Boxes and blurred images": take_along_view,
    }
    tabs = st.tabs(list(views), key=f"{slug}-results-tab", on_change="rerun")
    for tab, draw in zip(tabs, views.values(), strict=True):
        if tab.open:
            with tab:
                draw(experiment, run, space)


def _cards(experiment: Experiment, run: ModelRun) -> None:
    slug, found = experiment.request.task.slug, boxes_of(run)
    left, right = st.columns([4, 7], gap="medium")
    with left, st.grid(2, min_column_width=130):
        st.metric("Images read", f"{len(found):,}", border=True, height="stretch",
                  help=f"{run.rows_per_second:,.1f} images a second on {run.pipeline.facts.device}")
        st.metric("Found in all", f"{int(found.counts.sum()):,}", border=True, height="stretch")
        st.metric("Images with none", f"{int((found.counts == 0).sum()):,}", border=True,
                  height="stretch")
        _off(experiment, run)
    with right:
        _chart(found, key=f"{slug}-found-{run.card.id}")


def _chart(found: BoxPredictions, key: str) -> None:
    """How often each label was found or, with one label alone, how many images hold how many."""
    held = found.per_label()
    if len(held) > 1:
        shares = dict(list(held.items())[:MOST_BARS])
        top = next(iter(shares))
        title = f"{top} is found most, {count(shares[top], 'time')}"
        table = pd.DataFrame({"label": list(held), "found": list(held.values())})
        alt = "How often each label was found"
    else:
        most = int(found.counts.max(initial=0))
        numbers = np.bincount(found.counts, minlength=most + 1)
        shares = {f"{number} in it": int(images) for number, images in enumerate(numbers)}
        usual = int(numbers.argmax())
        title = _usual(int(numbers[usual]), len(found), usual)
        table = pd.DataFrame({"in the image": range(most + 1), "images": numbers})
        alt = "Images by how many were found in them"
    figure = distribution(shares).update_xaxes(title_text="Found" if len(held) > 1 else "Images")
    if len(held) <= 1:
        # Numbers are no classes: colours would tell nothing apart.
        figure.update_traces(marker_color=LIGHT.accent)
    show(
        figure, key=key, title=title, alt=alt, table=table,
        height=90 + 24 * min(20, max(4, len(shares))),
    )


def _usual(images: int, of: int, number: int) -> str:
    """How many images hold the number that most of them hold."""
    held = f"{number:,}" if number else "none"
    if images == of:
        return f"{held.capitalize()} in {'the image' if of == 1 else f'each of {of:,} images'}"
    return f"{held.capitalize()} in {count(images, 'image')} of {of:,}"


def _off(experiment: Experiment, run: ModelRun) -> None:
    score = None
    if experiment.judged is not None:
        scores = experiment.judged.scores[run.card.id]
        score = next((each for each in scores if each.name == "mae"), None)
    if score is None:
        st.metric("Mean error", "unknown", border=True, height="stretch",
                  help="Nobody has counted these images by hand, so nobody knows how far off it is.")
        return
    score_card(
        "Mean error", score, f"{count(score.n, 'counted image')}: how far off a count is on average",
        digits=2,
    )


def _table(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    st.dataframe(
        counts_table(experiment, run), hide_index=True, alt="How many were found in each image",
    )
