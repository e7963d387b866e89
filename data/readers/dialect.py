"""How a delimited text is cut: its delimiter, its quotes, whether the first line is a header.

A quote that opens a cell and is never closed makes a parser swallow every line up to the next
quote. So quoting is believed only where it is well formed; otherwise each physical line is counted
without it, and quotes become plain text where that gives every line the same number of cells.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

DELIMITERS = ",;\t|"
NO_DELIMITER = "\x1f"
TITLES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", NO_DELIMITER: "one column"}

_SAMPLE = 256 * 1024
_CHUNK = 8 << 20
_REPAIRABLE = 32 << 20
# What stands for a missing number is no name of a column.
_CODE = re.compile(r"\s*(n/?a|nan|null|none|missing|-+|\?|\.)\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*[+-]?(\d[\d.,]*|[.,]\d+)([eE][+-]?\d+)?\s*%?\s*$")
_DATE = re.compile(r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")

Quoting = Literal["none", "standard", "plain"]


@dataclass(frozen=True)
class Dialect:
    """The delimiter, how quotes are meant, and the cells of the first line.

    `quoting` is "none" where there are no quotes, "standard" where they enclose cells,
    "plain" where they are part of the text.
    """

    delimiter: str
    quoting: Quoting
    first: list[str]
    has_header: bool


def detect(content: bytes, forced: str | None = None) -> tuple[bytes, Dialect]:
    """Returns the content, with stray quotes repaired where needed, and its dialect.

    Args:
        content: UTF-8 text that begins with a line that is not blank.
        forced: Delimiter that the file itself names in a first line such as `sep=;`.
    """
    sample = content[:_SAMPLE].decode("utf-8", errors="ignore")
    whole = len(content) <= _SAMPLE
    delimiter = forced or _delimiter(sample, whole)
    fields = len(_cut(_first_record(sample), delimiter, True)[0])
    content, quoting = _settle_quotes(content, delimiter, fields)
    sample = content[:_SAMPLE].decode("utf-8", errors="ignore")
    rows = _rows(sample, delimiter, quoting != "plain", whole)
    if quoting == "plain":
        rows = [[unquoted(cell) for cell in row] for row in rows]
    first = rows[0] if rows else [sample]
    return content, Dialect(delimiter, quoting, first, _has_header(rows))


def unquoted(cell: str) -> str:
    """Returns a cell without the quotes that enclose it."""
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _first_record(sample: str) -> str:
    line_end = re.search(r"[\r\n]", sample)
    line = sample[: line_end.start()] if line_end else sample
    return sample if line.count('"') % 2 else line


def _cut(text: str, delimiter: str, quotes: bool) -> list[list[str]]:
    if not quotes:
        return [
            line.split(delimiter) for line in re.split(r"\r\n|\n|\r", text) if line.strip(" \t")
        ]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        rows.extend(row for row in reader if row)
    except csv.Error:
        if not rows:
            return _cut(text, delimiter, False)
    return rows or [[text]]


def _rows(
    sample: str, delimiter: str, quotes: bool, whole: bool, most: int = 500
) -> list[list[str]]:
    rows = _cut(sample, delimiter, quotes)
    if not whole and len(rows) > 1:
        rows = rows[:-1]
    return rows[:most]


def _delimiter(sample: str, whole: bool) -> str:
    best, best_score = NO_DELIMITER, 0.0
    for delimiter in DELIMITERS:
        for quotes in (True, False):
            rows = _rows(sample, delimiter, quotes, whole)
            width = len(rows[0])
            if width < 2:
                continue
            # Some exports end every row, but not the header, with a delimiter.
            agreeing = sum(
                len(row) == width or (len(row) == width + 1 and not row[-1]) for row in rows
            ) / len(rows)
            header_like = all(len(cell) <= 40 for cell in rows[0]) and any(
                cell.strip() for cell in rows[0]
            )
            if agreeing < (0.5 if header_like else 0.95):
                continue
            if len(rows) == 1 and not _single_line_is_row(rows[0]):
                continue
            score = round(agreeing, 1) + 0.01 * min(width, 9)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _single_line_is_row(row: list[str]) -> bool:
    return all(len(cell.split()) <= 3 for cell in row)


def _settle_quotes(content: bytes, delimiter: str, fields: int) -> tuple[bytes, Quoting]:
    if b'"' not in content:
        return content, "none"
    newline = b"\n" if b"\n" in content else b"\r"
    mark = delimiter.encode()
    formed, inner_lines = _well_formed(content, mark, newline)
    if not formed and b'\\"' in content:
        doubled = content.replace(b'\\"', b'""')
        formed, inner_lines = _well_formed(doubled, mark, newline)
        content = doubled if formed else content
    if formed and not inner_lines:
        return content, "standard"
    lines_agree = fields > 1 and _every_line_has(content, mark, fields, newline)
    if formed:
        # Lines inside quotes that are complete rows by themselves were swallowed, not meant.
        swallowed = lines_agree and (delimiter == "\t" or inner_lines >= 3)
        return content, "plain" if swallowed else "standard"
    if lines_agree or fields == 1 or len(content) > _REPAIRABLE:
        return content, "plain"
    return _repaired(content, mark, fields, newline), "standard"


def _well_formed(content: bytes, mark: bytes, newline: bytes) -> tuple[bool, int]:
    """Tells whether every quote opens, closes or doubles, and counts the lines inside cells."""
    view = np.frombuffer(content, np.uint8)
    opens_after = np.isin(np.arange(256), [mark[0], 10, 13, 34])
    parity, inner = 0, 0
    for start in range(0, len(view), _CHUNK):
        chunk = view[start : start + _CHUNK]
        where = np.flatnonzero(chunk == 34)
        if len(where):
            order = (np.arange(len(where)) + parity) % 2
            opening, closing = where[order == 0] + start, where[order == 1] + start
            opening = opening[opening > 0]
            closing = closing[closing < len(view) - 1]
            if not opens_after[view[opening - 1]].all() or not opens_after[view[closing + 1]].all():
                return False, 0
        breaks = np.flatnonzero(chunk == newline[0])
        inner += int(((np.searchsorted(where, breaks) + parity) % 2 == 1).sum())
        parity = (parity + len(where)) % 2
    return parity == 0, inner


def _every_line_has(content: bytes, mark: bytes, fields: int, newline: bytes) -> bool:
    view = np.frombuffer(content, np.uint8)
    start = 0
    while start < len(view):
        end = min(start + _CHUNK, len(view))
        if end < len(view):
            cut = content.rfind(newline, start, end)
            cut = content.find(newline, end) if cut < 0 else cut
            end = len(view) if cut < 0 else cut + 1
        chunk = view[start:end]
        edges = np.concatenate(([-1], np.flatnonzero(chunk == newline[0]), [len(chunk)]))
        marks = np.flatnonzero(chunk == mark[0])
        per_line = np.diff(np.searchsorted(marks, edges))
        # A line of one character is a blank one with its carriage return.
        if np.any((per_line != fields - 1) & (np.diff(edges) > 2)):
            return False
        start = end
    return True


def _repaired(content: bytes, mark: bytes, fields: int, newline: bytes) -> bytes:
    """Encloses cells that begin with a stray quote, so that the quote is text."""
    cut = re.escape(mark)
    opening = re.compile(rb"(?:\A|(?<=[" + cut + rb'\r\n]))"')
    # The repetition is bounded, as an attacker could make each failed match scan the whole file.
    proper = re.compile(rb'"[^"]*+(?:""[^"]*+){0,200}"(?=[' + cut + rb"\r\n]|\Z)")
    ending = re.compile(rb"[" + cut + rb"\r\n]|\Z")
    parts: list[bytes] = []
    copied = at = 0
    while True:
        found = opening.search(content, at)
        if found is None:
            break
        start = found.start()
        match = proper.match(content, start)
        if match and not _swallows(content, start, match.end(), mark, fields, newline):
            at = match.end()
            continue
        end = ending.search(content, start)
        at = end.start() if end else len(content)
        parts += [content[copied:start], b'"', content[start:at].replace(b'"', b'""'), b'"']
        copied = at
    return b"".join([*parts, content[copied:]])


def _swallows(
    content: bytes, start: int, end: int, mark: bytes, fields: int, newline: bytes
) -> bool:
    if content.find(newline, start, end) < 0:
        return False
    first = content.rfind(newline, 0, start) + 1
    last = content.find(newline, end)
    lines = content[first : last if last >= 0 else len(content)].split(newline)
    return all(line.count(mark) == fields - 1 for line in lines)


def _has_header(rows: list[list[str]]) -> bool:
    first, rest = rows[0], rows[1:101]
    if not rest:
        return not any(_NUMBER.match(cell) for cell in first)
    if len(first) == 1:
        return len(first[0].split()) < 6 and not _NUMBER.match(first[0])
    named = False
    repeated = False
    for position, cell in enumerate(first):
        below = [row[position] for row in rest if position < len(row) and row[position].strip()]
        if not below:
            continue
        for kind in (_NUMBER, _DATE):
            alike = sum(bool(kind.match(item)) for item in below) > 0.8 * len(below)
            # Years may be headers of numbers, beside other headers that are words.
            year = re.fullmatch(r"\s*(19|20)\d\d\s*", cell) and _all_texts_else(first)
            if kind.match(cell) and alike and not year:
                return False
            named |= bool(alike and cell.strip() and not kind.match(cell) and not _CODE.match(cell))
        if len(cell.split()) > 7 and len(cell) > 40:
            return False
        repeated |= bool(cell.strip() and len(below) > 4 and below.count(cell) >= 2)
    # A label may be called as one of its values, but then another column has a name of its own.
    return named or not repeated


def _all_texts_else(first: list[str]) -> bool:
    return any(cell.strip() and not _NUMBER.match(cell) for cell in first)
