"""Files of documents that stay while others are added, also when their step was left meanwhile.

The uploader of Streamlit forgets its files as soon as another step is drawn. What was read of them
is kept with the data in use, so that questions can be brought beside documents later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.components.text import count, shown
from dashboard.session import Workspace
from data.table import Table

FILES, UPLOADER, CHANGED = "files", "uploader", "files changed"
NAMED = 5


@dataclass(frozen=True)
class BroughtFile:
    """A file as it was read.

    Attributes:
        sheet, sample_rows: how it was asked for.
    """

    name: str
    sheet: str | None
    sample_rows: int | None
    table: Table


def files_of(space: Workspace) -> dict[str, BroughtFile]:
    """The files that make up the data in use, by the id of their upload."""
    return space.memo.get(FILES, {})


def keep(space: Workspace, files: Mapping[str, BroughtFile]) -> None:
    """Remember which files the data in use are made of."""
    space.memo[FILES] = dict(files)


def brought_before(space: Workspace, ids: Collection[str], names: Collection[str]) -> dict[
    str, BroughtFile
]:
    """The files in use that the uploader does not show; one of the same name is a newer version.

    Args:
        ids, names: of the files that it shows.
    """
    return {
        key: each for key, each in files_of(space).items()
        if key not in ids and each.name not in names
    }


def note_uploader(space: Workspace, ids: Collection[str]) -> None:
    """Remember which files the uploader shows, to tell those removed by hand from those forgotten."""
    space.memo[UPLOADER] = frozenset(ids)


def changed_by_hand(space: Workspace) -> bool:
    """Whether files were removed since the page was last drawn; asked once."""
    return bool(space.memo.pop(CHANGED, False))


def drop_removed(space: Workspace, key: str) -> None:
    """Called when the user adds or removes files: what was removed is no longer kept."""
    now = {upload.file_id for upload in st.session_state[key] or ()}
    _drop(space, space.memo.get(UPLOADER, frozenset()) - now)


def show_kept(space: Workspace, kept: Mapping[str, BroughtFile], key: str) -> None:
    """Name the files that stay beside new ones, with a button that leaves them out."""
    names = [shown(each.name, 60) for each in kept.values()]
    more = f" and {count(len(names) - NAMED, 'more file')}" if len(names) > NAMED else ""
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.caption(f"Brought before: {', '.join(names[:NAMED])}{more}. New files are added to these.")
        st.button(
            "Leave these out", key=key, type="tertiary", icon=":material/close:",
            on_click=_drop, args=(space, frozenset(kept)),
            help="Files that are brought from now on replace them.",
        )


def _drop(space: Workspace, ids: Collection[str]) -> None:
    files = files_of(space)
    gone = [key for key in ids if key in files]
    for key in gone:
        del files[key]
    if gone:
        space.memo[CHANGED] = True
