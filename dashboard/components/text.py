"""Texts of users inside our pages: always shown, never obeyed."""

from __future__ import annotations

from dashboard.charts.text import escape_markdown
from pipelines.evaluation.score import Score

LONGEST = 300


def shown(text: object, most: int = LONGEST) -> str:
    """A user's text for a Markdown place: escaped, cut, on one line."""
    return escape_markdown(cut(text, most))


def cut(text: object, most: int = LONGEST) -> str:
    """A user's text on one line and cut, for places that read no Markdown."""
    flat = " ".join(str(text).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def percent(value: float) -> str:
    """A share as `89.3 %`."""
    return f"{100 * value:.1f} %"


def interval(score: Score, as_percent: bool = True) -> str:
    """The interval of a score as `87.1 to 91.2 %`."""
    if score.low is None or score.high is None:
        return "no interval"
    if as_percent:
        return f"{100 * score.low:.1f} to {100 * score.high:.1f} %"
    return f"{score.low:.3f} to {score.high:.3f}"


def count(number: int, one: str, several: str | None = None) -> str:
    """A number with its noun: `1 row`, `2,004 rows`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
