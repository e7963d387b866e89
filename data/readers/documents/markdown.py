"""Reads Markdown: its words without the markup, a section for each heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.limits import Limits
from data.readers.documents import plain, webpage
from data.readers.documents.outline import Document, Outline

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
# What is nested deeper is left out by the parser, for which each level of a list counts twice. The
# second is tried where the first is not enough: brackets are slow to read with it.
_DEPTHS = (20, 100)
_MARKERS = re.compile(r"^(?:[ \t]*(?:>|[-*+][ \t]))+[ \t]*|^[ \t]+", re.MULTILINE)
_TAG = re.compile(r"<[^>]*>")


def read(content: bytes, name: str, limits: Limits) -> Document:
    """Returns a section for each heading; lists keep their lines, code stays as it is.

    Raises:
        DataError: The bytes are not text, or hold no words.
    """
    from markdown_it import MarkdownIt

    text, notes = plain.decode(content, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    body = _FRONT_MATTER.sub("", text, count=1)
    if body != text:
        notes += (f"{name}: the front matter (title, tags and the like) was left out.",)
    outline = Outline()
    for depth in _DEPTHS:
        parser = MarkdownIt("commonmark", {"maxNesting": depth})
        tokens = parser.enable(["table", "strikethrough"]).parse(body)
        if max((token.level for token in tokens), default=0) < depth - 1:
            _read(tokens, outline)
            break
    else:
        outline.block(_MARKERS.sub("", body))
        notes += (
            f"{name}: its lists or quotes are nested too deeply, so it was read as plain text, "
            "without headings.",
        )
    sections = outline.sections()
    if not sections:
        raise plain.no_text(name)
    return Document(sections, notes)


def _read(tokens: Sequence[Token], outline: Outline) -> None:
    level: int | None = None
    items = 0
    row: list[str] | None = None
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "list_item_open":
            items += 1
        elif token.type == "list_item_close":
            items -= 1
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            outline.block(" | ".join(row or []), group="table")
            row = None
        elif token.type == "inline":
            text = _words(token.children or [])
            if row is not None:
                row.append(" ".join(text.split()))
            elif level is not None:
                outline.heading(level, text)
                level = None
            else:
                outline.block(text, group="list" if items else "")
        elif token.type in ("fence", "code_block"):
            outline.block(token.content)
        elif token.type == "html_block":
            outline.block(webpage.words(token.content))


def _words(children: Sequence[Token]) -> str:
    parts = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type == "html_inline":
            # Tags go, words between them are tokens of their own; a line break stays one.
            parts.append("\n" if child.content.lower().startswith("<br") else "")
        elif child.type == "image":
            parts.append(_TAG.sub("", child.content))
        else:
            parts.append(child.content)
    return "".join(parts)
