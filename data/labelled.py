"""A table with labels that a person gave in the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from data.readers.columns import unique_names
from data.table import Table, fingerprint

COLUMN = "label given here"


def with_labels(table: Table, given: Mapping[int, str]) -> tuple[Table, str]:
    """The table with one more column that holds the given labels.

    Args:
        table: left unchanged.
        given: position of a row to its label; the other rows stay unlabelled.

    Returns:
        The new table, whose fingerprint covers the labels, and the name of the column.
    """
    names, _ = unique_names([*table.frame.columns, COLUMN])
    column = pd.Series(pd.NA, index=table.frame.index, dtype="string")
    column.iloc[list(given)] = list(given.values())
    frame = table.frame.assign(**{names[-1]: column})
    content = table.fingerprint.encode()
    mark = fingerprint(content, {str(row): label for row, label in sorted(given.items())})
    note = f"{len(given)} labels were given by hand to a random sample of rows."
    labelled = replace(
        table, frame=frame, fingerprint=mark, notes=(*table.notes, note), by_hand=names[-1]
    )
    return labelled, names[-1]
