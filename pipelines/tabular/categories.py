"""Categories as codes of the levels that are frequent enough, the others together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.labels import keys

OTHER = "other values"
MOST_LEVELS = 255
_NO_ANSWER = frozenset({"", "?", "n/a", "na", "nan", "null", "-", "--", ".", "#n/a", "<na>"})
_YES_WORDS = "yes y true t ja j oui sí si sim da да はい 是 ok present"
_YES = frozenset(_YES_WORDS.split())


@dataclass(frozen=True)
class Levels:
    """The levels of a category, from training rows.

    Attributes:
        levels: Their texts, most frequent first; the last is `OTHER` where `other`.
        other: Whether values that are rare or were never seen count as one level more.
    """

    levels: tuple[str, ...]
    other: bool

    def read(self, cells: pd.Series) -> np.ndarray:
        """The codes of cells, (n,) float64: missing and never seen ones are NaN, or other ones."""
        present = keys_of(cells)
        codes, distinct = pd.factorize(present, use_na_sentinel=True)
        place = {level: float(code) for code, level in enumerate(self.levels)}
        # A record may say true where the file said True; levels that differ so keep apart.
        alike = {level.casefold(): code for level, code in reversed(place.items())}
        rest = float(len(self.levels) - 1) if self.other else np.nan
        known = [
            place.get(text, alike.get(text.casefold(), rest)) for text in map(str, distinct)
        ]
        return np.array([*known, np.nan])[codes]


@dataclass(frozen=True)
class Flag:
    """A column of two values as 0 and 1; of one, whether it is there.

    Attributes:
        no: The value that is 0; empty for a cell that is missing.
        yes: The value that is 1.
    """

    no: str
    yes: str

    def read(self, cells: pd.Series) -> np.ndarray:
        """0 or 1 of each cell, (n,) float64; missing and never seen ones are NaN."""
        present = keys_of(cells)
        if not self.no:
            absent = present.isna().to_numpy(dtype=bool)
            return np.where(absent, 0.0, Levels((self.yes,), False).read(present) + 1.0)
        return Levels((self.no, self.yes), False).read(present)


def keys_of(cells: pd.Series) -> pd.Series:
    """Cells as text, the same for 1, 1.0 and “1”; missing where there is no answer.

    Cells such as “?” and “n/a” are no answer.
    """
    if pd.api.types.is_bool_dtype(cells):
        cells = cells.astype("str")
    found = keys(cells)
    none = {text for text in found.dropna().unique() if str(text).strip().lower() in _NO_ANSWER}
    return found.where(~found.isin(none)) if none else found


def levels_of(present: pd.Series) -> Levels | None:
    """The levels of a category from its cells in training, None where none is frequent enough.

    Args:
        present: Cells as `keys_of` gives them.
    """
    counts = present.value_counts()
    ordered = sorted(counts.items(), key=lambda each: (-each[1], str(each[0])))
    least = least_rows(len(present))
    kept = [str(name) for name, count in ordered if count >= least][:MOST_LEVELS]
    if not kept:
        return None
    rare = int(counts.sum()) - sum(int(counts[name]) for name in kept)
    if 0 < rare < least:
        # Too few to learn from: they are told apart from nothing, as are values never seen.
        return Levels(tuple(kept), False)
    return Levels((*kept, OTHER) if rare else tuple(kept), rare > 0)


def least_rows(rows: int) -> int:
    """Fewest rows of a level of its own."""
    return 2 if rows < 200 else 5 if rows < 5_000 else 20


def flag_of(distinct: list[str]) -> Flag:
    """The flag of a column of one or two values; that which says yes is 1."""
    if len(distinct) == 1:
        return Flag("", distinct[0])
    first, second = sorted(distinct, key=_order)
    swapped = first.casefold() in _YES and second.casefold() not in _YES
    return Flag(second, first) if swapped else Flag(first, second)


def _order(text: str) -> tuple[bool, float, str]:
    try:
        return False, float(text), text
    except ValueError:
        return True, 0.0, text
