"""Reads web pages (HTML): what a visitor reads, without scripts, navigation and hidden parts."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from data.errors import DataError
from data.limits import Limits
from data.readers.documents import plain
from data.readers.documents.outline import Document, Outline, Section

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_DROPPED = [
    "script", "style", "noscript", "template", "nav", "title", "svg", "iframe", "object", "embed",
    "canvas", "audio", "video", "button", "select", "input", "textarea", "datalist", "dialog",
]  # fmt: skip
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup",
    "hr", "html", "legend", "li", "main", "menu", "ol", "p", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_ITEMS = {"li", "dt", "dd"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_KNOWN_CHARSET = re.compile(r"(iso-8859|windows|cp|koi8|shift|euc|gb|big5|mac|tis)[\w.-]*\Z")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)


def read(content: bytes, name: str, limits: Limits) -> Document:
    """Returns a section for each heading; rows of tables are lines of cells parted by " | ".

    Raises:
        DataError: The bytes are not text, cannot be taken apart, or hold nothing to read.
    """
    text, notes = _decode(content, name)
    soup = _parsed(text, name)
    title = soup.title.get_text() if soup.title is not None else ""
    _strip(soup)
    outline = Outline()
    _walk(soup, outline)
    sections = outline.sections()
    if not sections:
        raise DataError(
            f"{name} is a web page without text of its own (scripts and menus are not read). "
            "Save the page complete from the browser, or as PDF."
        )
    if title.strip() and not any(section.heading for section in sections):
        heading = " ".join(title.split())[:200]
        sections = tuple(Section(section.text, heading) for section in sections)
    return Document(sections, notes)


def words(markup: str) -> str:
    """Returns the words of a piece of HTML, such as stands inside Markdown."""
    soup = _parsed(markup, "The HTML")
    _strip(soup)
    outline = Outline()
    _walk(soup, outline, headings=False)
    return "\n\n".join(section.text for section in outline.sections())


def _decode(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    try:
        # Text in another encoding is hardly ever valid UTF-8, whatever the page declares.
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        declared = _CHARSET.search(content[:4096])
    charset = declared.group(1).decode("ascii", errors="replace").lower() if declared else ""
    # Browsers read pages that say Latin-1 as Windows-1252, which has more letters.
    charset = "cp1252" if charset == "iso-8859-1" else charset
    if _KNOWN_CHARSET.match(charset):
        with contextlib.suppress(LookupError, UnicodeError):
            return content.decode(charset), ()
    return plain.decode(content, name)


def _parsed(text: str, name: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    # Without a tag, or with an XML declaration, Beautiful Soup warns that this may not be HTML.
    markup = re.sub(r"^\s*<\?xml[^>]*>", "", text.replace("\x00", ""))
    try:
        return BeautifulSoup(markup if "<" in markup else f"<p>{markup}", "html.parser")
    except (ParserRejectedMarkup, AssertionError, ValueError, RecursionError):
        raise DataError(
            f"{name} is a web page whose markup cannot be taken apart. "
            "Save it again from the browser, or as PDF."
        ) from None


def _strip(soup: BeautifulSoup) -> None:
    """Takes out what a visitor does not read."""
    for tag in soup.find_all(_DROPPED):
        if not tag.decomposed:
            tag.decompose()
    for tag in soup.find_all(_is_hidden):
        if not tag.decomposed:
            tag.decompose()


def _is_hidden(tag: Tag) -> bool:
    return (
        tag.has_attr("hidden")
        or tag.get("role") == "navigation"
        or bool(_INVISIBLE.search(str(tag.get("style") or "")))
    )


def _walk(root: Tag, outline: Outline, *, headings: bool = True) -> None:
    """Feeds headings and blocks in reading order; a stack, as pages nest without limit."""
    from bs4 import Tag
    from bs4.element import NavigableString

    line: list[str] = []
    items = 0

    def flush() -> None:
        if line:
            text = "\n".join(" ".join(part.split()) for part in "".join(line).split("\n"))
            outline.block(text, group="list" if items else "")
            line.clear()

    stack: list[tuple[object, bool]] = [(root, False)]
    while stack:
        node, closing = stack.pop()
        if not isinstance(node, Tag):
            # Comments and declarations are strings of other types.
            if type(node) is NavigableString:
                line.append(re.sub(r"\s+", " ", node))
        elif closing:
            flush()
            items -= node.name in _ITEMS
        elif node.name == "br":
            line.append("\n")
        elif headings and node.name in _HEADINGS:
            flush()
            # Generators of documentation put a link sign behind each heading.
            outline.heading(int(node.name[1]), node.get_text().strip().rstrip("¶#"))
        elif node.name == "pre":
            flush()
            outline.block(node.get_text())
        elif node.name == "table" and _is_regular(node):
            flush()
            _table(node, outline)
        else:
            if node.name in _BLOCKS or node.name in _HEADINGS:
                flush()
                items += node.name in _ITEMS
                stack.append((node, True))
            stack.extend((child, False) for child in reversed(node.contents))
    flush()


def _is_regular(table: Tag) -> bool:
    """Whether it is rows of cells: pages also lay out columns with tables, or leave tags open."""
    return (
        table.find(["table", *_HEADINGS]) is None
        and not any(row.find("tr") for row in table.find_all("tr"))
        and not any(cell.find(["td", "th"]) for cell in table.find_all(["td", "th"]))
    )


def _table(table: Tag, outline: Outline) -> None:
    caption = table.find("caption")
    if caption is not None:
        outline.block(" ".join(caption.get_text().split()))
    for row in table.find_all("tr"):
        cells = [_cell(cell) for cell in row.find_all(["td", "th"], recursive=False)]
        if any(cells):
            outline.block(" | ".join(cells), group="table")


def _cell(cell: Tag) -> str:
    inner = Outline()
    _walk(cell, inner, headings=False)
    return " ".join(" ".join(section.text for section in inner.sections()).split())
