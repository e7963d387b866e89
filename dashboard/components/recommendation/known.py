"""What the views of lists share: names of items and users that tell each one from every other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import streamlit as st

from dashboard.components.text import count, cut
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.pipeline import ListPipeline

# A select box sends every option to the browser; beyond so many one searches first.
MOST_OPTIONS = 2_000
MOST_FOUND = 200
LONGEST_NAME = 80


@dataclass(frozen=True)
class Known:
    """Names and counts of a run, made once.

    Attributes:
        lessons: of the run.
        names: (I,) object; title of each item on one line, with its id where titles repeat.
        item_users: (I,) users who took each.
        user_items: (U,) items that each took.
        by_users, by_items: positions of items and users, the most taken and most active first.
        held: mask of the entries that judge.
    """

    lessons: ListLessons
    names: np.ndarray
    item_users: np.ndarray
    user_items: np.ndarray
    by_users: np.ndarray
    by_items: np.ndarray
    held: np.ndarray

    def name(self, item: int) -> str:
        """What an item is called; plain text, not for Markdown."""
        return str(self.names[item])

    def item_names(self) -> dict[str, str]:
        """Names by id."""
        return dict(zip(self.lessons.all.items.tolist(), self.names.tolist(), strict=True))

    def category(self, item: int) -> str:
        """The category of an item, empty where none is known."""
        found = self.lessons.catalogue.categories
        return "" if found is None else str(found[item])

    def categories(self) -> list[str]:
        """All categories in order of name; empty where none are known."""
        found = self.lessons.catalogue.categories
        return [] if found is None else sorted({str(each) for each in found} - {""})


def pipeline_of(run: ModelRun) -> ListPipeline:
    """The pipeline of a run, which gives lists."""
    return cast(ListPipeline, run.pipeline)


def known_of(experiment: Experiment, space: Workspace) -> Known:
    """What is known of the items and users of a run."""
    lessons = pipeline_of(experiment.runs[0]).lessons
    return space.once(("evidence", "known", experiment.id), lambda: _known(lessons))


def judges_of(experiment: Experiment, known: Known) -> tuple[np.ndarray, list[np.ndarray]]:
    """Positions of the users who judge a run, and of the items held back of each."""
    from pipelines.recommendation.ids import coded

    dataset = experiment.request.dataset
    rows = experiment.rows[experiment.tested]
    ids = coded(dataset.table.frame[dataset.roles["user"]].iloc[rows], "user")
    users = np.array([known.lessons.user_at[ids.names[code]] for code in ids.codes], dtype=np.int64)
    assert experiment.truth is not None, "somebody judged"
    return users, experiment.truth.iloc[experiment.tested].tolist()


def _known(lessons: ListLessons) -> Known:
    everyone = lessons.all
    users = np.bincount(everyone.item, minlength=len(everyone.items))
    items = np.bincount(everyone.user, minlength=len(everyone.users))
    held = np.ones(len(everyone), dtype=bool)
    held[lessons.train] = held[lessons.validation] = False
    return Known(
        lessons=lessons, names=told_apart(lessons.catalogue.titles, everyone.items),
        item_users=users, user_items=items,
        by_users=np.argsort(-users, kind="stable"), by_items=np.argsort(-items, kind="stable"),
        held=held,
    )


def told_apart(titles: Sequence[str] | np.ndarray, ids: Sequence[str] | np.ndarray) -> np.ndarray:
    """(n,) object; titles on one line and cut, with the id behind those that are not unique."""
    lines = np.array([cut(title, LONGEST_NAME) for title in titles], dtype=object)
    if not len(lines):
        return lines
    _, where, counts = np.unique(lines.astype(str), return_inverse=True, return_counts=True)
    for at in np.flatnonzero((counts > 1)[where]).tolist():
        lines[at] = f"{lines[at]} ({cut(ids[at], LONGEST_NAME)})"
    return lines


def item_options(known: Known, key: str, chosen: Sequence[str] = ()) -> list[str]:
    """Ids of items to choose from, the most taken first; of many those that a search finds.

    Args:
        known: of the run.
        key: of the search box, which is drawn where there are more items than fit a select box.
        chosen: ids that stay among the options.
    """
    ids = known.lessons.all.items
    order = known.by_users
    if len(ids) > MOST_OPTIONS:
        query = st.text_input(
            "Search the items", type="search", key=key, persist_state="session",
            placeholder="part of a title or an id",
        ).strip().casefold()
        order = _matching(known, query) if query else order[:MOST_FOUND]
        st.caption(
            f"{count(len(order), 'item')} to choose from below"
            + ("" if query else f", the most taken of {len(ids):,}") + "."
        )
    found = ids[order].tolist()
    there = set(found)
    return [*(each for each in chosen if each not in there), *found]


def _matching(known: Known, query: str) -> np.ndarray:
    ids = known.lessons.all.items
    found = [
        at for at in known.by_users.tolist()
        if query in str(known.names[at]).casefold() or query in str(ids[at]).casefold()
    ]
    return np.array(found[:MOST_FOUND], dtype=np.int64)
