"""The gold answers in a cell, however people write them down."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from data.readers.columns import as_text

SEPARATOR = " || "

# What people write for "the documents do not say", in lower case and without a final dot.
NO_ANSWER = frozenset(
    (
        "no answer",
        "unanswerable",
        "not answerable",
        "not in the documents",
        "not in these documents",
        "none of the documents say",
        "impossible",
        "[no answer]",
    )
)


def gold_answers(cell: object) -> tuple[str, ...] | None:
    """Returns the accepted answers of one cell.

    Args:
        cell: A text; several texts joined by " || "; a list, or a JSON list such as
            `["2019", "in 2019"]`; or the answers of SQuAD, `{"text": [...]}`.

    Returns:
        The different texts in their order; empty when the cell says that there is no answer;
        None when the cell is missing or blank, that is, not labelled. In a list, words for “no
        answer” are none, except where the cell names the character at which they stand.
    """
    if isinstance(cell, np.ndarray):
        cell = cell.tolist()
    if isinstance(cell, (list, tuple, dict)):
        return _several(cell)
    if cell is None or pd.isna(cell):
        return None
    text = as_text(cell).strip()
    if not text:
        return None
    if text[0] in "[{":
        parsed = _parsed(text)
        if parsed is not None:
            return _several(parsed)
    if says_none(text):
        return ()
    return _distinct(text.split(SEPARATOR))


def says_none(text: str) -> bool:
    """Whether a text is one of the phrases for "the documents do not say"."""
    return text.strip().casefold().rstrip(". ") in NO_ANSWER


def answer_spans(cell: object, context: str) -> tuple[tuple[int, int], ...]:
    """Returns where the accepted answers of a cell stand in a context, as character ranges.

    The places that a cell names (`answer_start`, as in SQuAD) count where an answer stands there.
    Else the answers are looked for: as whole words if they stand so anywhere, case and the kind of
    blanks apart.

    Args:
        cell: As `gold_answers` takes it.
        context: What was asked about; without any of the answers there is no place.
    """
    named = [
        (start, start + len(text)) for text, start in _places(cell)
        if text and start >= 0 and context[start : start + len(text)] == text
    ]
    if named:
        return tuple(dict.fromkeys(named))
    found = [span for text in gold_answers(cell) or () for span in _occurrences(text, context)]
    return tuple(dict.fromkeys(found))


def _places(cell: object) -> Iterator[tuple[str, int]]:
    """The answers that name the character they start at."""
    value: object = cell.tolist() if isinstance(cell, np.ndarray) else cell
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        value = _parsed(value.strip())
    if isinstance(value, dict):
        texts, starts = (value.get(name) for name in ("text", "answer_start"))
        if isinstance(texts, str):
            texts, starts = [texts], [starts]
        listed = (list, tuple, np.ndarray)
        if not isinstance(texts, listed) or not isinstance(starts, listed):
            return
        pairs: list[tuple[object, object]] = list(zip(texts, starts, strict=False))
    elif isinstance(value, (list, tuple)):
        entries = [item for item in value if isinstance(item, dict)]
        pairs = [(item.get("text"), item.get("answer_start")) for item in entries]
    else:
        return
    for text, start in pairs:
        if isinstance(text, str) and isinstance(start, (int, np.integer)):
            yield text, int(start)


def _occurrences(text: str, context: str) -> list[tuple[int, int]]:
    words = r"\s+".join(map(re.escape, text.split()))
    if not words:
        return []
    for pattern in (rf"(?<!\w){words}(?!\w)", words):
        found = [match.span() for match in re.finditer(pattern, context, re.IGNORECASE)]
        if found:
            return found
    return []


def _parsed(text: str) -> list[object] | dict[str, object] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        # A list written to CSV by pandas has single quotes. Text with a backslash is left alone:
        # Python would warn about some of them.
        if text[0] != "[" or "\\" in text:
            return None
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None
    if isinstance(value, list) or (isinstance(value, dict) and "text" in value):
        return value
    return None


def _several(
    value: list[object] | tuple[object, ...] | dict[str, object]
) -> tuple[str, ...] | None:
    # What is quoted from a place in the context is an answer, whatever it says.
    quoted = {text for text, start in _places(value) if start >= 0}
    if isinstance(value, dict):
        texts = value.get("text")
        if _missing(texts):
            return None
        value = list(texts) if isinstance(texts, (list, tuple, np.ndarray)) else [texts]
    items = [item.get("text") if isinstance(item, dict) else item for item in value]
    found = [as_text(item) for item in items if not _missing(item)]
    return _distinct(text for text in found if text in quoted or not says_none(text))


def _missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in map(str.strip, texts) if text))
