"""Where the rows of a table end in a text that documents were read into."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Readers of documents part the cells of a row by this; Markdown and spreadsheets by these too.
_ROW = re.compile(r"\S[ ]\|[ ]|\t|^\s*\|.*\|\s*$")

Span = tuple[int, int]


def row_ends(text: str) -> tuple[int, ...]:
    """Positions of the line breaks before and after rows of tables, in order.

    A line is a row where cells stand in it, parted by “ | ” or a tab. Other line breaks are none:
    a sentence may run over them.
    """
    if "\n" not in text:
        return ()
    ends: list[int] = []
    position, before = 0, False
    for number, line in enumerate(text.split("\n")):
        row = _ROW.search(line) is not None
        if number and (row or before):
            ends.append(position - 1)
        position, before = position + len(line) + 1, row
    return tuple(ends)


def parted(span: Span, ends: tuple[int, ...]) -> Iterator[Span]:
    """The span, in pieces where it runs over the end of a row."""
    start, last = span
    for end in ends:
        if start < end < last:
            yield start, end
            start = end + 1
    if start < last:
        yield start, last
