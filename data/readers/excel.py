"""Reads Excel workbooks: values only, one sheet, never a macro."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import pandas as pd

from data.errors import DataError
from data.limits import Limits
from data.readers import archive, columns
from data.readers.parsed import Parsed

if TYPE_CHECKING:
    from openpyxl import Workbook

# What openpyxl raises on workbooks that are damaged or made to harm.
_BROKEN = (
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    zlib.error,
)


def sheet_names(content: bytes, name: str, limits: Limits) -> tuple[str, ...]:
    """Returns the names of the sheets that hold cells, in the order of the workbook."""
    _check(content, name, limits)
    book = _open(content, name, values=True)
    try:
        return tuple(sheet.title for sheet in book.worksheets)
    finally:
        book.close()


def read(content: bytes, name: str, limits: Limits, sheet: str | None = None) -> Parsed:
    """Returns one sheet: the one named, or the first with a header and a row.

    Raises:
        DataError: The workbook is damaged, the sheet does not exist or is empty, or a limit is met.
    """
    formulas, macros = _check(content, name, limits)
    book = _open(content, name, values=True)
    try:
        names = [each.title for each in book.worksheets]
        if sheet is not None and sheet not in names:
            raise DataError(f"{name} has no sheet {sheet!r}; it has {columns.listed(names)}.")
        rows: list[tuple[Any, ...]] = []
        chosen = sheet
        for each in [sheet] if sheet is not None else names:
            rows, start = _cells(book, each, name, limits)
            chosen = each
            if len(rows) > 1:
                break
    finally:
        book.close()
    if len(rows) < 2 or chosen is None:
        where = f"Sheet {sheet!r} of {name}" if sheet is not None else name
        raise DataError(
            f"{where} has no table. It needs a header line and at least one row of data below it."
        )
    notes = [f"Read as Excel, sheet {chosen!r} of {len(names)}."]
    if macros:
        notes.append("The workbook holds macros; they are never run, only values are read.")
    if formulas:
        notes += _uncalculated(content, name, chosen, limits)
    frame, more = _frame(rows, name, limits)
    choices = (("sheet", chosen),) if len(names) > 1 else ()
    return Parsed(frame, (*notes, *more), first_row=start + 1, choices=choices)


def _check(content: bytes, name: str, limits: Limits) -> tuple[bool, bool]:
    """Checks the packed parts; returns whether there are formulas and macros."""
    package = archive.opened(content, name, limits)
    formulas = macros = False
    for part in package.infolist():
        lower = part.filename.lower()
        macros |= lower.endswith("vbaproject.bin")
        if not lower.endswith((".xml", ".rels")):
            continue
        try:
            with package.open(part) as stream:
                head = stream.read(4096)
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise DataError(
                        f"{name} declares XML entities, which no spreadsheet program writes. "
                        "Open it in Excel and save it again as .xlsx."
                    )
                if "worksheets/" in lower and not formulas:
                    formulas = _mentions(stream, head, b"<f")
        except _BROKEN as error:
            raise _damaged(name) from error
    return formulas, macros


def _mentions(stream: Any, head: bytes, mark: bytes) -> bool:
    block = head
    while block:
        if mark + b">" in block or mark + b" " in block:
            return True
        tail = block[-2:]
        block = stream.read(1 << 20)
        block = tail + block if block else b""
    return False


def _open(content: bytes, name: str, *, values: bool) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(
            io.BytesIO(content), read_only=True, data_only=values, keep_links=False
        )
    except (*_BROKEN, InvalidFileException) as error:
        raise _damaged(name) from error


def _damaged(name: str) -> DataError:
    return DataError(
        f"{name} is an Excel workbook that cannot be opened: it is damaged or cut short. "
        "Open it in Excel and save it again as .xlsx, or export the sheet as CSV."
    )


def _cells(
    book: Workbook, sheet: str, name: str, limits: Limits
) -> tuple[list[tuple[Any, ...]], int]:
    """Returns the rows from the first that is not blank, and its number in the sheet."""
    view = book[sheet]
    if hasattr(view, "reset_dimensions"):
        # The size a workbook declares may be wrong by a million rows.
        view.reset_dimensions()
    rows: list[tuple[Any, ...]] = []
    start = 1
    trailing = held = 0
    try:
        for number, row in enumerate(view.iter_rows(values_only=True), start=1):
            width = len(row)
            while width and row[width - 1] in (None, ""):
                width -= 1
            if not rows:
                start = number
                if not width:
                    continue
            if width > limits.columns:
                raise DataError(
                    f"Sheet {sheet!r} of {name} has {width:,} columns; at most {limits.columns:,} "
                    "are read. Keep the columns that matter."
                )
            held += width
            if held > limits.cells:
                raise DataError(
                    f"Sheet {sheet!r} of {name} has more than {limits.cells:,} cells. "
                    "Keep fewer rows or columns, or export it as CSV or Parquet."
                )
            trailing = trailing + 1 if not width else 0
            rows.append(tuple(row[:width]))
    except _BROKEN as error:
        raise _damaged(name) from error
    return rows[: len(rows) - trailing], start


def _uncalculated(content: bytes, name: str, sheet: str, limits: Limits) -> list[str]:
    """Notes formulas, and those without a stored result, which read as missing cells."""
    with_formulas = _open(content, name, values=False)
    with_values = _open(content, name, values=True)
    try:
        formula_rows, _ = _cells(with_formulas, sheet, name, limits)
        value_rows, _ = _cells(with_values, sheet, name, limits)
    finally:
        with_formulas.close()
        with_values.close()
    formulas = missing = 0
    for position, row in enumerate(formula_rows):
        values = value_rows[position] if position < len(value_rows) else ()
        for place, cell in enumerate(row):
            value = values[place] if place < len(values) else None
            if isinstance(cell, str) and cell.startswith("=") and cell != value:
                formulas += 1
                missing += value is None
    notes = []
    if formulas:
        notes.append(f"{formulas:,} cells are formulas; their stored values were read.")
    if missing:
        notes.append(
            f"{missing:,} of them have no stored value and read as missing: open the workbook in "
            "Excel and save it to store them."
        )
    return notes


def _frame(
    rows: list[tuple[Any, ...]], name: str, limits: Limits
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    header, body = rows[0], rows[1:]
    width = max(map(len, rows))
    names, notes = columns.unique_names(
        [columns.as_text(cell) if cell is not None else "" for cell in header]
        + [""] * (width - len(header))
    )
    built = {}
    for place, column in enumerate(names):
        cells = [row[place] if place < len(row) else None for row in body]
        for position, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) > limits.cell_characters:
                raise DataError(
                    f"{name} has a cell of {len(cell):,} characters in {column!r}, data row "
                    f"{position + 1:,}; at most {limits.cell_characters:,} are read. Shorten it."
                )
        built[column] = columns.series(cells)
    return pd.DataFrame(built), notes
