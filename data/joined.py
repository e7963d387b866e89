"""Several files given together, as one table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd

from data.errors import DataError
from data.table import Table


def joined(tables: Sequence[Table], *, union: bool = False) -> Table:
    """The rows of all tables below each other, with a fingerprint over all of them.

    Args:
        tables: at least one; a single one is returned as it is.
        union: whether columns may differ; cells of columns that a table lacks are then missing.

    Raises:
        DataError: columns differ and `union` is not set.
    """
    if len(tables) == 1:
        return tables[0]
    if not union and len({tuple(table.frame.columns) for table in tables}) > 1:
        raise DataError(
            f"{tables[0].name} and the other files have different columns; files given together "
            "need the same columns in the same order."
        )
    digest = hashlib.sha256("".join(table.fingerprint for table in tables).encode()).hexdigest()
    return Table(
        name=" + ".join(table.name for table in tables),
        frame=pd.concat([table.frame for table in tables], ignore_index=True),
        fingerprint=f"sha256:{digest}",
        notes=tuple(note for table in tables for note in table.notes),
        total_rows=sum(table.total_rows for table in tables),
    )
