"""Cells of new rows that a fitted model cannot read as what it learnt, in a sentence a column."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.tabular.categories import keys_of
from pipelines.tabular.numerals import Numerals
from pipelines.tabular.plan import Plan

LONGEST = 40


def unread_cells(plan: Plan, features: pd.DataFrame) -> tuple[str, ...]:
    """Sentences on cells that count as missing though something stands in them.

    Args:
        plan: how the columns are read.
        features: (n, columns) cells of new rows; rows are counted from 1.
    """
    found = []
    for column in plan.used:
        if not isinstance(column.reader, Numerals) or column.name not in features.columns:
            continue
        cells = features[column.name]
        lost = ~np.isfinite(column.reader.read(cells)) & keys_of(cells).notna().to_numpy(dtype=bool)
        if not lost.any():
            continue
        first, count = int(np.flatnonzero(lost)[0]), int(lost.sum())
        example = f"“{str(cells.iloc[first])[:LONGEST]}”"
        more = f" and {count - 1:,} more" if count > 1 else ""
        found.append(
            f"In “{column.name}”, record {first + 1} ({example}){more} "
            f"{'holds' if count == 1 else 'hold'} no number that can be computed with, and "
            f"{'counts' if count == 1 else 'count'} as missing."
        )
    return tuple(found)
