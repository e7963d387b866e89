"""Classification: judge predictions made anywhere, or look at a run of this session."""

import pandas as pd
import streamlit as st

from dashboard.components.classification.evaluation import evaluation_view
from dashboard.components.classification.evidence import evidence_of_file, evidence_of_run
from dashboard.components.judge_file import JudgePage, bring_file, judged_file, take_along
from dashboard.components.text import cut
from dashboard.session import Workspace, past_runs, workspace
from data.labels import keys
from pipelines.judging import find_kind

TITLE = "Classification"
ICON = ":material/fact_check:"
ORDER = 1
HELP = "Judge predictions from any vendor or model: a file with truth and prediction columns."
KIND = "classification"
SLUG = "evaluate-classification"


PAGE = JudgePage(
    kind=KIND,
    slug=SLUG,
    label="A table with the truth in one column and predictions in one or more others",
    help="For example an export of your present vendor. One row an item.",
)


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
            format_func=label, key=f"{SLUG}-truth-{space.source}", persist_state="session",
        )
        others = [name for name in names if name != truth]
        first = [name for name in guess.get("prediction", []) if name in others]
        alike = space.once(("alike", truth), lambda: same_values(frame, truth, others))
        systems = st.multiselect(
            "Predictions", others, default=first or alike,
            format_func=label, key=f"{SLUG}-systems-{space.source}", persist_state="session",
            help="Several columns compare several systems on the same rows.",
        )
        score = st.selectbox(
            "Score", rest, format_func=label, key=f"{SLUG}-score-{space.source}",
            persist_state="session",
            help="Probability of the second of two classes, for one prediction column.",
        )
        group = st.selectbox(
            "Slice by", rest, format_func=label, key=f"{SLUG}-group-{space.source}",
            persist_state="session",
        )
    pairs = [("truth", truth), *(("prediction", name) for name in systems)]
    return pairs + [(role, name) for role, name in (("score", score), ("group", group)) if name]


def same_values(frame: pd.DataFrame, truth: str, others: list[str]) -> list[str]:
    """The columns that hold nothing but values of the truth, as columns of predictions do."""
    known = set(keys(frame[truth]).dropna())
    found = {name: set(keys(frame[name]).dropna()) for name in others}
    return [name for name, values in found.items() if values and values <= known]


def judge(space: Workspace) -> None:
    """Judge the mapped file, or say what is missing."""
    pairs = mapping(space)
    if not any(role == "prediction" for role, _ in pairs):
        st.info("Choose at least one column of predictions.", icon=":material/checklist:")
        return
    evaluation = judged_file(PAGE, space, pairs)
    if evaluation is None:
        return
    evidence = space.once(("evidence", *pairs), lambda: evidence_of_file(evaluation))
    notes = (*evaluation.dataset.table.notes, *evaluation.judged.warnings)
    evaluation_view(evidence, notes)
    take_along(PAGE, evaluation)


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
elif bring_file(PAGE, space):
    judge(space)
