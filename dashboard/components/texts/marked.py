"""A text with the words marked that another one does not have."""

from __future__ import annotations

import html

from pipelines.evaluation.word_differences import differing_words
from pipelines.report.wording import clean

MARK = "217, 95, 2"
LONGEST = 4000


def marked_html(text: str, other: str | None) -> str:
    """The text as HTML, every piece escaped, differing words underlined on a tint.

    Args:
        text: of the user; shown as it is, cut after 4,000 characters.
        other: what it is held against; nothing is marked without.
    """
    own = clean(text)
    if not own.strip():
        return '<p style="margin:0;opacity:.65"><em>(nothing)</em></p>'
    own = own if len(own) <= LONGEST else own[: LONGEST - 1] + "…"
    pieces = ((own, False),) if other is None else differing_words(own, clean(other))
    style = (
        f"padding:1px 2px;border-radius:3px;color:inherit;background:rgba({MARK},.18);"
        f"border-bottom:2px solid rgb({MARK});"
    )
    parts = [
        f'<mark style="{style}">{html.escape(piece)}</mark>' if marked else html.escape(piece)
        for piece, marked in pieces
    ]
    look = "line-height:1.8;margin:0;white-space:pre-wrap;overflow-wrap:anywhere"
    return f'<p dir="auto" style="{look}">{"".join(parts)}</p>'
