"""The gold answers in a cell, however people write them down."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable

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
        None when the cell is missing or blank, that is, not labelled.
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
    if text.casefold().rstrip(". ") in NO_ANSWER:
        return ()
    return _distinct(text.split(SEPARATOR))


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


def _several(value: list[object] | tuple[object, ...] | dict[str, object]) -> tuple[str, ...]:
    if isinstance(value, dict):
        texts = value.get("text")
        value = list(texts) if isinstance(texts, (list, tuple, np.ndarray)) else [texts]
    items = [item.get("text") if isinstance(item, dict) else item for item in value]
    return _distinct(as_text(item) for item in items if item is not None)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in map(str.strip, texts) if text))
