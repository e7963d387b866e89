"""What a reader of one format hands back."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Parsed:
    """A frame with unique textual column names, and how it was read.

    Attributes:
        frame: The cells.
        notes: Sentences on the reading.
        first_row: Number people give to the first row of data.
        choices: What was chosen among several, such as the sheet; part of the fingerprint.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    first_row: int = 2
    choices: tuple[tuple[str, str], ...] = ()
