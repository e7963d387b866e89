"""Step 1, bring data: a sample in one click, or a file of one's own."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.caching import sample_profile, sample_table
from dashboard.components.answers.brought import question_notes
from dashboard.components.brought_files import (
    BroughtFile,
    brought_before,
    changed_by_hand,
    drop_removed,
    files_of,
    keep,
    note_uploader,
    show_kept,
)
from dashboard.components.column_mapper import columns_key, role_key
from dashboard.components.text import count, shown
from dashboard.session import Workspace
from data import samples
from data.errors import LitmusError
from data.limits import Limits
from data.profile import Profile, profile
from data.readers import ENDINGS, TooManyRows, sheet_names
from data.reading import read, together
from data.table import Reads, Table
from pipelines.options import column_names
from pipelines.sampling import sampled
from pipelines.task import Task

FILE = "file"
# Offered where there are too many; what somebody took is short, and more of it tells more.
SAMPLED_ROWS, SAMPLED_INTERACTIONS = 50_000, 1_000_000
TYPES = list(ENDINGS)
DOCUMENT_TYPES = ["pdf", "docx", "md", "markdown", "html", "htm"]
IMAGE_TYPES = ["zip", "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]
UPLOADS: dict[Reads, list[str]] = {
    "tables": TYPES, "documents": [*TYPES, *DOCUMENT_TYPES], "images": [*IMAGE_TYPES, "csv", "tsv"],
    "interactions": TYPES,
}


def pick_dataset(task: Task, space: Workspace) -> None:
    """Let the user bring data; what is read stays in the workspace until it is replaced."""
    offered = {sample.id: sample for sample in samples.samples(task.slug)}
    source = st.segmented_control(
        "Start with", [*offered, FILE],
        format_func=source_label, required=True,
        key=source_key(task), persist_state="session",
    )
    if source in offered:
        bring_sample(task, space)
        _forget_refusal(space)
        st.caption(f"{offered[source].description} {offered[source].written}")
    elif source == FILE:
        _upload(task, space)
    elif space.table is None:
        st.info(
            f"Start with the sample to see what Litmus does, or bring {task.brings} of your own.",
            icon=":material/upload_file:",
        )
    if space.trouble:
        st.error(shown(space.trouble, most=600), icon=":material/error:")
        still_in_use(space)
    elif task.kind == "answers" and space.table is not None:
        question_notes(task, space)


def still_in_use(space: Workspace) -> None:
    """After a refusal, say which data the page goes on with."""
    if "refused" in space.memo and space.table is not None:
        st.caption(
            f"Still in use: {shown(space.table.name)}, {count(len(space.table.frame), 'row')}."
        )


def forgotten() -> None:
    """Say how long a file stays, where it is brought."""
    st.caption("It stays in this session only: a reload of the page forgets it.")


def bring_sample(task: Task, space: Workspace) -> None:
    """Load the sample that is chosen, if it is not loaded yet."""
    source = st.session_state.get(source_key(task))
    if source in (None, FILE, space.source):
        return
    if space.table is not None:
        _forget_columns(task)
    take_table(space, sample_table(source), source)
    space.profile = sample_profile(source)
    for name, text in samples.find(source).options.items():
        # What a link says, or what was chosen before, stands.
        st.session_state.setdefault(columns_key(task, name), list(column_names(text)))


def source_key(task: Task) -> str:
    """The name of the chosen source in the session and in the link."""
    return f"{task.slug}-source"


def source_label(source: str) -> str:
    """What a source is called, in the page and in links."""
    if source == FILE:
        return "Your own file"
    title = samples.find(source).title
    has_names = any(letter.isupper() for letter in title[1:])
    return f"Sample: {title if has_names else title.lower()}"


def take_table(space: Workspace, table: Table, source: str) -> None:
    """Replace the data of a workspace; what belonged to the old data goes with it."""
    space.stop_jobs()
    space.table, space.source, space.profile = table, source, None
    space.labels, space.drawn, space.trouble = {}, {}, ""
    space.experiment = None
    space.memo.clear()


def profile_of(space: Workspace) -> Profile:
    """The profile of the workspace's table, made once."""
    assert space.table is not None, "data comes first"
    if space.profile is None:
        space.profile = profile(space.table)
    return space.profile


def _upload(task: Task, space: Workspace) -> None:
    limits = Limits.from_environment()
    key = f"{task.slug}-upload"
    several = task.reads != "tables"
    given = st.file_uploader(
        task.brings[:1].upper() + task.brings[1:], type=UPLOADS[task.reads], key=key,
        accept_multiple_files=several, help=_reads(task, limits),
        on_change=drop_removed if several else "rerun", args=(space, key) if several else None,
    )
    forgotten()
    uploads = given if isinstance(given, list) else [] if given is None else [given]
    ids = [upload.file_id for upload in uploads]
    kept: dict[str, BroughtFile] = {}
    if task.reads == "documents":
        note_uploader(space, ids)
        kept = brought_before(space, ids, [upload.name for upload in uploads])
        if kept:
            show_kept(space, kept, f"{task.slug}-leave-out")
    removed = changed_by_hand(space)
    if not uploads and not (removed and kept):
        _forget_refusal(space)
        if not kept and space.table is not None and ":" in space.source:
            st.caption(
                f"In use: {shown(space.table.name)}, {count(len(space.table.frame), 'row')}. A new "
                "upload replaces it."
            )
        return
    ids = [*kept, *ids]
    try:
        single = len(ids) == len(uploads) == 1 and task.reads != "images"
        names = sheet_names(uploads[0].getvalue(), uploads[0].name) if single else ()
    except LitmusError as error:
        space.trouble = str(error)
        space.memo.update(refused="+".join(ids), too_many=False)
        return
    sheet = st.selectbox("Sheet", names, key=f"{task.slug}-sheet") if len(names) > 1 else None
    wanted = st.session_state.get(f"{task.slug}-sample-rows")
    source = f"{FILE}:{'+'.join(ids)}:{sheet}:{wanted}"
    if space.source == source or space.memo.get("refused") == source:
        if space.memo.get("refused") == source and space.memo.get("too_many"):
            _offer_sample(task, limits)
        return
    before = files_of(space)

    def brought(upload: UploadedFile) -> BroughtFile:
        known = before.get(upload.file_id)
        if known is not None and (known.sheet, known.sample_rows) == (sheet, wanted):
            return known
        return BroughtFile(upload.name, sheet, wanted, read(
            upload.getvalue(), upload.name, reads=task.reads, sheet=sheet, limits=limits,
            sample_rows=wanted, seed=0,
        ))

    try:
        with st.spinner("Reading…"):
            files = kept | {upload.file_id: brought(upload) for upload in uploads}
            whole = together(
                [each.table for each in files.values()], reads=task.reads, limits=limits,
                sample_rows=wanted,
            )
            table = sampled(task, whole, {}, wanted, seed=0)
    except LitmusError as error:
        space.trouble = str(error)
        space.memo.update(refused=source, too_many=isinstance(error, TooManyRows))
        if isinstance(error, TooManyRows):
            _offer_sample(task, limits)
        return
    _forget_columns(task)
    take_table(space, table, source)
    if task.reads == "documents":
        keep(space, files)
        note_uploader(space, [upload.file_id for upload in uploads])


def _reads(task: Task, limits: Limits) -> str:
    formats = "CSV, TSV, JSON Lines, JSON, Excel or Parquet, also as gz or zip"
    rows = f"and {_limits_of(task, limits).rows:,} rows"
    if task.reads == "interactions":
        rows = f"a file {rows} of all files together"
    if task.reads == "images":
        formats = (
            "A ZIP of images with one folder a class, or JPEG, PNG, WebP, GIF, BMP or TIFF files, "
            "with a CSV of their labels beside them if there is one"
        )
        return (
            f"{formats}; up to {limits.file_mb:,} MB. They stay in this session and are gone when you "
            "close the tab."
        )
    if task.reads == "documents":
        formats = f"PDF with text in it, Word, Markdown, HTML or plain text, SQuAD JSON; {formats}"
    return (
        f"{formats}; up to {limits.file_mb:,} MB {rows}. It stays in this session and is gone when "
        "you close the tab."
    )


def _limits_of(task: Task, limits: Limits) -> Limits:
    return limits.for_interactions() if task.reads == "interactions" else limits


def _forget_columns(task: Task) -> None:
    """New data get suggestions of their own: a role left open for the old ones says nothing."""
    for role in task.roles:
        st.session_state.pop(role_key(task, role.name), None)
    for option in task.options:
        if option.columns:
            st.session_state.pop(columns_key(task, option.name), None)


def _forget_refusal(space: Workspace) -> None:
    """A file that could not be read is no longer chosen: its sentence goes with it."""
    if space.memo.pop("refused", None) is not None:
        space.trouble = ""


def _offer_sample(task: Task, limits: Limits) -> None:
    users = task.reads == "interactions"
    rows = min(SAMPLED_INTERACTIONS if users else SAMPLED_ROWS, _limits_of(task, limits).rows)

    def accept() -> None:
        st.session_state[f"{task.slug}-sample-rows"] = rows

    drawn = f"users, up to {rows:,} rows" if users else f"{rows:,} rows"
    st.button(
        f"Go on with a random sample of {drawn}", on_click=accept, type="primary",
        help="Drawn with a fixed seed; the report says so."
        + (" Each user drawn keeps all of their rows." if users else ""),
    )
