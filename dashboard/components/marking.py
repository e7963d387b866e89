"""No references? Outputs of a random sample are marked good or not in the page, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

import streamlit as st

from dashboard.components.text import count
from pipelines.evaluation.labelled_sample import choose_sample
from pipelines.evaluation.marked import Mark, Marked, Wording, marked, next_question
from pipelines.experiment import Experiment

SIZES = (20, 50, 100, 200)
USUAL = 50
SEED = 0
# Marks are a few bytes each; runs that nobody can open any more need not keep theirs.
MOST_KEPT = 20
KEPT = "marks"
WORDINGS = {"answers": Wording("right", "Right", "Wrong")}


def marks_of(experiment: Experiment, *detail: Hashable) -> list[Mark]:
    """The marks on a run in this session; they stay while its visitor looks at other pages.

    Args:
        experiment: the run.
        detail: what else its outputs hang on, such as a threshold.
    """
    kept: dict[Hashable, list[Mark]] = st.session_state.setdefault(KEPT, {})
    found = kept.setdefault((experiment.id, *detail), [])
    # What nobody marked is let go first: a threshold that is moved looks at many lists.
    for key in [key for key, marks in kept.items() if not marks and marks is not found]:
        del kept[key]
    for key in list(kept)[:-MOST_KEPT]:
        del kept[key]
    return found


def marked_of(experiment: Experiment) -> Marked | None:
    """What the marks on a run say, for its page and its report; None without marks."""
    titles = {run.card.id: run.card.title for run in experiment.runs}
    kept = st.session_state.get(KEPT, {})
    marks = kept.get((experiment.id,), [])
    return marked(marks, len(experiment.rows), titles, wording_of(experiment))


def wording_of(experiment: Experiment) -> Wording:
    """What marks on the outputs of a run are called."""
    return WORDINGS.get(experiment.request.task.kind, Wording())


def sample_size(rows: int, key: str) -> int:
    """Draw the choice of how many rows to mark, where there is one, and return it."""
    sizes = [size for size in SIZES if size < rows]
    if rows <= SIZES[-1]:
        sizes.append(rows)
    if len(sizes) == 1:
        return sizes[0]
    if st.session_state.get(key) not in sizes:
        st.session_state[key] = min(sizes, key=lambda size: abs(size - USUAL))
    size = st.segmented_control(
        "Rows to mark", sizes, required=True, key=key, persist_state="session",
    )
    return int(size or sizes[0])


def mark_next(
    outputs: Mapping[str, Sequence[Hashable]], marks: list[Mark], size: int,
    show: Callable[[int, str], None], *, key: str, wording: Wording | None = None,
) -> bool:
    """Draw the progress, the answers to choose from, and the next output below them.

    The answers stand above it, so that they stay where they are whatever its length.

    Args:
        outputs: of each model that is marked, one a row; equal ones of a row are marked once.
        marks: given so far; a click adds to them.
        size: rows of the sample.
        show: draws the output of a model for a row, without the model's name.
        key: tells the widgets apart.
        wording: of the marks.

    Returns:
        Whether an output is still open.
    """
    words = wording or Wording()
    rows = len(next(iter(outputs.values())))
    chosen = {int(row) for row in choose_sample(rows, size, SEED)}
    wanted = len(chosen) * len(outputs)
    done = sum(
        len(set(outputs) & set(mark.models)) for mark in marks if mark.row in chosen
    )
    st.progress(done / wanted, f"{done} of {count(wanted, 'output')} marked")
    question = next_question(outputs, marks, size, SEED)
    with st.container(horizontal=True, vertical_alignment="center"):
        if question is not None:
            for good, label, shortcut, icon in (
                (True, words.good, "1", ":material/check:"),
                (False, words.bad, "2", ":material/close:"),
            ):
                st.button(
                    label, shortcut=shortcut, icon=icon, key=f"{key}-{'good' if good else 'bad'}",
                    on_click=marks.append, args=(Mark(*question, good),),
                )
        if marks:
            st.button("Undo", shortcut="U", icon=":material/undo:", type="tertiary",
                      key=f"{key}-undo", on_click=_undo, args=(marks,))
    if question is not None:
        row, models = question
        show(row, models[0])
    return question is not None


def _undo(marks: list[Mark]) -> None:
    if marks:
        marks.pop()
