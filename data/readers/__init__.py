"""Reads a table from the bytes of a file: what it is told by content first, then by name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Literal

import numpy as np

from data.errors import DataError
from data.limits import Limits
from data.readers import (
    archive,
    delimited,
    encoding,
    excel,
    json_records,
    parquet,
    signatures,
)
from data.readers.opening import clean_name, content_of, suffix
from data.readers.parsed import Parsed
from data.table import Table, fingerprint

__all__ = ["TooManyRows", "UnknownFormat", "is_workbook", "read_path", "read_table", "sheet_names"]

Format = Literal["delimited", "json", "excel", "parquet", "gzip", "zip"]

_TITLES: dict[Format, str] = {
    "delimited": "delimited text",
    "json": "JSON",
    "excel": "an Excel workbook",
    "parquet": "a Parquet file",
    "gzip": "a gzip file",
    "zip": "a ZIP archive",
}
_SUFFIXES: dict[Format, tuple[str, ...]] = {
    "delimited": ("csv", "tsv", "txt", "tab", "psv", "dat"),
    "json": ("json", "jsonl", "ndjson"),
    "excel": ("xlsx", "xlsm", "xltx", "xltm"),
    "parquet": ("parquet", "pq"),
    "gzip": ("gz", "gzip"),
    "zip": ("zip",),
}
# Every ending that a file of a table may have; what it holds decides how it is read.
ENDINGS = tuple(ending for endings in _SUFFIXES.values() for ending in endings)


class TooManyRows(DataError):
    """The file has more rows than are read; a random sample can be taken in its place.

    Attributes:
        rows: Rows of the file.
        limit: Rows that are read at most.
    """

    def __init__(self, name: str, rows: int, limit: int) -> None:
        super().__init__(
            f"{name} has {rows:,} rows; at most {limit:,} are read. "
            "Go on with a random sample, on the command line with --limit N, or bring a part."
        )
        self.rows = rows
        self.limit = limit


class UnknownFormat(DataError):
    """The file is neither text nor of a format that is read.

    Attributes:
        name: Name of the file.
    """

    def __init__(self, name: str, needed: str = signatures.READABLE) -> None:
        super().__init__(f"{name} is not text and no kind of file that is read. Needed is {needed}.")
        self.name = name


def read_table(
    content: bytes,
    name: str,
    *,
    sheet: str | None = None,
    limits: Limits | None = None,
    sample_rows: int | None = None,
    seed: int = 0,
) -> Table:
    """Reads one table.

    Args:
        content: The bytes of the file.
        name: Its name, used in messages and where the content does not say what it is.
        sheet: Sheet of a workbook; by default the first that holds a table.
        limits: What is accepted; by default read from the environment.
        sample_rows: Takes a random sample of that many rows when there are more.
        seed: Seed of the sample.

    Raises:
        TooManyRows: There are more rows than allowed and no sample is asked for.
        DataError: The content cannot be read as a table, or is over another limit.
    """
    limits = limits or Limits.from_environment()
    name = clean_name(name)
    if not content.strip(b" \t\r\n"):
        found = "is empty (0 bytes)" if not content else "holds only blank lines"
        raise DataError(f"{name} {found}. It needs a header line and at least one row of data.")
    large = limits.too_large(name, len(content))
    if large:
        raise DataError(f"{large} Bring a part of it, or the same table as Parquet or gzip.")
    parsed = _parse(content, name, sheet, limits)
    return _table(content, name, parsed, limits, sample_rows, seed)


def read_path(
    path: Path,
    *,
    sheet: str | None = None,
    limits: Limits | None = None,
    sample_rows: int | None = None,
    seed: int = 0,
) -> Table:
    """Reads one table from a file; see `read_table`.

    Raises:
        DataError: The file cannot be opened, or `read_table` refuses it.
    """
    limits = limits or Limits.from_environment()
    path = Path(path)
    content = content_of(path, limits)
    return read_table(
        content, path.name, sheet=sheet, limits=limits, sample_rows=sample_rows, seed=seed
    )


def sheet_names(content: bytes, name: str) -> tuple[str, ...]:
    """Returns the sheets of an Excel workbook, and nothing for any other file."""
    if not signatures.is_zip(content) or not is_workbook(content):
        return ()
    return excel.sheet_names(content, clean_name(name), Limits.from_environment())


def _parse(
    content: bytes, name: str, sheet: str | None, limits: Limits, packed: bool = False
) -> Parsed:
    kind = _format(content, name)
    if kind in ("gzip", "zip"):
        unpack = archive.gunzip if kind == "gzip" else archive.unzip
        inner, inner_name = unpack(content, name, limits)
        if packed:
            raise DataError(f"{name} holds another archive. Pack the table itself, once.")
        if not inner.strip(b" \t\r\n"):
            raise DataError(f"{inner_name} in {name} is empty. It needs a header line and rows.")
        parsed = _parse(inner, clean_name(inner_name), sheet, limits, packed=True)
        notes = (f"Unpacked from {_TITLES[kind]}.", *parsed.notes)
        return Parsed(parsed.frame, notes, parsed.first_row, parsed.choices)
    if sheet is not None and kind != "excel":
        raise DataError(f"{name} is {_TITLES[kind]} and has no sheets. Leave the sheet out.")
    parsed = _read(kind, content, name, sheet, limits)
    odd = _odd_suffix(kind, name)
    notes = (
        (f"Named .{odd} but read as {_TITLES[kind]}, which it is.",) if odd else ()
    ) + parsed.notes
    return Parsed(parsed.frame, notes, parsed.first_row, parsed.choices)


def _read(kind: Format, content: bytes, name: str, sheet: str | None, limits: Limits) -> Parsed:
    if kind == "excel":
        return excel.read(content, name, limits, sheet)
    if kind == "parquet":
        return parquet.read(content, name, limits)
    if kind == "json":
        return json_records.read(content, name, limits)
    return delimited.read(content, name, limits)


def _format(content: bytes, name: str) -> Format:
    if content.startswith(signatures.PARQUET) and content.endswith(signatures.PARQUET):
        return "parquet"
    if content.startswith(signatures.GZIP):
        return "gzip"
    if signatures.is_zip(content):
        return "excel" if is_workbook(content) else _plain_zip(content, name)
    kind = signatures.foreign(content)
    if kind:
        found, advice = kind
        raise DataError(f"{name} is {found}. {advice or f'Needed is {signatures.READABLE}.'}")
    ending = suffix(name)
    binary: tuple[Format, ...] = ("excel", "parquet", "gzip", "zip")
    for each in binary:
        if ending in _SUFFIXES[each] and not _textual(content):
            raise DataError(
                f"{name} is named like {_TITLES[each]} but is not one, or is cut short. "
                f"Needed is {signatures.READABLE}."
            )
    if not any(ending in each for each in _SUFFIXES.values()) and not _textual(content):
        raise UnknownFormat(name)
    # The first KB in any encoding tells JSON; the reader decodes the rest.
    head = content[:65536]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="ignore").encode()
    named = ending in _SUFFIXES["json"]
    if json_records.looks_like_json(head) or (named and head[:1] in b"[{"):
        return "json"
    if named and len(content) == len(head) and json_records.is_scalar(content):
        return "json"
    return "delimited"


def _textual(content: bytes) -> bool:
    try:
        encoding.to_utf8(content[: 65536 // 4 * 4], "")
    except DataError:
        return False
    return True


def is_workbook(content: bytes) -> bool:
    """Tells whether a ZIP archive is an Excel workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return any(name.lower() == "xl/workbook.xml" for name in package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return False


def _plain_zip(content: bytes, name: str) -> Format:
    for mark, found in (
        (b"word/document", "a Word document"),
        (b"ppt/presentation", "a PowerPoint file"),
        (b"xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
        (b"opendocument.spreadsheet", "an OpenDocument spreadsheet"),
        (b"opendocument.text", "an OpenDocument text"),
    ):
        if mark in content[:4096] or mark in content[-65536:]:
            raise DataError(f"{name} is {found}. Save the table in it as .xlsx or CSV.")
    if suffix(name) in _SUFFIXES["excel"]:
        raise DataError(
            f"{name} is named like an Excel workbook but is not one, or is cut short. "
            "Open it in Excel and save it again as .xlsx."
        )
    return "zip"


def _odd_suffix(kind: Format, name: str) -> str:
    ending = suffix(name)
    known = {each for suffixes in _SUFFIXES.values() for each in suffixes} | {"xls"}
    return ending if ending in known and ending not in _SUFFIXES[kind] else ""


def _table(
    content: bytes, name: str, parsed: Parsed, limits: Limits, sample_rows: int | None, seed: int
) -> Table:
    frame, notes = parsed.frame, parsed.notes
    rows, width = frame.shape
    if width > limits.columns:
        raise DataError(
            f"{name} has {width:,} columns; at most {limits.columns:,} are read. "
            "Keep the columns that matter, such as text, label and date."
        )
    if sample_rows is None and rows > limits.rows:
        raise TooManyRows(name, rows, limits.rows)
    choices: dict[str, object] = dict(parsed.choices)
    source_rows = None
    if sample_rows is not None:
        if sample_rows < 1:
            raise DataError(f"A sample of {sample_rows:,} rows was asked for; it needs at least 1.")
        take = min(sample_rows, limits.rows)
        if rows > take:
            source_rows = np.random.default_rng(seed).choice(rows, size=take, replace=False)
            source_rows.sort()
            frame = frame.iloc[source_rows].reset_index(drop=True)
            choices |= {"sample_rows": take, "seed": seed}
            notes += (f"A random sample of {take:,} of {rows:,} rows (seed {seed}).",)
    return Table(
        name=name,
        frame=frame,
        fingerprint=fingerprint(content, choices),
        notes=notes,
        total_rows=rows,
        first_row=parsed.first_row,
        source_rows=source_rows,
        choices=choices,
    )
