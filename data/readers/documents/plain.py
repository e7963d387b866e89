"""Reads plain text, and tells text from bytes for the other formats written as text."""

from __future__ import annotations

import codecs

from data.errors import DataError
from data.limits import Limits
from data.readers import encoding
from data.readers.documents.outline import Document, Section, clean_text

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A text with more NUL bytes than this share is something else.
_MOST_NUL = 0.01


def read(content: bytes, name: str, limits: Limits) -> Document:
    """Returns the whole text as one section; blank lines between paragraphs are kept.

    Raises:
        DataError: The bytes are not text, or only blanks.
    """
    text, notes = decode(content, name)
    text = clean_text(text)
    if not text:
        raise no_text(name)
    return Document((Section(text),), notes)


def decode(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Returns the text in whatever encoding it is, without NUL, and notes on doubtful letters.

    Raises:
        DataError: The bytes are not text.
    """
    for mark, wide in _WIDE:
        if content.startswith(mark):
            try:
                return content.decode(wide).replace("\x00", ""), ()
            except UnicodeDecodeError:
                raise DataError(
                    f"{name} looks like {wide.upper()} text but breaks off or is damaged. "
                    "Save it again as UTF-8 text."
                ) from None
    try:
        return _decoded(content, name)
    except DataError:
        bare = content.replace(b"\x00", b"")
        few = 0 < len(content) - len(bare) <= max(2, len(content) * _MOST_NUL)
        if few:
            try:
                return _decoded(bare, name)
            except DataError:
                pass
    raise DataError(
        f"{name} is not text: its bytes belong to some other kind of file. "
        "Save it as PDF, Word (.docx), HTML, Markdown or plain text (UTF-8)."
    )


def no_text(name: str) -> DataError:
    """The error for a document in which there is nothing to read."""
    return DataError(f"{name} holds no text. Choose a document with at least one sentence in it.")


def _decoded(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    utf8, _, notes = encoding.to_utf8(content, name)
    return utf8.decode("utf-8"), notes
