"""Step 1: what was brought, what its columns mean, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from dashboard.components.column_mapper import (
    chosen_dataset,
    chosen_roles,
    map_columns,
    problem_with,
    without_column,
)
from dashboard.components.data_preview import first_rows
from dashboard.components.dataset_picker import pick_dataset, profile_of
from dashboard.components.feature_types import feature_types
from dashboard.components.images.brought import image_figures, image_preview
from dashboard.components.labelling import label_sample
from dashboard.components.models_step import choose_template
from dashboard.components.outcome_choice import choose_outcome
from dashboard.components.recommendation.brought import interaction_figures, interaction_preview
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from data.problems import Problem
from data.profile import ColumnProfile, Profile
from data.table import Reads
from pipelines.checks import language_warnings
from pipelines.task import Task

PROBLEMS_SHOWN = 6
COLUMNS_NAMED = 4
SURE_OF_LANGUAGE = 0.6
# Roles of a column that models are to predict.
PREDICTED = ("label", "target")


def data_step(task: Task, space: Workspace) -> None:
    """Draw the step."""
    pick_dataset(task, space)
    if space.table is None:
        return
    figures, preview = SHOWN[task.reads]
    figures(task, space)
    if task.features:
        choose_template(task)
    map_columns(task, space)
    if task.features:
        choose_outcome(task, space)
    trouble = problem_with(task, space)
    missing = without_column(task, space)
    if missing is not None:
        st.info(
            f"Choose the {missing.title.lower()} above: the column with {missing.description}.",
            icon=":material/arrow_upward:",
        )
    elif trouble:
        st.error(shown(trouble, most=600), icon=":material/error:")
    else:
        dataset = chosen_dataset(task, space)
        for note in dataset.table.notes:
            if note not in space.table.notes:
                st.warning(shown(note, most=600), icon=":material/info:")
        for sentence in space.once(
            ("languages", dataset.fingerprint),
            lambda: language_warnings(task, dataset, [task.default_model]),
        ):
            st.warning(shown(sentence, most=600), icon=":material/translate:")
        if task.features:
            feature_types(task, space, dataset)
        if "label" not in dataset.roles or space.drawn:
            label_sample(task, space, dataset)
    # Documents and questions below each other leave cells empty by nature.
    if task.reads == "tables":
        problems(profile_of(space), lambda problem: _matters(task, space, problem))
    st.subheader("Preview", anchor=False)
    preview(task, space)
    for note in dict.fromkeys(space.table.notes):
        st.caption(shown(note))


def contents(task: Task, space: Workspace) -> None:
    """One line of figures on documents and on what is asked about them."""
    assert space.table is not None, "data comes first"
    roles, frame = chosen_roles(task, space), space.table.frame

    def filled(role: str) -> pd.Series:
        cells = frame[roles[role]] if role in roles else pd.Series([], dtype="str")
        return cells[cells.astype("str").str.strip().ne("") & cells.notna()]

    texts = filled("context")
    words = int(texts.astype("str").str.split().str.len().sum())
    figures = [count(texts.nunique(), "text"), f"{words:,} words"]
    if filled("document").nunique() > 1:
        figures.insert(0, count(filled("document").nunique(), "document"))
    asked = len(filled("question"))
    figures.append(count(asked, "question"))
    if asked:
        figures.append(f"{len(filled('answer')):,} can be judged")
    st.markdown(" · ".join(figures))


def table_figures(task: Task, space: Workspace) -> None:
    """One line of figures on the table."""
    strip(profile_of(space), texts=not task.features)


def strip(profile: Profile, *, texts: bool = True) -> None:
    """One line of figures on a table, from its profile.

    Args:
        profile: of the table.
        texts: whether it is about its texts; else categories of a word or two are no language.
    """
    cells = max(1, profile.rows * len(profile.columns))
    missing = sum(column.missing for column in profile.columns) / cells
    written = sorted(
        (column for column in profile.columns if texts and column.language is not None),
        key=lambda column: -(column.mean_characters or 0),
    )
    figures = [
        count(profile.rows, "row"),
        count(len(profile.columns), "column"),
        f"{100 * missing:.1f} % of cells missing",
        count(profile.duplicate_rows, "duplicate row"),
    ]
    figures += _languages(written)
    if written:
        of = f" in {shown(written[0].name, 30)}" if len(written) > 1 else ""
        figures.append(f"{written[0].mean_characters or 0:.0f} characters a text{of}")
    st.markdown(" · ".join(figures))


def _languages(texts: Sequence[ColumnProfile]) -> list[str]:
    """The language of the texts; column by column where the columns differ."""
    found = {column.name: column.language for column in texts if column.language is not None}
    # Where few texts of a column were told, its language is a guess that would confuse.
    sure = {name: each for name, each in found.items() if each.share >= SURE_OF_LANGUAGE} or found
    said = {name: f"{each.name} {100 * each.share:.0f} %" for name, each in sure.items()}
    if len({each.code for each in sure.values()}) < 2:
        return list(said.values())[:1]
    return [f"{shown(name, 30)}: {words}" for name, words in list(said.items())[:COLUMNS_NAMED]]


def _matters(task: Task, space: Workspace, problem: Problem) -> bool:
    """Whether a problem matters to what the task does with its column."""
    if problem.matters == "always":
        return True
    columns = chosen_roles(task, space)
    role = next((role for role, name in columns.items() if name == problem.column), "")
    if problem.matters == "predicted":
        return role in PREDICTED
    return not task.features or any(each.name == role and each.kind == "text" for each in task.roles)


def problems(profile: Profile, matters: Callable[[Problem], bool] = lambda _: True) -> None:
    """What is wrong with the table, the gravest first, of what matters."""
    found = sorted(
        filter(matters, profile.problems), key=lambda problem: problem.severity != "warning"
    )
    if not found:
        return
    with st.expander(
        f"{count(len(found), 'thing')} to know about this table", icon=":material/rule:",
        expanded=any(problem.severity == "warning" for problem in found),
    ):
        for problem in found[:PROBLEMS_SHOWN]:
            mark = "warning" if problem.severity == "warning" else "info"
            st.markdown(f":material/{mark}: {shown(problem.sentence, most=400)}")
        if len(found) > PROBLEMS_SHOWN:
            st.caption(f"… and {len(found) - PROBLEMS_SHOWN} more of less weight.")


Part = Callable[[Task, Workspace], None]
SHOWN: dict[Reads, tuple[Part, Part]] = {
    "tables": (table_figures, first_rows),
    "documents": (contents, first_rows),
    "images": (image_figures, image_preview),
    "interactions": (interaction_figures, interaction_preview),
}
