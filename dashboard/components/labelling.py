"""No labels in the file? A random sample is labelled in the page, with the keyboard if wanted."""

from __future__ import annotations

import streamlit as st

from dashboard.components.steps import go_to
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from data.dataset import Dataset
from data.errors import LitmusError
from data.images.picture import Picture
from pipelines.evaluation.labelled_sample import choose_sample
from pipelines.task import Task

SIZES = (20, 50, 100, 200)
USUAL = 50
SEED = 0
MOST_KEYS = 9
SIDE = 360


def label_sample(task: Task, space: Workspace, dataset: Dataset) -> None:
    """Offer a random sample to label; the labels become the truth of the next run."""
    if task.kind != "classification" or task.subject_role is None:
        return
    done = len(space.drawn)
    title = (
        f"{count(done, task.subject)} labelled here" if done
        else "No labels? Label a random sample and learn how often a model is right"
    )
    with st.expander(title, expanded=done > 0, icon=":material/edit_note:"):
        _label(task, space, dataset)


@st.fragment
def _label(task: Task, space: Workspace, dataset: Dataset) -> None:
    assert task.subject_role is not None, "checked by label_sample"
    cells = dataset.batch()[task.subject_role]
    filled = cells.index[dataset.usable(task.subject_role)]
    if filled.empty:
        st.info(f"There is no {task.subject} to label.")
        return
    classes = _classes(task)
    if len(classes) < 2:
        st.caption("Two classes at least, such as: whole, broken.")
        return
    key = f"{task.slug}-sample-size"
    sizes = [size for size in SIZES if size <= len(filled)] or [len(filled)]
    if st.session_state.get(key) not in sizes:
        st.session_state[key] = max(size for size in sizes if size <= USUAL or size == sizes[0])
    size = st.segmented_control(
        "Rows to label", sizes, required=True, key=key, persist_state="session",
    )
    chosen = [int(filled[row]) for row in choose_sample(len(filled), int(size or 20), SEED)]
    open_rows = [row for row in chosen if row not in space.drawn]
    st.progress(1 - len(open_rows) / len(chosen), f"{len(chosen) - len(open_rows)} of {len(chosen)}")
    several = len(set(space.drawn.values())) > 1
    if open_rows:
        row = open_rows[0]
        with st.container(border=True):
            _show(cells.loc[row])
        with st.container(horizontal=True):
            for position, name in enumerate(classes, start=1):
                st.button(
                    shown(name, 40).capitalize(), key=f"{task.slug}-give-{name}",
                    shortcut=str(position) if position <= MOST_KEYS else None,
                    on_click=space.drawn.__setitem__, args=(row, name),
                )
            if space.drawn:
                st.button(
                    "Undo", icon=":material/undo:", type="tertiary", shortcut="U",
                    key=f"{task.slug}-undo", on_click=_undo, args=(space,),
                )
        keys = min(len(classes), MOST_KEYS)
        st.caption(f"Keys 1 to {keys} answer. Do not look at what a model says first.")
    elif several:
        st.success("The sample is labelled. Run the models: it becomes their test.")
    else:
        st.warning("All these rows got the same label; a test needs two. Label a larger sample.")
    if several and st.button(
        f"Use these {len(space.drawn)} labels", key=f"{task.slug}-use-labels", type="primary",
        help="The other rows stay unlabelled; the interval says how sure the estimate is.",
    ):
        st.rerun()


def _classes(task: Task) -> list[str]:
    """The classes to choose from: the task's, or those that the user types."""
    if task.scheme is not None:
        return [entry.name for entry in task.scheme.classes]
    typed = st.text_input(
        "Classes to tell apart, with commas between", key=f"{task.slug}-label-names",
        placeholder="whole, broken", persist_state="session",
    )
    return list(dict.fromkeys(name.strip() for name in typed.split(",") if name.strip()))


def _show(cell: str | Picture) -> None:
    """The text or the image of a row."""
    if isinstance(cell, str):
        st.markdown(shown(cell, most=1500))
        return
    from data.images.thumbnail import thumbnail

    try:
        st.image(thumbnail(cell, SIDE), caption=shown(cell.name, 80))
    except LitmusError as error:
        st.error(shown(str(error)))


def _undo(space: Workspace) -> None:
    space.drawn.popitem()


def nothing_to_judge(slug: str) -> None:
    """Say that a run without labels proves nothing, and where to get labels."""
    st.info(
        "Nothing is proven yet: no row has a label, so nobody knows how often a model is right. "
        "Label a random sample of 50 in step 1; it takes about ten minutes.",
        icon=":material/edit_note:",
    )
    st.button("Label a sample", on_click=go_to, args=(slug, "data"), key=f"{slug}-to-labelling",
              type="primary")
