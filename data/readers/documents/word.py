"""Reads Word documents (.docx): headings, paragraphs, lists and tables, in reading order."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from data.errors import DataError
from data.limits import Limits
from data.readers import archive
from data.readers.documents.outline import Document, Outline
from data.readers.documents.plain import no_text

if TYPE_CHECKING:
    from docx.document import Document as Package

# What python-docx and lxml raise on packages that are damaged or made to harm.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PARAGRAPH, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
# Around paragraphs, rows or cells without changing what is read.
_WRAPPERS = {f"{_W}{tag}" for tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
# Deleted and moved text is in the file but no longer in the document.
_LEFT_OUT = {f"{_W}{tag}" for tag in ("del", "moveFrom", "pPr", "rPr", "instrText")} | {
    f"{_MC}Fallback"
}
_LETTERS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read(content: bytes, name: str, limits: Limits) -> Document:
    """Returns a section for each heading; rows of tables are lines of cells parted by " | ".

    Raises:
        DataError: The file is damaged, made to harm, over a limit, or holds no text.
    """
    _check(content, name, limits)
    package = _open(content, name)
    outline = Outline()
    try:
        names, levels = _styles(package)
        body = package.element.body
        for block in _blocks(body, {_PARAGRAPH, _TABLE}):
            if block.tag == _TABLE:
                _table(block, outline)
            else:
                _paragraph(block, outline, names, levels)
        notes = any(True for _ in body.iter(f"{_W}footnoteReference", f"{_W}endnoteReference"))
    except _BROKEN:
        raise _damaged(name) from None
    sections = outline.sections()
    if not sections:
        raise no_text(name)
    return Document(sections, (f"{name}: footnotes and endnotes are not read.",) if notes else ())


def _check(content: bytes, name: str, limits: Limits) -> None:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise _damaged(name)
    package = archive.opened(content, name, limits, "the document")
    for part in package.infolist():
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        try:
            with package.open(part) as stream:
                head = stream.read(4096)
        except _BROKEN:
            raise _damaged(name) from None
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise DataError(
                f"{name} declares XML entities, which no word processor writes. "
                "Open it in Word and save it again as .docx."
            )


def _open(content: bytes, name: str) -> Package:
    from docx import Document as open_package
    from docx.opc.exceptions import OpcError

    try:
        return open_package(io.BytesIO(content))
    except (OpcError, *_BROKEN) as error:
        if "macroEnabled" in str(error) or "template" in str(error):
            raise DataError(
                f"{name} is a Word template or a document with macros. Save it as .docx."
            ) from None
        raise _damaged(name) from None


def _damaged(name: str) -> DataError:
    return DataError(
        f"{name} is a Word document that is damaged or cut short. "
        "Open it in Word and save it again as .docx, or save it as PDF."
    )


def _styles(package: Package) -> tuple[dict[str, str], dict[str, int]]:
    """Returns the name of each style, and the heading level of those that are headings.

    Built-in styles have English names in the file whatever the language of Word is; a style of
    one's own counts when it is based on a heading or has an outline level.
    """
    names: dict[str, str] = {}
    based: dict[str, str] = {}
    levels: dict[str, int] = {}
    for style in package.styles.element.iter(f"{_W}style"):
        identity = style.get(f"{_W}styleId") or ""
        names[identity] = title = _value(style, f"{_W}name").lower()
        based[identity] = _value(style, f"{_W}basedOn")
        outline = _value(style, f"{_W}pPr/{_W}outlineLvl")
        if title == "title":
            levels[identity] = 0
        elif title.startswith("heading ") and title[8:].isdigit():
            levels[identity] = int(title[8:])
        elif outline.isdigit() and int(outline) < 9:
            levels[identity] = int(outline) + 1
    for identity in names:
        above, seen = identity, {identity}
        while above not in levels and (above := based.get(above, "")) and above not in seen:
            seen.add(above)
        if above in levels:
            levels[identity] = levels[above]
    return names, levels


def _value(element: Any, path: str) -> str:
    found = element.find(path)
    return "" if found is None else found.get(f"{_W}val") or ""


def _blocks(parent: Any, wanted: set[str]) -> Iterator[Any]:
    """The wanted elements directly in `parent`, also inside content controls and insertions."""
    for child in parent:
        if child.tag in wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child, wanted)


def _paragraph(
    element: Any, outline: Outline, names: Mapping[str, str], levels: Mapping[str, int]
) -> None:
    style = _value(element, f"{_W}pPr/{_W}pStyle")
    name = names.get(style, "")
    # A table of contents repeats the headings.
    if name.startswith("toc "):
        return
    text = "".join(_text(element))
    own = _value(element, f"{_W}pPr/{_W}outlineLvl")
    level = int(own) + 1 if own.isdigit() and int(own) < 9 else levels.get(style)
    if level is not None:
        outline.heading(level, text)
        return
    listed = element.find(f"{_W}pPr/{_W}numPr") is not None or name.startswith("list")
    outline.block(text, group="list" if listed else "")


def _text(element: Any) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in (f"{_W}t", f"{_M}t"):
            yield child.text or ""
        elif tag in _LETTERS:
            yield _LETTERS[tag]
        elif tag == f"{_W}r" and _vanished(child):
            continue
        elif tag == _PARAGRAPH:
            # A text box: its paragraphs stand inside the one it is anchored to.
            yield "\n"
            yield from _text(child)
            yield "\n"
        elif isinstance(tag, str) and tag not in _LEFT_OUT:
            yield from _text(child)


def _vanished(run: Any) -> bool:
    hidden = run.find(f"{_W}rPr/{_W}vanish")
    return hidden is not None and hidden.get(f"{_W}val") not in ("0", "false", "off")


def _table(element: Any, outline: Outline) -> None:
    for row in _blocks(element, {_ROW}):
        cells = [_cell(cell) for cell in _blocks(row, {_CELL})]
        if any(cells):
            outline.block(" | ".join(cells), group="table")


def _cell(element: Any) -> str:
    parts = []
    for block in _blocks(element, {_PARAGRAPH, _TABLE}):
        if block.tag == _TABLE:
            parts += [
                _cell(cell) for row in _blocks(block, {_ROW}) for cell in _blocks(row, {_CELL})
            ]
        else:
            parts.append("".join(_text(block)))
    return " ".join(" ".join(parts).split())
