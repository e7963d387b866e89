"""Text: judge translations, summaries and answers from any vendor against references."""

from pathlib import Path

import streamlit as st

import data.samples
from dashboard.components.judge_file import JudgePage, bring_file, judged_file, take_along
from dashboard.components.text import cut, shown
from dashboard.components.texts.evaluation import evaluation_view
from dashboard.components.texts.evidence import evidence_of_file, evidence_of_run
from dashboard.session import Workspace, past_runs, workspace
from pipelines.judging import find_kind
from pipelines.role_words import guessed_truth

TITLE = "Text"
ICON = ":material/difference:"
ORDER = 2
HELP = "Judge translations, summaries or answers from any vendor or model against references."
KIND = "text"
SLUG = "evaluate-text"
PAGE = JudgePage(
    kind=KIND,
    slug=SLUG,
    label="A table with a reference in one column and outputs in one or more others",
    help="One row a segment: a sentence, a summary, an answer. Several columns of references are "
    "several ways to say it right; several columns of outputs are several systems.",
    sample=Path(data.samples.__file__).with_name("translations_two_systems.csv"),
    sample_words="40 sentences of a shop, in English, with a Portuguese reference and two systems.",
)


def mapping(space: Workspace) -> list[tuple[str, str]]:
    """Let the user map columns to roles."""
    assert space.table is not None, "a table was read"
    frame = space.table.frame
    names = [str(name) for name in frame.columns]
    guess = space.once("guess", lambda: find_kind(KIND).suggest(frame))

    def label(name: str) -> str:
        return cut(name, 60) if name else "none"

    def optional(title: str, role: str, help: str) -> str | None:
        first = guess.get(role, [""])[0]
        options = ["", *names]
        return st.selectbox(
            title, options, index=options.index(first), format_func=label, help=help,
            key=f"{SLUG}-{role}-{space.source}", persist_state="session",
        )

    # Wide enough for several names of vendors beside each other.
    with st.grid(2, min_column_width=300):
        references = st.multiselect(
            "References", names, default=guess.get("truth", []), format_func=label,
            key=f"{SLUG}-truth-{space.source}", persist_state="session",
            help="What a person wrote. Several columns are several right ways to say it.",
        )
        systems = st.multiselect(
            "Outputs", names, default=guess.get("prediction", []), format_func=label,
            key=f"{SLUG}-systems-{space.source}", persist_state="session",
            help="What each system wrote. Several columns compare several systems.",
        )
        source = optional("Source", "source",
                          "What the outputs were made from; a copy of it is then the baseline.")
        group = optional("Slice by", "group", "Any column to compare groups by.")
    guessed = guessed_truth(find_kind(KIND), guess.get("truth", []))
    if guessed and references == guess["truth"]:
        st.caption(f"{shown(guessed)} Choose another one if it is not.")
    pairs = [("truth", name) for name in references]
    pairs += [("prediction", name) for name in systems]
    return pairs + [(role, name) for role, name in (("source", source), ("group", group)) if name]


def judge(space: Workspace) -> None:
    """Judge the mapped file, or say what is missing."""
    pairs = mapping(space)
    roles = {role for role, _ in pairs}
    if not {"truth", "prediction"} <= roles:
        missing = "reference" if "truth" not in roles else "outputs"
        st.info(f"Choose at least one column of {missing}.", icon=":material/checklist:")
        return
    evaluation = judged_file(PAGE, space, pairs)
    if evaluation is None:
        return
    evidence = space.once(("evidence", *pairs), lambda: evidence_of_file(evaluation))
    notes = (*evaluation.dataset.table.notes, *evaluation.judged.warnings)
    evaluation_view(evidence, notes)
    take_along(PAGE, evaluation)


st.title(TITLE, anchor=False)
st.caption("How close are these texts to what a person wrote, and which system is better?")
space = workspace(SLUG)
runs = {
    f"{position + 1}. {run.request.task.title}, {run.request.dataset.name}, {run.created:%H:%M}": run
    for position, run in enumerate(past_runs())
    if run.judged is not None and run.request.task.kind == KIND
}
source = st.segmented_control(
    "Judge", ["A file of outputs", "A run of this session"], default="A file of outputs",
    required=True, key=f"{SLUG}-source", persist_state="session",
)
if source == "A run of this session":
    if not runs:
        st.info("No run with references yet in this session.", icon=":material/play_arrow:")
    else:
        name = st.selectbox("Run", list(runs), format_func=lambda name: cut(name, 100))
        chosen = runs[name or next(iter(runs))]
        evaluation_view(evidence_of_run(chosen, space), chosen.warnings)
elif bring_file(PAGE, space):
    judge(space)
