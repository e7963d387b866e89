"""Step 4 of texts without references: a sample of the outputs is marked, acceptable or not."""

from __future__ import annotations

from typing import cast

import numpy as np
import streamlit as st

from dashboard.components.leaderboard import leaderboard_view
from dashboard.components.marking import mark_next, marked_of, marks_of, sample_size
from dashboard.components.steps import go_to
from dashboard.components.text import shown
from dashboard.components.text_results.beside import beside
from dashboard.components.text_results.rows import sources_of
from dashboard.session import Workspace
from pipelines.evaluation.marked import Marked
from pipelines.experiment import Experiment
from pipelines.judging import Judged
from pipelines.pipeline import TextPredictions

NAMES = {"acceptable": "Acceptable"}
# Longer texts scroll, so that source and output are seen together.
LONG, READING = 700, 300


def unjudged_view(experiment: Experiment, space: Workspace) -> None:
    """Draw what is missing, the marking of a sample, and what the marks say so far."""
    slug = experiment.request.task.slug
    if not len(experiment.rows):
        st.info("Nothing was written, so there is nothing to judge.", icon=":material/edit_note:")
        return
    _marking(experiment, space)
    st.caption(
        "With references there are scores without reading: map a column with what a person would "
        "have written."
    )
    st.button("Map references", on_click=go_to, args=(slug, "data"), key=f"{slug}-to-references",
              icon=":material/arrow_back:", type="tertiary")


@st.fragment
def _marking(experiment: Experiment, space: Workspace) -> None:
    slug = experiment.request.task.slug
    verdict = st.container()
    st.subheader("Mark a random sample: acceptable / not acceptable", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        models = _models(experiment)
        size = sample_size(len(experiment.rows), f"{slug}-marks")
    if not models:
        st.info("Choose at least one model to mark.", icon=":material/checklist:")
    else:
        outputs = space.once(
            ("evidence", "outputs", experiment.id, *models), lambda: _outputs(experiment, models)
        )
        sources = space.once(("evidence", "sources", experiment.id), lambda: sources_of(experiment))
        texts = sources[experiment.request.task.text_role]

        def show(row: int, model: str) -> None:
            output = experiment.run_of(model).predictions.take(np.array([row])).frame()
            beside(experiment.request.task.output, str(texts.iloc[row]),
                   output.to_dict("records")[0], tall=LONG, height=READING)

        if mark_next(outputs, marks_of(experiment), size, show, key=f"{slug}-mark"):
            # Of one model there is nothing to hide: the choice above names it.
            blind = ", and which model wrote an output is not shown" if len(models) > 1 else ""
            st.caption(
                f"Rows come in random order{blind}. Would you use this text as it is? Keys 1 and 2 "
                "answer, U takes the last answer back."
            )
        else:
            st.success("The sample is marked. The report in step 5 holds the result.")
    found = marked_of(experiment)
    with verdict:
        if found is None:
            st.info(
                "Nothing is proven yet: there are no references to hold the outputs against. Read "
                f"{min(50, len(experiment.rows))} of them below and say which are acceptable.",
                icon=":material/edit_note:",
            )
        else:
            st.subheader(shown(found.verdict, most=1000), anchor=False)
    # Below, so that the answers stay where they are when a second model gets its first mark.
    if found is not None and len(found.scores) > 1:
        _board(experiment, found)


def _outputs(experiment: Experiment, models: list[str]) -> dict[str, list[str]]:
    return {
        name: [str(text) for text in cast(TextPredictions, experiment.run_of(name).predictions).texts]
        for name in models
    }


def _models(experiment: Experiment) -> list[str]:
    """The models whose outputs are marked: all that ran but the baseline, until one chooses."""
    titles = {run.card.id: run.card.title for run in experiment.runs}
    if len(titles) < 2:
        return list(titles)
    slug = experiment.request.task.slug
    key = f"{slug}-marked-models"
    if not set(st.session_state.get(key, ())) <= set(titles) or key not in st.session_state:
        st.session_state[key] = [
            run.card.id for run in experiment.runs if not run.card.baseline
        ] or list(titles)
    return st.multiselect(
        "Outputs of", list(titles), format_func=lambda name: titles[name], key=key,
        persist_state="session", width=420,
        help="Of several models each output is marked on its own, in random order.",
    )


def _board(experiment: Experiment, found: Marked) -> None:
    judged = Judged(
        rows=found.marked, baseline=experiment.request.task.baseline.id, scores=found.scores,
        comparisons=found.comparisons, warnings=(), verdict=found.verdict, detail=None,
    )
    favourite = experiment.favourite.card.id
    leaderboard_view(
        judged, {run.card.id: run.card.title for run in experiment.runs},
        favourite if favourite in found.scores else next(iter(found.scores)), NAMES,
        key=f"{experiment.request.task.slug}-marked",
    )
