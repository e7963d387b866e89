"""Reads documents (PDF, Word, HTML, Markdown, text, or a ZIP of these) into one table."""

from __future__ import annotations

import re

import pandas as pd

from data.errors import DataError
from data.limits import Limits
from data.readers import columns, signatures
from data.readers.documents import bundle, formats
from data.readers.documents.outline import Section
from data.readers.opening import clean_name
from data.table import Table, fingerprint

__all__ = ["COLUMNS", "check", "read_documents"]

_LETTER = re.compile(r"[^\W_]")
COLUMNS = ("document", "page", "heading", "text")


def read_documents(content: bytes, name: str, *, limits: Limits | None = None) -> Table:
    """Reads one document, or all documents of a ZIP archive.

    Args:
        content: The bytes of the file.
        name: Its name, used in messages and where the content does not say what it is.
        limits: What is accepted; by default read from the environment.

    Returns:
        A row for each page of a PDF and each section of other formats, with the columns
        `document` (file name, or path inside the archive), `page` (from 1, missing where the
        format has none), `heading` (path such as "Leave > Parental leave", else empty) and
        `text`. The notes say what was left out and why.

    Raises:
        DataError: The content is no document, cannot be read, or is over a limit.
    """
    limits = limits or Limits.from_environment()
    name = clean_name(name)
    check(content, name, limits)
    sections, notes = _sections(content, name, limits)
    if len(sections) > limits.rows:
        raise DataError(
            f"{name} has {len(sections):,} pages and sections; at most {limits.rows:,} are read. "
            "Upload fewer documents at a time."
        )
    if not any(_LETTER.search(section.text) for _, section in sections):
        raise DataError(f"{name} holds no words. Choose a document with at least one sentence in it.")
    return Table(
        name=name,
        frame=_frame(sections),
        fingerprint=fingerprint(content, {"read_as": "documents"}),
        notes=tuple(notes),
        total_rows=len(sections),
        first_row=1,
        choices={"read_as": "documents", "packed": formats.kind_of(content, name) is None},
    )


def check(content: bytes, name: str, limits: Limits) -> None:
    """Refuses a file that is empty or over the limit of size.

    Raises:
        DataError: It is one of these.
    """
    if not content:
        raise DataError(
            f"{name} is empty (0 bytes). Choose a document with at least one sentence in it."
        )
    large = limits.too_large(name, len(content))
    if large:
        raise DataError(f"{large} Bring fewer documents at a time, or split it.")


def _sections(
    content: bytes, name: str, limits: Limits
) -> tuple[list[tuple[str, Section]], list[str]]:
    kind = formats.kind_of(content, name)
    if kind is not None:
        document = formats.read_document(content, name, kind, limits)
        return [(name, section) for section in document.sections], list(document.notes)
    if signatures.is_zip(content):
        sections, notes = bundle.read(content, name, limits)
        count = len({path for path, _ in sections})
        return sections, [f"{count:,} document{'s' if count > 1 else ''} unpacked.", *notes]
    raise formats.refused(content, name) or DataError(
        f"{name} is not a document. Needed is {signatures.READABLE_DOCUMENTS}."
    )


def _frame(sections: list[tuple[str, Section]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "document": pd.Series([path for path, _ in sections], dtype=columns.TEXT),
            "page": pd.Series([section.page for _, section in sections], dtype="Int64"),
            "heading": pd.Series([section.heading for _, section in sections], dtype=columns.TEXT),
            "text": pd.Series([section.text for _, section in sections], dtype=columns.TEXT),
        }
    )
