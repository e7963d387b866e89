"""A file of outputs made elsewhere: brought, judged in the pool, and its report taken along."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.dataset_picker import forgotten, still_in_use, take_table
from dashboard.components.run_button import watch
from dashboard.components.text import count, shown
from dashboard.session import Workspace, start_job
from data.errors import LitmusError
from data.readers import read_path, read_table, sheet_names
from data.table import Table
from pipelines.commands import FileEvaluation, evaluate_table
from pipelines.progress import Progress
from pipelines.report.document import evaluation_document
from pipelines.report.html import evaluation_page
from pipelines.report.reproduce import evaluation_command_line

TYPES = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "xlsx", "xlsm", "parquet", "gz", "zip"]
SAMPLE = "sample"
# What is judged within this time is shown at once, without a progress bar that flashes up.
QUICK_SECONDS = 1.0
MOST_KEPT = 4
EXAMPLE_ROWS = 6
PREVIEW_ROWS = 200
LOOKS = "What a file can look like"
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class JudgePage:
    """What an evaluation page judges and where its widgets belong.

    Attributes:
        kind: names a module of `pipelines.judging`.
        slug: of the session's workspace, and the start of all keys.
        label: of the uploader.
        help: of the uploader.
        sample: a file of this project to try the page with, if there is one.
        sample_words: what it holds.
    """

    kind: str
    slug: str
    label: str
    help: str
    sample: Path | None = None
    sample_words: str = ""


def bring_file(page: JudgePage, space: Workspace) -> bool:
    """Draw the uploader, the sample and the choice of sheet.

    Returns:
        Whether there is a table to judge.
    """
    upload = st.file_uploader(page.label, type=TYPES, key=f"{page.slug}-upload", help=page.help)
    forgotten()
    if upload is not None:
        _read(page, space, upload)
    elif space.memo.pop("refused", None) is not None:
        # The file that could not be read is no longer chosen: its sentence goes with it.
        space.trouble = ""
    if upload is None and page.sample is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Try it with a sample", key=f"{page.slug}-sample", icon=":material/science:",
                on_click=_bring_sample, args=(page, space),
            )
            st.caption(page.sample_words)
    if space.trouble:
        st.error(shown(space.trouble, most=600), icon=":material/error:")
    if space.table is None:
        if page.sample is not None:
            sample = page.sample
            _rows(page, lambda: read_path(sample), EXAMPLE_ROWS, LOOKS)
        return False
    if "refused" in space.memo:
        still_in_use(space)
    else:
        # The uploader is empty again after a visit to another page; what was brought is not gone.
        again = ". A new upload replaces it." if upload is None else ""
        name, rows = shown(space.table.name), count(len(space.table.frame), "row")
        st.caption(f"In use: {name}, {rows}{again}")
    table = space.table
    _rows(page, lambda: table, PREVIEW_ROWS, "First rows")
    return True


def _rows(page: JudgePage, read: Callable[[], Table], most: int, title: str) -> None:
    """The first rows of a table, one click away."""
    opened = st.expander(
        title, icon=":material/table_rows:", on_change="rerun", key=f"{page.slug}-rows-{most}"
    )
    if not opened.open:
        return
    table = read()
    first = table.frame.head(most)
    first.index = pd.Index([table.row_number(row) for row in first.index], name="row")
    with opened:
        st.dataframe(first, height="content" if len(first) <= EXAMPLE_ROWS else 280, alt=title)


def judged_file(page: JudgePage, space: Workspace, pairs: Pairs) -> FileEvaluation | None:
    """The evaluation of the table as mapped; until there is one, its progress or a sentence.

    Args:
        page: of the kind.
        space: holds the table.
        pairs: role and column, as `evaluate_table` takes them.
    """
    key = ("judged", *pairs)
    if key not in space.memo:
        _start(page, space, pairs, key)
        _collect(space)
    found = space.memo.get(key)
    if found is None:
        watch(space)
        return None
    if isinstance(found, str):
        st.error(shown(found, most=600), icon=":material/error:")
        st.button("Judge again", on_click=space.memo.pop, args=(key, None), key=f"{page.slug}-again")
        return None
    evaluation: FileEvaluation = found
    return evaluation


def take_along(page: JudgePage, evaluation: FileEvaluation) -> None:
    """Draw the downloads of the report and the command that repeats it."""
    st.subheader("Take it along", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "HTML report", lambda: evaluation_page(evaluation), file_name="report.html",
            mime="text/html", icon=":material/download:", on_click="ignore",
            key=f"{page.slug}-report-html",
        )
        st.download_button(
            "report.json", lambda: json.dumps(evaluation_document(evaluation), indent=2),
            file_name="report.json", mime="application/json", icon=":material/download:",
            on_click="ignore", key=f"{page.slug}-report-json",
        )
    st.caption("The same from the command line:")
    st.code(evaluation_command_line(evaluation), language="bash", wrap_lines=True)


def _read(page: JudgePage, space: Workspace, upload: Any) -> None:
    content = upload.getvalue()
    try:
        names = sheet_names(content, upload.name)
    except LitmusError as error:
        space.trouble = str(error)
        space.memo["refused"] = upload.file_id
        return
    sheet = None
    if len(names) > 1:
        sheet = st.selectbox("Sheet", names, key=f"{page.slug}-sheet", width=260)
    source = f"{upload.file_id}:{sheet or ''}"
    if source == space.memo.get("refused"):
        return
    if source == space.source:
        # Another sheet could not be read, and this one is chosen again.
        if space.memo.pop("refused", None) is not None:
            space.trouble = ""
        return
    try:
        with st.spinner("Reading…"):
            take_table(space, read_table(content, upload.name, sheet=sheet), source)
    except LitmusError as error:
        space.trouble = str(error)
        space.memo["refused"] = source


def _bring_sample(page: JudgePage, space: Workspace) -> None:
    assert page.sample is not None, "the button is there only with a sample"
    take_table(space, read_path(page.sample), SAMPLE)


def _start(page: JudgePage, space: Workspace, pairs: Pairs, key: tuple[Any, ...]) -> None:
    """Judge in the pool, once for each mapping; what was under way for another one stops."""
    if space.job is not None and space.memo.get("judging") == key:
        return
    space.stop_jobs()
    table = space.table
    assert table is not None, "a table was read"

    def work(progress: Progress) -> FileEvaluation:
        return evaluate_table(page.kind, table, pairs, progress=progress)

    try:
        space.job = start_job(f"Judge {table.name}", work)
    except LitmusError as error:
        space.memo[key] = str(error)
        return
    space.memo["judging"] = key
    end = time.monotonic() + QUICK_SECONDS
    while not space.job.finished and time.monotonic() < end:
        time.sleep(0.02)


def _collect(space: Workspace) -> None:
    job = space.job
    if job is None or not job.finished:
        return
    space.job = None
    space.memo[space.memo.pop("judging")] = job.result if job.state == "done" else job.sentence
    kept = [key for key in space.memo if isinstance(key, tuple) and key[0] == "judged"]
    for key in kept[:-MOST_KEPT]:
        del space.memo[key]
        space.memo.pop(("evidence", *key[1:]), None)
