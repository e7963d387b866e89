"""What a model wrote, in our pages: shown line by line, never obeyed."""

from __future__ import annotations

from dashboard.charts.text import escape_markdown

NO_BREAK = "\u00a0"


def model_markdown(text: str) -> str:
    """A model's text for a Markdown place: its lines and indents kept, everything else escaped."""
    lines = [_line(line) for line in text.strip("\n").split("\n")]
    # Two spaces end a line; an empty line of its own would be lost without something in it.
    return "  \n".join(lines)


def _line(line: str) -> str:
    indent = len(line) - len(line.lstrip(" \t"))
    return NO_BREAK * indent + escape_markdown(line) or NO_BREAK
