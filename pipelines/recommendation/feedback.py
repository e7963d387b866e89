"""What a number beside an interaction means: a rating, or how often or how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import DataError, OptionError

FEEDBACK = ("auto", "implicit", "explicit")
_MOST_STEPS = 20
# Of weights: their sums over millions of rows still fit float32, and their squares are not 0.
SMALLEST, LARGEST = 1e-9, 1e9


@dataclass(frozen=True)
class Feedback:
    """The numbers of rows as weights.

    Attributes:
        weight: (rows,) float64 above 0; NaN where the row does not count.
        explicit: whether they are ratings.
        notes: sentences on what was left out.
    """

    weight: np.ndarray
    explicit: bool
    notes: tuple[str, ...]


def feedback(cells: pd.Series | None, rows: int, chosen: str = "auto") -> Feedback:
    """Reads ratings or weights.

    Numbers are ratings where they stand on a scale of whole or half steps up to 10, with three steps
    at least, and the lowest step is not the most frequent one, as it is in counts.

    Args:
        cells: (rows,) numbers, also as text; None where rows only say that something was taken.
        rows: number of rows.
        chosen: "implicit" or "explicit" where a person says which it is.

    Raises:
        DataError: a number is negative, none is above 0, or one is too large or small by far.
        OptionError: a choice that does not exist, or of ratings where there are none.
    """
    if chosen not in FEEDBACK:
        raise OptionError(f"feedback is “{chosen}”; it is one of {', '.join(FEEDBACK)}.")
    if cells is None:
        if chosen == "explicit":
            raise OptionError(
                "Explicit feedback needs ratings; choose the column that holds them, or leave the "
                "option feedback at auto."
            )
        return Feedback(np.ones(rows), False, ())
    numbers = _numbers(cells)
    _refuse_negative(numbers)
    _refuse_extreme(numbers)
    known = np.isfinite(numbers)
    notes = [
        note for note in (
            _count(int((~known).sum()), "has no rating or weight", "have no rating or weight"),
            _count(int((numbers == 0).sum()), "has a weight of 0", "have a weight of 0"),
        ) if note
    ]
    weight = np.where(known & (numbers > 0), numbers, np.nan)
    if not np.isfinite(weight).any():
        raise DataError(
            "No rating or weight is above 0, so nothing was taken by anybody; choose another column "
            "or none."
        )
    explicit = chosen == "explicit" or (chosen == "auto" and looks_rated(weight))
    return Feedback(weight, explicit, tuple(notes))


def looks_rated(weight: np.ndarray) -> bool:
    """Whether numbers look like ratings on a scale rather than like counts or amounts."""
    values, counts = np.unique(weight[np.isfinite(weight)], return_counts=True)
    if not 3 <= len(values) <= _MOST_STEPS or values[-1] > 10 or values[0] < 0.5:
        return False
    if not np.array_equal(values * 2, np.round(values * 2)):
        return False
    halves = not np.array_equal(values, np.round(values))
    return bool(halves or counts.argmax() != 0)


def _numbers(cells: pd.Series) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(cells):
        found = cells.to_numpy(dtype=float, na_value=np.nan)
    else:
        codes, uniques = pd.factorize(cells, use_na_sentinel=True)
        text = pd.Series(np.asarray(uniques, dtype=object), dtype=object).astype(str).str.strip()
        if text.str.fullmatch(r"[+-]?\d+(?:,\d+)?").all():
            text = text.str.replace(",", ".", regex=False)
        read = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)
        found = np.append(read, np.nan)[codes]
    return found


def _refuse_extreme(numbers: np.ndarray) -> None:
    odd = numbers[(numbers > LARGEST) | ((numbers > 0) & (numbers < SMALLEST))]
    if len(odd):
        held = "row holds" if len(odd) == 1 else "rows hold"
        raise DataError(
            f"{len(odd):,} {held} a rating or weight that cannot be computed with, for example "
            f"{odd[0]:g}; each needs to be 0, or from {SMALLEST:g} to {LARGEST:,.0f}, so correct them "
            "or choose another unit."
        )


def _refuse_negative(numbers: np.ndarray) -> None:
    below = numbers[numbers < 0]
    if len(below):
        held = "row holds" if len(below) == 1 else "rows hold"
        raise DataError(
            f"{len(below):,} {held} a negative rating or weight, for example {below[0]:g}; each needs "
            "to be 0 or more, so take returns out or move the scale above 0."
        )


def _count(count: int, one: str, many: str) -> str:
    if not count:
        return ""
    return f"{count:,} {'row' if count == 1 else 'rows'} {one if count == 1 else many} and " + (
        "is left out." if count == 1 else "are left out."
    )
