"""What models would take each column of a table for, before anything is learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.tabular.categories import keys_of
from pipelines.tabular.codes import find_codes
from pipelines.tabular.kinds import Kind, nature_of

# Columns are told by so many of the first rows: a look has to be quick.
MOST_ROWS = 20_000
EXAMPLES = 3
LONGEST = 30


@dataclass(frozen=True)
class Inspected:
    """A column as it would be read.

    Attributes:
        name: in the user's file.
        kind: what it is taken for.
        reason: why it would be left out, as the rest of a sentence; else empty.
        codes: numbers that may stand for a missing answer.
        distinct: how many different values it has.
        missing: share of its cells, 0 to 1.
        examples: its most frequent values, shortened.
    """

    name: str
    kind: Kind
    reason: str
    codes: tuple[float, ...]
    distinct: int
    missing: float
    examples: tuple[str, ...]


def inspect_columns(frame: pd.DataFrame, names: Sequence[str]) -> tuple[Inspected, ...]:
    """What each of the named columns would be taken for, from the first `MOST_ROWS` rows."""
    part = frame.head(MOST_ROWS)
    return tuple(_inspected(part[name]) for name in names)


def _inspected(cells: pd.Series) -> Inspected:
    nature = nature_of(cells)
    codes: tuple[float, ...] = ()
    if nature.numerals is not None:
        codes = find_codes(np.asarray(nature.numerals.read(cells), dtype=float))
    counts = keys_of(cells).value_counts()
    return Inspected(
        str(cells.name), nature.kind, nature.reason, codes, len(counts),
        float(cells.isna().mean()) if len(cells) else 0.0,
        tuple(str(value)[:LONGEST] for value in counts.index[:EXAMPLES]),
    )
