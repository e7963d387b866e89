"""Reads delimited text: CSV, TSV and their relatives in any common encoding."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data.errors import DataError
from data.limits import Limits
from data.readers import columns, dialect, encoding
from data.readers.parsed import Parsed

_BLOCK = 8 << 20


@dataclass
class _Ragged:
    """What the parser met on rows whose cells do not match the header."""

    shorter: int = 0
    longer: list[tuple[int | None, int, str]] = field(default_factory=list)
    surplus: int = 0
    only_blank_extras: bool = True

    def meet(self, row: pa.csv.InvalidRow, delimiter: str) -> str:
        if row.actual_columns < row.expected_columns:
            self.shorter += 1
            return "skip"
        extra = row.actual_columns - row.expected_columns
        self.surplus = max(self.surplus, extra)
        if row.text[-extra:] != delimiter * extra:
            self.only_blank_extras = False
        if len(self.longer) < 3:
            self.longer.append((row.number, row.actual_columns, row.text[:60]))
        return "skip"


def read(content: bytes, name: str, limits: Limits) -> Parsed:
    """Returns the table in a delimited text.

    Raises:
        DataError: There is no header or no row, a row has more cells than the header, a cell is too
            long, there are too many columns, or the bytes are not text.
    """
    content, title, notes = encoding.to_utf8(content, name)
    content = re.sub(rb"\A(?:[ \t]*[\r\n])+", b"", content)
    if not content.strip(b' \t\r\n,;|"'):
        raise DataError(
            f"{name} holds only blank lines. It needs a header line and at least one row of data."
        )
    forced = re.match(rb'\A"?sep=([,;\t|])"?\r?\n', content)
    if forced:
        content = content[forced.end() :]
    if not content.endswith((b"\n", b"\r")) and len(content) < _BLOCK:
        # The parser takes a header that no line ends for a row cut in two.
        content += b"\n"
    _check_first_line(content, name, limits)
    content, form = dialect.detect(content, forced.group(1).decode() if forced else None)
    names, name_notes = columns.unique_names(
        form.first if form.has_header else [""] * len(form.first)
    )
    if len(names) > limits.columns:
        raise DataError(
            f"{name} has {len(names):,} columns; at most {limits.columns:,} are read. "
            "Keep the columns that matter, such as text, label and date, and upload that."
        )
    table, padded = _parse(content, name, names, form, limits)
    if not table.num_rows:
        raise DataError(
            f"{name} has a header ({columns.listed(names)}) but no rows. Add at least one row "
            "of data."
        )
    _check_cells(table, name, limits)
    if form.quoting == "plain":
        table = _without_enclosing_quotes(table)
    frame = _frame(table, decimal_comma=form.delimiter == ";")
    read_as = {dialect.NO_DELIMITER: "one column"}.get(
        form.delimiter, f"{dialect.TITLES[form.delimiter]}-separated"
    )
    all_notes = [f"Read as {read_as}, {title}.", *notes]
    if form.quoting == "plain":
        all_notes.append("Double quotes are part of the text in this file and were kept.")
    if form.has_header:
        all_notes += name_notes
    else:
        all_notes.append(
            f"No header line was found, so columns are called {columns.listed(names)}."
        )
    if padded:
        all_notes.append(
            f"{padded:,} rows had fewer cells than the header; their last cells are missing."
        )
    return Parsed(frame, tuple(all_notes), first_row=2 if form.has_header else 1)


def _check_first_line(content: bytes, name: str, limits: Limits) -> None:
    end = re.search(rb"[\r\n]", content)
    line = content[: end.start()] if end else content
    if len(line) > 4 * limits.cell_characters:
        raise DataError(
            f"The first line of {name} is {len(line) / 2**20:,.1f} MB long, so it cannot be a "
            "header. "
            "Check that the file is a table with one row per line."
        )


def _parse(
    content: bytes, name: str, names: list[str], form: dialect.Dialect, limits: Limits
) -> tuple[pa.Table, int]:
    ragged = _Ragged()
    table = _arrow(content, name, names, form, limits, ragged, threads=True)
    if ragged.longer:
        if ragged.only_blank_extras:
            return _padded(content, name, names, form, ragged.surplus), ragged.shorter
        ragged = _Ragged()
        _arrow(content, name, names, form, limits, ragged, threads=False)
        longer = [item for item in ragged.longer if item[2].rstrip(form.delimiter)]
        number, cells, text = longer[0]
        raise DataError(
            f"Row {number or 1:,} of {name} has {cells:,} cells but the header has {len(names):,}: "
            f"{text!r}. Put quotes around cells that contain a "
            f"{dialect.TITLES[form.delimiter]}, or remove the extra cells."
        )
    if ragged.shorter:
        return _padded(content, name, names, form, ragged.surplus), ragged.shorter
    return table, 0


def _arrow(
    content: bytes,
    name: str,
    names: list[str],
    form: dialect.Dialect,
    limits: Limits,
    ragged: _Ragged,
    *,
    threads: bool,
) -> pa.Table:
    quoted = form.quoting == "standard"
    try:
        return pa.csv.read_csv(
            pa.BufferReader(content),
            read_options=pa.csv.ReadOptions(
                use_threads=threads,
                block_size=max(_BLOCK, 4 * limits.cell_characters + 65536),
                column_names=names,
                skip_rows_after_names=1 if form.has_header else 0,
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=form.delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                invalid_row_handler=lambda row: ragged.meet(row, form.delimiter),
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        if "straddl" in str(error) or "block size" in str(error):
            raise _too_long(name, None, limits) from None
        raise DataError(
            f"{name} cannot be cut into rows and columns as "
            f"{dialect.TITLES[form.delimiter]}-separated "
            "text. Open it in a spreadsheet and export it again as CSV (UTF-8)."
        ) from error


def _padded(
    content: bytes, name: str, names: list[str], form: dialect.Dialect, surplus: int
) -> pa.Table:
    extra = [f"\x1f{position}" for position in range(surplus)]
    quoted = form.quoting == "standard"
    try:
        frame = pd.read_csv(
            io.BytesIO(content),
            sep=form.delimiter,
            names=names + extra,
            header=None,
            index_col=False,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
            engine="c",
            encoding="utf-8",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise DataError(
            f"{name} has rows with different numbers of cells and cannot be read. "
            "Open it in a spreadsheet and export it again as CSV (UTF-8)."
        ) from error
    frame = frame.iloc[1 if form.has_header else 0 :]
    return pa.table(
        {each: pa.chunked_array([pa.array(frame[each], pa.large_string())]) for each in names}
    )


def _check_cells(table: pa.Table, name: str, limits: Limits) -> None:
    for column in table.column_names:
        lengths = pc.utf8_length(table[column])
        longest = pc.max(lengths).as_py() or 0
        if longest > limits.cell_characters:
            where = int(np.argmax(lengths.fill_null(0).to_numpy()))
            raise _too_long(name, (column, where, longest), limits)


def _too_long(name: str, where: tuple[str, int, int] | None, limits: Limits) -> DataError:
    if where:
        column, row, length = where
        found = (
            f"{name} has a cell of {length:,} characters (column {column!r}, data row {row + 1:,})"
        )
    else:
        found = f"{name} has a cell or a row of several MB"
    return DataError(
        f"{found}; at most {limits.cell_characters:,} characters are read in one. "
        "Shorten it, or check for a quote that is never closed."
    )


def _without_enclosing_quotes(table: pa.Table) -> pa.Table:
    for position, column in enumerate(table.column_names):
        enclosed = pc.match_substring_regex(table[column], r'(?s)^".*"$')
        if (pc.mean(enclosed).as_py() or 0) < 0.5:
            continue
        bare = pc.replace_substring(pc.utf8_slice_codeunits(table[column], 1, -1), '""', '"')
        bare = pc.if_else(enclosed, bare, table[column])
        bare = pc.if_else(pc.equal(bare, ""), pa.scalar(None, bare.type), bare)
        table = table.set_column(position, column, bare)
    return table


def _frame(table: pa.Table, *, decimal_comma: bool) -> pd.DataFrame:
    built: dict[str, Any] = {}
    for column in list(table.column_names):
        cells = columns.typed(table[column], decimal_comma=decimal_comma)
        table = table.drop_columns(column)
        if pa.types.is_large_string(cells.type):
            built[column] = pd.array(cells, dtype=columns.TEXT)
        else:
            built[column] = cells.to_numpy()
    return pd.DataFrame(built)
