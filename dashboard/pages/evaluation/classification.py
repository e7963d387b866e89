"""Classification: judge predictions made anywhere, or look at a run of this session."""

import pandas as pd
import streamlit as st

from dashboard.components.classification.evaluation import evaluation_view
from dashboard.components.classification.evidence import (
    Evidence,
    evidence_of_file,
    evidence_of_run,
)
from dashboard.components.text import count, cut, shown
from dashboard.session import Workspace, past_runs, workspace
from data.errors import LitmusError
from data.labels import keys
from data.readers import read_table
from pipelines.commands import evaluate_table
from pipelines.judging import find_kind

TITLE = "Classification"
ICON = ":material/fact_check:"
ORDER = 1
HELP = "Judge predictions from any vendor or model: a file with truth and prediction columns."
KIND = "classification"
SLUG = "evaluate-classification"


def read_upload(space: Workspace) -> None:
    """Read the uploaded file into the workspace when it is a new one."""
    upload = st.file_uploader(
        "A table with the truth in one column and predictions in one or more others",
        key=f"{SLUG}-upload",
        help="For example an export of your present vendor. One row an item.",
    )
    if upload is None or space.source == upload.file_id:
        return
    space.source = upload.file_id
    try:
        space.table, space.trouble = read_table(upload.getvalue(), upload.name), ""
        space.memo.clear()
    except LitmusError as error:
        space.trouble = str(error)


def mapping(space: Workspace) -> list[tuple[str, str]]:
    """Let the user map columns to roles."""
    assert space.table is not None, "a table was read"
    frame = space.table.frame
    names = [str(name) for name in frame.columns]
    guess = space.once("guess", lambda: find_kind(KIND).suggest(frame))
    rest = ["", *names]

    def label(name: str) -> str:
        return cut(name, 60) if name else "none"

    with st.grid(4, min_column_width=200):
        truth = st.selectbox(
            "Truth", names, index=names.index(guess["truth"][0]) if guess else 0,
            format_func=label, key=f"{SLUG}-truth-{space.source}",
        )
        others = [name for name in names if name != truth]
        first = [name for name in guess.get("prediction", []) if name in others]
        alike = space.once(("alike", truth), lambda: same_values(frame, truth, others))
        systems = st.multiselect(
            "Predictions", others, default=first or alike,
            format_func=label, key=f"{SLUG}-systems-{space.source}",
            help="Several columns compare several systems on the same rows.",
        )
        score = st.selectbox(
            "Score", rest, format_func=label, key=f"{SLUG}-score-{space.source}",
            help="Probability of the second of two classes, for one prediction column.",
        )
        group = st.selectbox(
            "Slice by", rest, format_func=label, key=f"{SLUG}-group-{space.source}",
        )
    pairs = [("truth", truth), *(("prediction", name) for name in systems)]
    return pairs + [(role, name) for role, name in (("score", score), ("group", group)) if name]


def same_values(frame: pd.DataFrame, truth: str, others: list[str]) -> list[str]:
    """The columns that hold nothing but values of the truth, as columns of predictions do."""
    known = set(keys(frame[truth]).dropna())
    found = {name: set(keys(frame[name]).dropna()) for name in others}
    return [name for name, values in found.items() if values and values <= known]


def judged_file(space: Workspace) -> tuple[Evidence, tuple[str, ...]] | None:
    """Evidence from the mapped file, or a sentence on the page."""
    table, pairs = space.table, mapping(space)
    assert table is not None, "a table was read"
    if not any(role == "prediction" for role, _ in pairs):
        st.info("Choose at least one column of predictions.", icon=":material/checklist:")
        return None

    def judge() -> tuple[Evidence, tuple[str, ...]] | str:
        try:
            evaluation = evaluate_table(KIND, table, pairs)
        except LitmusError as error:
            return str(error)
        notes = (*evaluation.dataset.table.notes, *evaluation.judged.warnings)
        return evidence_of_file(evaluation), notes

    with st.spinner("Judging…"):
        found = space.once(("judged", *pairs), judge)
    if isinstance(found, str):
        st.error(shown(found, most=600), icon=":material/error:")
        return None
    return found


st.title(TITLE, anchor=False)
st.caption("How good are these predictions, and how sure is that?")
space = workspace(SLUG)
runs = {
    f"{position + 1}. {run.request.task.title}, {run.request.dataset.name}, {run.created:%H:%M}": run
    for position, run in enumerate(past_runs())
    if run.judged is not None and run.request.task.kind == KIND
}
source = st.segmented_control(
    "Judge", ["A file of predictions", "A run of this session"], default="A file of predictions",
    required=True, key=f"{SLUG}-source", persist_state="session",
)
if source == "A run of this session":
    if not runs:
        st.info("No run with labels yet in this session.", icon=":material/play_arrow:")
    else:
        name = st.selectbox("Run", list(runs), format_func=lambda name: cut(name, 100))
        chosen = runs[name or next(iter(runs))]
        evaluation_view(evidence_of_run(chosen, space), chosen.warnings)
else:
    read_upload(space)
    if space.trouble:
        st.error(shown(space.trouble, most=600), icon=":material/error:")
    if space.table is not None:
        st.caption(f"{shown(space.table.name)}, {count(len(space.table.frame), 'row')}")
        evidence = judged_file(space)
        if evidence is not None:
            evaluation_view(*evidence)
