"""A text with places marked in it: where a summary's sentence or a keyword stands."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.report.wording import clean

MARK = "45, 160, 145"
LONGEST = 20_000


@dataclass(frozen=True)
class Place:
    """A stretch of a text with a note.

    Attributes:
        start, end: characters of the text.
        note: a number or a kind, shown small behind the stretch; nothing when empty.
    """

    start: int
    end: int
    note: str = ""


def places_html(text: str, places: Sequence[Place]) -> str:
    """The text as HTML, every piece escaped, the places tinted, underlined and noted.

    Args:
        text: of the user; shown as it is, cut after 20,000 characters.
        places: in any order; of two that overlap the first is marked.
    """
    parts, last = [], 0
    shown = text[:LONGEST]
    for place in sorted(places, key=lambda each: (each.start, -each.end)):
        if place.start < last or place.end > len(shown) or place.end <= place.start:
            continue
        parts += [_escaped(shown[last : place.start]), _marked(shown, place)]
        last = place.end
    parts.append(_escaped(shown[last:]))
    body = "".join(parts) + ("…" if len(text) > LONGEST else "")
    return _paragraph(body) if body.strip() else nothing_html()


def lines_html(lines: Sequence[tuple[str, str]]) -> str:
    """Sentences with notes as HTML, one below the other; those without a note are left plain."""
    if not lines:
        return nothing_html()
    return "".join(
        _paragraph(_marked(text, Place(0, len(text), note)) if note else _escaped(text))
        for text, note in lines
    )


def nothing_html() -> str:
    """What stands where there is no text."""
    return '<p style="margin:0;opacity:.65"><em>(nothing)</em></p>'


def _paragraph(body: str) -> str:
    look = "line-height:1.8;margin:0 0 .4rem;white-space:pre-wrap;overflow-wrap:anywhere"
    return f'<p dir="auto" style="{look}">{body}</p>'


def _marked(text: str, place: Place) -> str:
    style = (
        f"padding:1px 2px;border-radius:3px;color:inherit;background:rgba({MARK},.18);"
        f"border-bottom:2px solid rgb({MARK});"
    )
    note = f'<sup style="padding-left:2px;font-weight:600">{html.escape(clean(place.note))}</sup>'
    inside = _escaped(text[place.start : place.end])
    return f'<mark style="{style}">{inside}{note if place.note else ""}</mark>'


def _escaped(text: str) -> str:
    return html.escape(clean(text))
