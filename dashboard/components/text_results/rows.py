"""All rows with their outputs: searched, and opened beside their source."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.text import count
from dashboard.components.text_results.beside import beside
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import TextPredictions

ROWS_SHOWN = 1_000
# Columns for programs; people see them marked in the source.
HIDDEN = ("sentences", "keywords", "entities")


def sources_of(experiment: Experiment) -> pd.DataFrame:
    """The predicted rows, by role."""
    return experiment.request.dataset.batch().iloc[experiment.rows].reset_index(drop=True)


def rows_table(experiment: Experiment, run: ModelRun) -> pd.DataFrame:
    """Row numbers as in the user's file, sources, outputs, references and figures."""
    task, dataset = experiment.request.task, experiment.request.dataset
    batch = sources_of(experiment)
    found = cast(TextPredictions, run.predictions)
    table = pd.DataFrame({
        "row": [dataset.table.row_number(int(row)) for row in experiment.rows],
        "source": batch[task.text_role],
        task.output: found.texts,
    })
    if "reference" in batch:
        table["reference"] = batch["reference"]
    for name, values in found.columns.items():
        if name not in HIDDEN:
            table[name] = values
    return table


@st.fragment
def rows_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the table and the chosen row."""
    task = experiment.request.task
    query = st.text_input(
        "Search source and output", type="search", key=f"{task.slug}-search", width=320,
        persist_state="session",
    )
    table = space.once(
        ("evidence", "texts", experiment.id, run.card.id), lambda: rows_table(experiment, run)
    )
    rows = np.arange(len(table))
    if query:
        both = table["source"] + "\n" + table[task.output]
        rows = np.flatnonzero(both.str.contains(query, case=False, regex=False))
    state = st.dataframe(
        table.iloc[rows[:ROWS_SHOWN]], hide_index=True, height=320, on_select="rerun",
        selection_mode="single-row", key=f"{task.slug}-rows-{run.card.id}-{query}",
        alt="Sources with the outputs of the model",
    )
    more = f"; the first {ROWS_SHOWN:,} are shown" if len(rows) > ROWS_SHOWN else ""
    st.caption(
        f"{count(len(rows), 'row')} of {len(table):,}{more}. Choose one to read it beside its source."
    )
    if not len(rows):
        return
    selected = state["selection"]["rows"]
    # Without a choice the first one is open, so that one sees what a row has to show.
    row = int(rows[selected[0] if selected and selected[0] < len(rows) else 0])
    output = run.predictions.take(np.array([row])).frame().to_dict("records")[0]
    reference = str(table["reference"].iloc[row]) if "reference" in table else None
    beside(task.output, str(table["source"].iloc[row]), output, reference)
