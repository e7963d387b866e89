"""Measure: prompts of the user's own through the models, judged against references."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.application import application
from dashboard.components.generation.model_text import model_markdown
from dashboard.components.text import count, cut, shown
from dashboard.components.texts.evaluation import evaluation_view
from dashboard.components.texts.evidence import evidence_of_run
from dashboard.components.texts.unjudged import unjudged_view
from dashboard.session import Workspace
from data.references import texts_of_role
from pipelines.experiment import Experiment, ModelRun
from pipelines.generation.packing import packed_bits_per_byte
from pipelines.pipeline import TextPredictions

SLUG = "generation"
ROWS_SHOWN = 1_000


def measure_view() -> None:
    """Draw the five steps of the task."""
    application(SLUG, results=_results, evaluation=_evaluation, titled=False)


def _evaluation(experiment: Experiment, space: Workspace) -> None:
    if experiment.judged is None:
        unjudged_view(experiment, space)
    else:
        evaluation_view(evidence_of_run(experiment, space), experiment.warnings)


def _results(experiment: Experiment, space: Workspace) -> None:
    runs = {run.card.id: run for run in experiment.runs}
    chosen = st.segmented_control(
        "Model", list(runs), default=experiment.favourite.card.id, required=True,
        format_func=lambda name: shown(runs[name].card.title, 40), key="generation-shown",
        persist_state="session", label_visibility="collapsed",
    ) or experiment.favourite.card.id
    run = runs[chosen]
    predictions = cast(TextPredictions, run.predictions)
    batch = experiment.request.dataset.batch().iloc[experiment.rows].reset_index(drop=True)
    _figures(experiment, run, predictions)
    for role in ("reference", "prompt"):
        if f"{role}_nll" in predictions.columns:
            _foreseen(predictions, batch, role)
    table = pd.DataFrame({"prompt": batch["prompt"], "text": predictions.texts})
    if "reference" in batch:
        table["reference"] = batch["reference"]
    for name in ("tokens", "finished"):
        if name in predictions.columns:
            table[name] = predictions.columns[name]
    picked = st.dataframe(
        table.head(ROWS_SHOWN), hide_index=True, height=380, on_select="rerun",
        selection_mode="single-row", key=f"generation-rows-{experiment.id}-{chosen}",
        alt="Prompts with the texts that were written",
    )
    rows = picked["selection"]["rows"]
    if rows:
        _row(table.iloc[rows[0]])
    else:
        st.caption("Choose a row to read it in full.")


def _figures(experiment: Experiment, run: ModelRun, predictions: TextPredictions) -> None:
    with st.container(horizontal=True):
        st.metric("Prompts answered", f"{len(predictions):,}", border=True)
        st.metric("Prompts a second", f"{run.rows_per_second:,.2f}", border=True)
        if "tokens" in predictions.columns:
            tokens, finished = predictions.columns["tokens"], predictions.columns["finished"]
            limit = int(np.sum(finished == "length"))
            st.metric("Tokens in all", f"{int(tokens.sum()):,}", border=True)
            st.metric(
                "Cut at the limit", f"{limit:,}", border=True,
                help="Texts that max_tokens ended, of "
                f"{experiment.request.options['max_tokens']} tokens.",
            )


def _foreseen(predictions: TextPredictions, batch: pd.DataFrame, role: str) -> None:
    nll, tokens, size = (
        float(predictions.columns[f"{role}_{name}"].sum()) for name in ("nll", "tokens", "bytes")
    )
    if not tokens or not size:
        return
    packed = packed_bits_per_byte(foreseen_texts(batch[role], predictions, role))
    with st.container(horizontal=True):
        st.metric(f"Perplexity of the {role}s", f"{math.exp(nll / tokens):,.1f}", border=True,
                  help="How many tokens the model is undecided between, on average.")
        st.metric("Bits per byte", f"{nll / math.log(2) / size:.2f}", border=True,
                  help="Comparable between models; what a text costs when the model packs it.")
        st.metric("The same by LZMA", f"{packed['lzma']:.2f}", border=True,
                  help="Plain packing, which knows nothing: what a model has to beat.")


def foreseen_texts(texts: pd.Series, predictions: TextPredictions, role: str) -> list[str]:
    """The texts of a role that the model foresaw; the missing ones are no text to be packed."""
    known = predictions.columns[f"{role}_bytes"] > 0
    return [
        text for cell, there in zip(texts, known, strict=True) if there
        for text in texts_of_role(role, cell)
    ]


def _row(row: pd.Series) -> None:
    for title, name in (("Prompt", "prompt"), ("Text", "text"), ("Reference", "reference")):
        if name in row and not pd.isna(row[name]):
            with st.container(border=True):
                st.caption(title)
                st.markdown(model_markdown(str(row[name])[:5000]) or "*(nothing)*")
    if "tokens" in row:
        st.caption(f"{count(int(row['tokens']), 'token')}; ended by {cut(row['finished'], 20)}.")
