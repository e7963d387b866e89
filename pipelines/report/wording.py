"""Numbers and foreign text as a reader of the report meets them."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from pipelines.evaluation.score import Comparison, Score

# Controls have no glyph; embeddings, overrides and isolates would reorder what stands around them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff]"
)
_ROW = re.compile(r"\b[Rr]ow(?=s?\b)")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: object) -> str:
    """Text without control characters, bidirectional overrides and lone surrogates."""
    return _SURROGATES.sub("�", _UNPRINTABLE.sub("", str(text)))


def cut(text: object, length: int) -> str:
    """Text on one line, cleaned, and of at most `length` characters with the ellipsis."""
    # Only the start can be shown, so only the start of a very long cell is looked at.
    line = " ".join(clean(str(text)[: 4 * length + 100]).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def fit(text: object, columns: int) -> str:
    """Text of at most `columns` Latin letters' width; East Asian characters take two."""
    line = cut(text, columns)
    width = 0
    for position, character in enumerate(line):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > columns:
            return line[: max(position - 1, 1)] + "…"
    return line


def percent(share: float, digits: int = 1) -> str:
    """A share of 0 to 1 as `89.3 %`."""
    return f"{100 * share:.{digits}f} %"


def points(delta: float) -> str:
    """A difference of shares as `31 points`, with one decimal below ten."""
    value = abs(100 * delta)
    text = f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"
    return f"{text} {'point' if text in ('1', '1.0') else 'points'}"


def interval(score: Score | None, *, as_percent: bool = True, digits: int = 3) -> str:
    """A score as `89.3 % (87.1 to 91.2)` or `0.893 (0.871 to 0.912)`, of `digits` decimals.

    An interval that would read as having no width is left out: `0.000 (0.000 to 0.000)` claims what
    no sample can show.
    """
    if score is None:
        return "–"
    scale, digits = (100, 1) if as_percent else (1, digits)
    # One that rounds to nothing has no sign.
    value = f"{scale * score.value:z.{digits}f}{' %' if as_percent else ''}"
    if score.low is None or score.high is None:
        return value
    low, high = f"{scale * score.low:z.{digits}f}", f"{scale * score.high:z.{digits}f}"
    return value if low == high else f"{value} ({low} to {high})"


def signed(value: float, digits: int = 3) -> str:
    """A difference as `+0.021` or `-0.021`; one that rounds to nothing has no sign."""
    text = f"{value:+.{digits}f}"
    return text if any(digit in text for digit in "123456789") else text[1:]


def gain(comparison: Comparison | None, *, as_percent: bool = True, digits: int = 3) -> str:
    """A difference as `+12.2 points (6.1 to 18.7)`, or with `digits` decimals and no unit."""
    if comparison is None:
        return "–"
    scale, digits = (100, 1) if as_percent else (1, digits)
    value = f"{signed(scale * comparison.delta, digits)}{' points' if as_percent else ''}"
    if comparison.low is None or comparison.high is None:
        return value
    low, high = signed(scale * comparison.low, digits), signed(scale * comparison.high, digits)
    return f"{value} ({low} to {high})".replace("-", "−")


def rows(count: int, unit: str = "row") -> str:
    """A count as `1,234 rows`, or of another unit such as `image`."""
    return f"{count:,} {unit if count == 1 else f'{unit}s'}"


def in_units(text: str, unit: str) -> str:
    """Words of our own about rows, about the unit in their place; never for names of a user's."""
    return _ROW.sub(lambda found: unit.capitalize() if found[0][0] == "R" else unit, text)


def moment(when: datetime) -> str:
    """A time as `22 November 2026, 00:31 UTC`."""
    return f"{when.day} {when:%B %Y, %H:%M} UTC"
