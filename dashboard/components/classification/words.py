"""The words that drive each class: coefficients of linear models, occlusion for the others."""

from __future__ import annotations

from collections import defaultdict
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.show import show
from dashboard.charts.words import class_words
from dashboard.collecting import spare_libraries
from dashboard.components.text import shown
from dashboard.session import Workspace, start_job
from data.errors import LitmusError
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import ClassPredictions
from pipelines.progress import Progress

ROWS_EXPLAINED = 80
FEWEST_ROWS = 3
SHORTEST_WORD = 2
TERMS = 12
POLL_SECONDS = 0.7
Terms = dict[str, list[tuple[str, float]]]


def words_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the words of each class, found in the background where that takes time."""
    ready = run.pipeline.class_terms()
    if ready:
        st.caption("Weights that the model learnt from your labels.")
        _draw(experiment, run, ready)
        return
    key = ("evidence", "words", experiment.id, run.card.id)
    if key in space.memo:
        st.caption(
            f"What the chance of a class loses on average when the word is hidden, in a random "
            f"{ROWS_EXPLAINED} rows; words that stand in at least {FEWEST_ROWS} of them."
        )
        _draw(experiment, run, space.memo[key])
        return
    if space.words_job is None:
        try:
            space.words_job = start_job(
                "Words", lambda progress: (key, find_words(experiment, run, progress))
            )
        except LitmusError as error:
            st.error(shown(error))
            return
    _wait(space)


@st.fragment(run_every=POLL_SECONDS)
def _wait(space: Workspace) -> None:
    spare_libraries()
    job = space.words_job
    if job is None:
        return
    if not job.finished:
        share = job.done / job.total if job.total else 0.0
        st.progress(min(1.0, share), "Hiding words one by one to see which ones matter")
        return
    space.words_job = None
    if job.state == "done":
        key, terms = job.result
        space.memo[key] = terms
        st.rerun()
    st.error(shown(job.sentence))


def find_words(experiment: Experiment, run: ModelRun, progress: Progress) -> Terms:
    """Mean effect of each word on the class that was predicted, over a random sample of rows."""
    found = cast(ClassPredictions, run.predictions)
    rng = np.random.default_rng(experiment.request.seed)
    rows = np.sort(rng.permutation(len(found))[:ROWS_EXPLAINED])
    batch = experiment.request.dataset.batch().iloc[experiment.rows[rows]]
    progress.stage("Words", len(rows))
    effects: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for position, row in enumerate(rows):
        target = str(found.labels[row])
        for one in run.pipeline.explain(batch.iloc[[position]], [target]):
            per_word: dict[str, float] = defaultdict(float)
            for piece, weight in zip(one.pieces, one.weights, strict=True):
                if len(piece) >= SHORTEST_WORD and piece.isalpha():
                    per_word[piece.casefold()] += weight
            for word, weight in per_word.items():
                effects[target][word].append(weight)
        progress.advance(1)
    terms: Terms = {}
    for target, words in effects.items():
        means = [
            (word, float(np.mean(weights))) for word, weights in words.items()
            if len(weights) >= FEWEST_ROWS
        ]
        means = [item for item in means if item[1] > 0]
        terms[target] = sorted(means, key=lambda item: -item[1])[:TERMS]
    return terms


def _draw(experiment: Experiment, run: ModelRun, terms: Terms) -> None:
    classes = [name for name in experiment.outputs if terms.get(name)]
    if not classes:
        st.info("No word stands out in these rows.")
        return
    for column, name in zip(st.columns(len(classes), gap="medium"), classes, strict=True):
        with column:
            best = terms[name][:TERMS]
            show(
                class_words(best), key=f"{experiment.request.task.slug}-words-{run.card.id}-{name}",
                title=f"{name.capitalize()}: {', '.join(word for word, _ in best[:3])}",
                alt=f"Words that speak most for {name}", height=90 + 24 * len(best),
                table=pd.DataFrame(best, columns=["word", "weight"]),
            )
