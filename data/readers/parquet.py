"""Reads Parquet files."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from data.errors import DataError
from data.limits import Limits
from data.readers import columns
from data.readers.parsed import Parsed


def read(content: bytes, name: str, limits: Limits) -> Parsed:
    """Returns the table; lists and structures become JSON text.

    Bytes that are text are read as such, as old writers mark no text; other binary columns are left
    out.

    Raises:
        DataError: The file is damaged or encrypted, empty, or over a limit.
    """
    try:
        # Checked by hand, as a Parquet file of a few KB can declare billions of cells.
        source = pa.parquet.ParquetFile(pa.BufferReader(content))
        size = source.metadata
        _check(name, size.num_rows, len(source.schema_arrow.names), _unpacked(size), limits)
        table = source.read()
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise DataError(
            f"{name} is a Parquet file that cannot be opened: it is damaged, cut short or "
            "encrypted. "
            "Write it again without encryption."
        ) from error
    names, notes = columns.unique_names(table.column_names)
    left_out: list[str] = []
    built: dict[str, pd.Series] = {}
    for column, cells in zip(names, table.columns, strict=True):
        values = _values(cells)
        if values is None:
            left_out.append(column)
        else:
            built[column] = values
    if not built:
        raise DataError(
            f"{name} has no column of text, numbers or times. Add one and write it again."
        )
    if left_out:
        notes += (f"Columns of raw bytes were left out: {columns.listed(left_out)}.",)
    frame = pd.DataFrame(built).reset_index(drop=True)
    for column in frame.columns[frame.dtypes == columns.TEXT]:
        longest = frame[column].str.len().max()
        if longest > limits.cell_characters:
            raise DataError(
                f"{name} has a cell of {int(longest):,} characters in {column!r}; "
                f"at most {limits.cell_characters:,} are read. Shorten it."
            )
    return Parsed(frame, ("Read as Parquet.", *notes), first_row=1)


def _unpacked(size: pa.parquet.FileMetaData) -> int:
    return sum(size.row_group(group).total_byte_size for group in range(size.num_row_groups))


def _check(name: str, rows: int, width: int, unpacked: int, limits: Limits) -> None:
    if width > limits.columns:
        raise DataError(
            f"{name} has {width:,} columns; at most {limits.columns:,} are read. "
            "Keep the columns that matter."
        )
    if not rows or not width:
        raise DataError(f"{name} has no rows. Add at least one row of data.")
    if unpacked > limits.expanded_mb * 2**20 or rows * width > limits.cells:
        raise DataError(
            f"{name} unfolds to {rows:,} rows x {width:,} columns = {rows * width:,} cells and "
            f"{unpacked / 2**20:,.0f} MB; at most {limits.cells:,} cells and "
            f"{limits.expanded_mb:,} MB are read. Keep fewer rows or columns."
        )


def _values(cells: pa.ChunkedArray) -> pd.Series | None:
    kind = cells.type
    if pa.types.is_dictionary(kind):
        cells = pc.cast(cells, kind.value_type)
        kind = cells.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        text = pc.cast(cells, pa.large_string())
        text = pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)
        return pd.Series(pd.array(text, dtype=columns.TEXT))
    if pa.types.is_boolean(kind) or pa.types.is_null(kind) or pa.types.is_nested(kind):
        return columns.series(cells.to_pylist())
    if (
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    ):
        return _written(cells)
    if pa.types.is_decimal(kind):
        return pc.cast(cells, pa.float64()).to_pandas()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_timestamp(kind):
        return cells.to_pandas()
    if pa.types.is_date(kind):
        return pc.cast(cells, pa.timestamp("ms")).to_pandas()
    return columns.series(cells.to_pylist())


def _written(cells: pa.ChunkedArray) -> pd.Series | None:
    """Bytes as the text that they are in UTF-8, None where they are none."""
    try:
        text = pc.cast(pc.cast(cells, pa.large_binary()), pa.large_string())
    except pa.ArrowInvalid:
        return None
    if pc.any(pc.match_substring_regex(text, "[\\x00-\\x08\\x0e-\\x1f]")).as_py():
        return None
    return _values(text)
