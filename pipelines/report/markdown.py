"""Parts of a report as Markdown: plain to read as text, and nothing of a user's is obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipelines.report.sections import Cell, Section, Table
from pipelines.report.wording import clean

Escape = Callable[[object], str]

# Emphasis, code, links, tables, formulas and struck text.
_MARKS = re.compile(r"([\\`*\[\]|~$])")
# A line below a name, but not one between the letters of it, which Markdown leaves alone.
_UNDERLINES = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TAGS = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITIES = re.compile(r"&(?=#?\w+;)")
# Bare addresses become links, and doubled braces templates of site generators.
_ADDRESSES = re.compile(r":(?=//)|(?<=\S)@(?=\S)|\{(?=[{%])|(?<=\bwww)\.", re.IGNORECASE)
# Headings, quotes, rules and lists begin a line so; numbers with a sign do not.
_BEGINNINGS = re.compile(r"^([=>#]|[-+](?![\d.]))|^(\d{1,9})(?=[.)](?:\s|$))")


def escaped(text: object) -> str:
    """Text that Markdown shows as it is, on one line, with as few marks as that takes."""
    line = " ".join(clean(text).split())
    line = _MARKS.sub(r"\\\1", line)
    line = _UNDERLINES.sub(r"\\_", line)
    line = _ADDRESSES.sub(lambda found: f"\\{found[0]}", line)
    line = _TAGS.sub("&lt;", _ENTITIES.sub("&amp;", line))
    return _BEGINNINGS.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\", line)


def facts_markdown(facts: Sequence[tuple[str, str]], escape: Escape = escaped) -> str:
    """Names and values as a list; those without a value are left out."""
    return "\n".join(f"- **{escape(name)}:** {escape(value)}" for name, value in facts if value)


def list_markdown(sentences: Sequence[str], escape: Escape = escaped) -> str:
    """Sentences as a list."""
    return "\n".join(f"- {escape(each)}" for each in sentences)


def code_markdown(code: str) -> str:
    """Code in a fence that nothing in it can close."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{clean(code)}\n{fence}"


def section_markdown(section: Section, level: int, escape: Escape = escaped) -> str:
    """A section with its findings and tables; charts are for pages.

    Args:
        level: of its heading.
        escape: makes texts safe for whoever reads the Markdown.
    """
    parts = [f"{'#' * level} {escape(section.title)}"]
    parts += [f"**{escape(chart.title)}.**" for chart in section.charts]
    parts += [escape(section.note)] if section.note else []
    for table in section.tables:
        parts += [f"{escape(table.caption)}:", table_markdown(table, escape)]
    return "\n\n".join(parts)


def table_markdown(table: Table, escape: Escape = escaped) -> str:
    """A table with its numbers to the right."""
    words = {0, *table.texts}
    ends = ["---" if at in words else "---:" for at in range(len(table.header))]
    rows = [[_cell(cell, escape) for cell in row] for row in (table.header, *table.rows)]
    rows.insert(1, ends)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(cell: Cell | str, escape: Escape) -> str:
    if isinstance(cell, str):
        return escape(cell)
    return escape(f"{cell.text} ({cell.note})" if cell.note else cell.text)
