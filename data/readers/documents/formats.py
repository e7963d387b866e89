"""Which kind of document a file is, told by its content and then by its name, and its reader."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from data.errors import DataError
from data.limits import Limits
from data.readers import signatures
from data.readers.documents import markdown, pdf, plain, webpage, word
from data.readers.documents.outline import Document, Section
from data.readers.opening import suffix

Kind = Literal["pdf", "word", "webpage", "markdown", "plain"]

SUFFIXES: dict[str, Kind] = {
    "pdf": "pdf",
    "docx": "word",
    "html": "webpage",
    "htm": "webpage",
    "xhtml": "webpage",
    "md": "markdown",
    "markdown": "markdown",
    "txt": "plain",
    "text": "plain",
    "rst": "plain",
}
_TITLES: dict[Kind, str] = {
    "pdf": "a PDF document",
    "word": "a Word document",
    "webpage": "a web page",
    "markdown": "Markdown",
    "plain": "text",
}
# Formats of documents that are not read, by name, and what to save them as.
_LEGACY = {
    "doc": ("an old Word document (.doc)", ".docx or PDF"),
    "dot": ("an old Word template (.dot)", ".docx or PDF"),
    "rtf": ("a rich-text document (.rtf)", ".docx or PDF"),
    "odt": ("an OpenDocument text (.odt)", ".docx or PDF"),
    "pages": ("a Pages document", ".docx or PDF"),
    "epub": ("an e-book (.epub)", "PDF, HTML or text"),
    "mobi": ("an e-book (.mobi)", "PDF, HTML or text"),
    "ppt": ("an old PowerPoint file (.ppt)", "PDF"),
    "pptx": ("a PowerPoint file (.pptx)", "PDF"),
    "odp": ("an OpenDocument presentation (.odp)", "PDF"),
    "key": ("a Keynote presentation", "PDF"),
    "mht": ("a web archive (.mht)", "HTML or PDF"),
    "mhtml": ("a web archive (.mhtml)", "HTML or PDF"),
}
_PACKAGES = (
    (re.compile(r"^ppt/presentation\.xml$", re.IGNORECASE), "pptx"),
    (re.compile(r"^Index/Document\.iwa$"), "pages"),
    (re.compile(r"^META-INF/container\.xml$"), "epub"),
)
_MIMETYPES = ((b"opendocument.text", "odt"), (b"opendocument.presentation", "odp"))
_WORD_PART = re.compile(r"^word/document\d*\.xml$", re.IGNORECASE)
_PAGE = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.{0,800}?-->\s*)*<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_BLANKS = b"\xef\xbb\xbf \t\r\n"


def kind_of(content: bytes, name: str) -> Kind | None:
    """Returns which kind of document a file is, or None when it is something else.

    Args:
        content: The bytes of the file.
        name: Its name, which decides where the content does not.

    Raises:
        DataError: It is a document in a format that is not read, or is not what its name says.
    """
    head = content[:1024]
    ending = suffix(name)
    named = SUFFIXES.get(ending)
    if head.lstrip(_BLANKS).startswith(b"%PDF-") or (named == "pdf" and b"%PDF-" in head):
        return "pdf"
    if signatures.is_zip(content):
        return _packed(content, name, named)
    old = _old_format(content, ending)
    if old:
        raise _not_read(name, *old)
    if _is_page(head):
        return "webpage"
    if named is None:
        return None
    strange = refused(content, name)
    if strange is not None:
        raise strange
    if named in ("pdf", "word"):
        raise DataError(
            f"{name} is named like {_TITLES[named]} but is not one, or is cut short. "
            "Save it again from the program that made it."
        )
    return named


def refused(content: bytes, name: str) -> DataError | None:
    """Returns the error for content that is neither a document nor a table, such as an image."""
    found = signatures.foreign(content)
    # XML is text, of which people keep documents as well.
    if found is None or found[0].startswith("an XML"):
        return None
    kind, advice = found
    if not advice or "SVG" in kind:
        advice = f"Needed is {signatures.READABLE_DOCUMENTS}."
    return DataError(f"{name} is {kind}. {advice}")


def read_document(content: bytes, name: str, kind: Kind, limits: Limits) -> Document:
    """Reads one document of a known kind.

    Returns:
        Sections of at most `limits.cell_characters` characters; longer ones are cut at the end
        of a paragraph, a line or a word, and a note says so.

    Raises:
        DataError: The document cannot be read or holds nothing to read.
    """
    if not content.strip(b" \t\r\n"):
        raise plain.no_text(name)
    readers = {
        "pdf": pdf.read,
        "word": word.read,
        "webpage": webpage.read,
        "markdown": markdown.read,
        "plain": plain.read,
    }
    document = readers[kind](content, name, limits)
    notes = document.notes
    ending = suffix(name)
    if ending in SUFFIXES and SUFFIXES[ending] != kind:
        notes = (f"{name} is named .{ending} but read as {_TITLES[kind]}, which it is.", *notes)
    most = limits.cell_characters
    if all(len(section.text) <= most for section in document.sections):
        return Document(document.sections, notes)
    sections = tuple(
        Section(part, section.heading, section.page)
        for section in document.sections
        for part in _cut(section.text, most)
    )
    return Document(
        sections, (*notes, f"{name}: texts of more than {most:,} characters were cut into parts.")
    )


def _packed(content: bytes, name: str, named: Kind | None) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return "word" if named == "word" else None
    if any(_WORD_PART.match(part) for part in parts):
        return "word"
    for pattern, ending in _PACKAGES:
        if any(pattern.match(part) for part in parts):
            raise _not_read(name, *_LEGACY[ending])
    for mark, ending in _MIMETYPES:
        # The type stands unpacked at the start of OpenDocument files.
        if parts[:1] == ["mimetype"] and mark in content[:128]:
            raise _not_read(name, *_LEGACY[ending])
    if suffix(name) in _LEGACY:
        raise _not_read(name, *_LEGACY[suffix(name)])
    if named == "word":
        raise DataError(
            f"{name} is named like a Word document but is another kind of file. "
            "Open it in the program that made it and save it as .docx or PDF."
        )
    return None


def _old_format(content: bytes, ending: str) -> tuple[str, str] | None:
    if content.startswith(b"{\\rtf"):
        return _LEGACY["rtf"]
    if content.startswith(_OLD_OFFICE) and not ending.startswith("xl"):
        if ending in _LEGACY:
            return _LEGACY[ending]
        return "an old Office file or one with a password", ".docx or PDF without a password"
    # A page or a text that is only named so is read as what it is.
    if ending in _LEGACY and not _is_page(content[:1024]):
        return _LEGACY[ending]
    return None


def _not_read(name: str, found: str, wanted: str) -> DataError:
    return DataError(f"{name} is {found}, which is not read. Save it as {wanted}.")


def _is_page(head: bytes) -> bool:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="ignore").encode()
    return bool(_PAGE.match(head.lstrip(_BLANKS)))


def _cut(text: str, most: int) -> list[str]:
    parts = []
    while len(text) > most:
        end = -1
        for mark in ("\n\n", "\n", " "):
            end = text.rfind(mark, most // 2, most)
            if end > 0:
                break
        end = end if end > 0 else most
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text] if text else parts
