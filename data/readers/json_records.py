"""Reads JSON Lines, and JSON documents that hold one list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from data.errors import DataError
from data.limits import Limits
from data.readers import columns, encoding
from data.readers.parsed import Parsed

_NEEDED = 'Each record needs to be an object such as {"text": "...", "label": "..."}.'


_KINDS = {str: "a single text", int: "a single number", float: "a single number",
          bool: "a single yes or no", type(None): "nothing (null)"}


def looks_like_json(content: bytes) -> bool:
    """Tells whether the first line, or the start of the document, is JSON with objects."""
    head = content[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"[":
        return head[1:].lstrip()[:1] in (b"{", b"]")
    if head[:1] != b"{":
        return False
    rest = head[1:].lstrip()
    return rest[:1] in (b'"', b"}")


def is_scalar(content: bytes) -> bool:
    """Tells whether the content is JSON of a single text or number, or of nothing."""
    try:
        return not isinstance(json.loads(content), dict | list)
    except (ValueError, RecursionError):
        return False


def read(content: bytes, name: str, limits: Limits) -> Parsed:
    """Returns the records as a table; objects inside records become columns `outer.inner`.

    Raises:
        DataError: The JSON is broken (with its line), holds no list of objects, or is over a limit.
    """
    utf8, title, notes = encoding.to_utf8(content, name)
    text = utf8.decode("utf-8").strip()
    if not text:
        raise DataError(f"{name} is empty. {_NEEDED}")
    lines_first = text[0] == "{" and "\n" in text and _is_object(text.split("\n", 1)[0])
    if lines_first:
        records, kind = _from_lines(text, name), "JSON Lines"
    else:
        records, kind = _from_document(text, name)
    if not records:
        raise DataError(f"{name} holds no records. {_NEEDED}")
    frame = _frame(records, name, limits)
    return Parsed(frame, (f"Read as {kind}, {title}.", *notes), first_row=1)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        # A bad first line of several is told as such by the reader of lines.
        return line.rstrip().endswith("}")


def _from_lines(text: str, name: str) -> list[dict[str, Any]]:
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(
                f"Line {number:,} of {name} is not valid JSON ({_reason(error)}): {line[:60]!r}. "
                "Correct or remove that line."
            ) from None
        if not isinstance(record, dict):
            raise DataError(f"Line {number:,} of {name} is not an object: {line[:60]!r}. {_NEEDED}")
        records.append(record)
    return records


def _from_document(text: str, name: str) -> tuple[list[dict[str, Any]], str]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f" in line {error.lineno:,}" if isinstance(error, json.JSONDecodeError) else ""
        raise DataError(
            f"{name} is not valid JSON{line} ({_reason(error)}). "
            "Correct it, or export the table as CSV or JSON Lines."
        ) from None
    if isinstance(document, dict):
        rows = _from_columns(document, name)
        if rows is not None:
            return rows, "JSON of columns"
        lists = [key for key, value in document.items() if _is_records(value)]
        if len(lists) > 1:
            raise DataError(
                f"{name} holds {len(lists)} lists of records: {columns.listed(lists)}. "
                "Keep one list in the file."
            )
        document = document[lists[0]] if lists else [document]
    if not isinstance(document, list):
        raise DataError(f"{name} holds {_KINDS[type(document)]}, not records. {_NEEDED}")
    for number, record in enumerate(document, start=1):
        if not isinstance(record, dict):
            raise DataError(f"Record {number:,} of {name} is {str(record)[:40]!r}. {_NEEDED}")
    return document, "JSON"


def _from_columns(document: Mapping[str, Any], name: str) -> list[dict[str, Any]] | None:
    """The records of columns given as lists, or as objects by row number; None for other JSON."""
    cells = list(document.values())
    if len(cells) < 2:
        return None
    if all(isinstance(each, dict) and "0" in each for each in cells):
        if any(list(each) != list(map(str, range(len(each)))) for each in cells):
            return None
        cells = [list(each.values()) for each in cells]
    if not all(isinstance(each, list) and each for each in cells):
        return None
    if any(isinstance(cell, dict | list) for each in cells for cell in each):
        return None
    sizes = [len(each) for each in cells]
    if len(set(sizes)) > 1:
        counts = [f"{key[:40]} ({size:,})" for key, size in zip(document, sizes, strict=True)]
        raise DataError(
            f"{name} holds columns of different length: {columns.listed(counts)}. Each column "
            "needs an entry for each row."
        )
    return [dict(zip(document, row, strict=True)) for row in zip(*cells, strict=True)]


def _is_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at character {error.colno:,}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"


def _flat(record: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, dict) and value:
            for inner, cell in value.items():
                yield f"{key}.{inner}", cell
        else:
            yield key, value


def _frame(records: list[dict[str, Any]], name: str, limits: Limits) -> pd.DataFrame:
    cells: dict[str, list[Any]] = {}
    for position, record in enumerate(records):
        for key, value in _flat(record):
            column = cells.get(key)
            if column is None:
                if len(cells) >= limits.columns:
                    raise DataError(
                        f"{name} has more than {limits.columns:,} different keys. "
                        "Keep the keys that matter, such as text, label and date."
                    )
                column = cells[key] = []
            if len(column) <= position:
                column.extend([None] * (position - len(column)))
                column.append(value)
            if isinstance(value, str) and len(value) > limits.cell_characters:
                raise DataError(
                    f"Record {position + 1:,} of {name} has {len(value):,} characters in "
                    f"{key[:40]!r}; "
                    f"at most {limits.cell_characters:,} are read. Shorten it."
                )
    if not cells:
        raise DataError(f"The records of {name} have no keys. {_NEEDED}")
    names, _ = columns.unique_names([columns.as_text(key) for key in cells])
    built = {}
    for new, column in zip(names, cells.values(), strict=True):
        column.extend([None] * (len(records) - len(column)))
        built[new] = columns.series(column)
    return pd.DataFrame(built)
