"""The column to predict: a yes/no outcome or an amount, and the money beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from data.errors import DataError, OptionError
from pipelines.tabular.categories import keys_of
from pipelines.tabular.numerals import Numerals, endless, numerals_of
from pipelines.tabular.outcome_words import predicted_of

Kind = Literal["default", "amount"]
FEWEST_ROWS = 40
FEWEST_OF_A_CLASS = 10
_SHOWN = 5
# Trees compute with amounts in float32.
LARGEST_AMOUNT = 1e30
# More values than this are no list to choose an outcome from.
_MOST_OUTCOMES = 30


@dataclass(frozen=True)
class Target:
    """What is to be predicted.

    Attributes:
        values: (n,) float64: 1 and 0 of a yes/no target, or amounts; NaN where it is unknown.
        kind: `default` for yes/no, `amount` for numbers.
        positive: The value of the file that is 1; empty for amounts.
        negative: The value that is 0; where there are several, joined by commas.
        notes: Sentences on how it was read.
    """

    values: np.ndarray
    kind: Kind
    positive: str = ""
    negative: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcomes:
    """The values of a yes/no target, of which one is what is to be predicted.

    Attributes:
        counts: Rows of each value, the most frequent first.
        told: The value that is taken where nobody says; empty where nothing tells.
        by_words: Whether its words tell it; else it is the rarer one.
    """

    counts: Mapping[str, int]
    told: str = ""
    by_words: bool = False


def outcomes_of(cells: pd.Series, kind: str = "") -> Outcomes | None:
    """The values of a target to choose from; None of amounts, and where there are no two.

    Args:
        cells: Cells of the column as read.
        kind: As `read_target` takes it.
    """
    counts = _plain(cells).value_counts()
    if kind == "amount" or not 2 <= len(counts) <= _MOST_OUTCOMES:
        return None
    found = {str(value): int(rows) for value, rows in counts.items()}
    if len(found) == 2:
        told, _ = _which(list(found), counts)
        return Outcomes(found, told, bool(predicted_of(*found)))
    is_amount = len(found) > 3 and _numbers(cells) is not None
    return None if is_amount and kind != "default" else Outcomes(found)


def read_target(cells: pd.Series, positive: str = "", kind: str = "") -> Target:
    """Reads a target: two values are yes and no, more numbers an amount.

    Args:
        cells: Cells of the column as read.
        positive: The value whose probability is wanted; empty to tell it from the words.
        kind: `default` or `amount` where the user says so; empty to tell it from the cells.

    Raises:
        DataError: It is empty, has one value only, or several that are neither two nor amounts.
        OptionError: There is no such value, or an amount was given one.
    """
    name = str(cells.name)
    present = _plain(cells)
    counts = present.value_counts()
    notes = _missing_note(name, present)
    if not len(counts):
        raise DataError(
            f"All {len(cells):,} cells of the target “{name}” are missing; choose a column with "
            "known outcomes."
        )
    if len(counts) == 1:
        raise DataError(
            f"The target “{name}” is “{counts.index[0]}” in every row, so there is nothing to tell "
            "apart; choose a column with both outcomes, or add rows of the other one."
        )
    if kind != "amount" and (positive.strip() or len(counts) == 2 or kind == "default"):
        return _yes_or_no(name, present, counts, positive.strip(), notes)
    return _amounts(cells, present, counts, kind, notes)


def check_enough(target: Target) -> None:
    """Refuses a target with too few known rows to learn from and to test on.

    Raises:
        DataError: Fewer than 40 rows, or fewer than 10 of one outcome.
    """
    known = target.values[~np.isnan(target.values)]
    if len(known) < FEWEST_ROWS:
        raise DataError(
            f"There are only {len(known):,} rows with a known outcome, and learning and testing "
            f"need at least {FEWEST_ROWS}; add more past cases."
        )
    if target.kind == "default":
        yes = int(known.sum())
        few, which = min((yes, target.positive), (len(known) - yes, target.negative))
        if few < FEWEST_OF_A_CLASS:
            times = "once" if few == 1 else f"{few} times"
            raise DataError(
                f"“{which}” comes only {times}, and learning and testing need at least "
                f"{FEWEST_OF_A_CLASS} rows of each outcome; add more past cases."
            )


def read_money(cells: pd.Series, what: str) -> np.ndarray:
    """Amounts of money or rates that cannot be below zero, such as exposure and margin.

    Args:
        cells: Cells of the column as read.
        what: What they are, for the sentence of an error.

    Returns:
        (n,) float64, NaN where a cell is missing.

    Raises:
        DataError: A cell is negative, infinite or no number, or all are missing.
    """
    column, values = f"The {what} “{cells.name}”", _numbers(cells)
    if values is None:
        present = keys_of(cells).dropna()
        found = f"such as “{str(present.iloc[0])[:40]}”" if len(present) else "all cells are empty"
        raise DataError(f"{column} holds no numbers ({found}); choose a column of amounts.")
    for wrong, word in ((values < 0, "negative"), (np.isinf(values), "infinite or beyond 1e100")):
        if wrong.any():
            rows = "1 row" if wrong.sum() == 1 else f"{int(wrong.sum()):,} rows"
            raise DataError(
                f"{column} is {word} in {rows} (such as {values[wrong][0]:,g}) and has to be zero "
                f"or more; correct these rows, or choose no column as the {what} (--map {what}=)."
            )
    return values


def _yes_or_no(
    name: str, present: pd.Series, counts: pd.Series, positive: str, notes: list[str]
) -> Target:
    values = [str(each) for each in counts.index]
    if positive:
        folded = {value.casefold(): value for value in reversed(values)}
        yes = folded.get(positive.casefold())
        if yes is None:
            raise OptionError(
                f"The target “{name}” has no value “{positive}”; choose one of {_list(values)}."
            )
    elif len(values) > 2:
        raise _several(name, values)
    else:
        yes, note = _which(values, counts)
        notes = [*notes, note]
    others = [value for value in values if value != yes]
    if len(others) > 1:
        notes = [*notes, f"{_list(others)} count together as the other outcome of “{name}”."]
    known = np.where((present == yes).to_numpy(dtype=bool, na_value=False), 1.0, 0.0)
    known[present.isna().to_numpy(dtype=bool)] = np.nan
    return Target(known, "default", yes, ", ".join(others[:_SHOWN]), tuple(notes))


def _which(values: list[str], counts: pd.Series) -> tuple[str, str]:
    """The value whose probability is wanted, and a sentence that says why it is this one."""
    yes = predicted_of(*values)
    if yes:
        return yes, f"“{yes}” is the outcome whose probability is predicted."
    rarer = str(min(values, key=lambda value: (counts[value], value)))
    return rarer, (
        f"“{rarer}” is taken as the outcome whose probability is predicted, as it is the rarer "
        "one; choose the other with positive=VALUE."
    )


def _amounts(
    cells: pd.Series, present: pd.Series, counts: pd.Series, kind: str, notes: list[str]
) -> Target:
    name = str(cells.name)
    values = _numbers(cells)
    if values is None or (len(counts) == 3 and kind != "amount"):
        raise _several(name, [str(each) for each in counts.index])
    _refuse_huge(cells, present, values)
    infinite = np.isinf(values)
    if infinite.any():
        count = int(infinite.sum())
        rows = "1 row, which counts" if count == 1 else f"{count:,} rows, which count"
        notes = [*notes, f"The target “{name}” is infinite in {rows} as unknown."]
        values = np.where(infinite, np.nan, values)
    unread = present.notna().to_numpy(dtype=bool) & np.isnan(values) & ~infinite
    if unread.any():
        example = str(present[unread].iloc[0])[:40]
        notes = [
            *notes,
            f"{int(unread.sum()):,} targets are no numbers (such as “{example}”) and count as "
            "unknown.",
        ]
    known = values[~np.isnan(values)]
    if not len(known) or np.ptp(known) == 0:
        raise DataError(
            f"The target “{name}” has no two different finite amounts, so nothing can be learnt; "
            "choose another column."
        )
    return Target(values, "amount", notes=tuple(notes))


def _refuse_huge(cells: pd.Series, present: pd.Series, values: np.ndarray) -> None:
    """Refuses amounts that are numbers, but none that models can compute with."""
    if pd.api.types.is_numeric_dtype(cells):
        written = np.isinf(cells.to_numpy(dtype=np.float64, na_value=np.nan))
    else:
        texts = [str(each) for each in present.dropna().unique()]
        written = present.isin(endless(texts)).to_numpy(dtype=bool)
    huge = (np.abs(values) > LARGEST_AMOUNT) & ~written
    if huge.any():
        example = str(present[huge].iloc[0])[:40]
        count = "1 amount" if huge.sum() == 1 else f"{int(huge.sum()):,} amounts"
        raise DataError(
            f"The target “{cells.name}” has {count} beyond 1e30 (such as {example}), which no "
            "model can compute with; correct these rows, or give the amounts in a larger unit."
        )


def _several(name: str, values: list[str]) -> DataError:
    return DataError(
        f"The target “{name}” has {len(values):,} values ({_list(values)}) and is neither yes or no "
        "nor an amount; leave out the rows of all but two of them, or name the one to predict (a "
        "run has the option positive for it)."
    )


def _numbers(cells: pd.Series) -> np.ndarray | None:
    if pd.api.types.is_numeric_dtype(cells):
        values = Numerals().read(cells)
        return None if np.isnan(values).all() else values
    numerals = numerals_of(keys_of(cells))
    return None if numerals is None else numerals.read(cells)


def _plain(cells: pd.Series) -> pd.Series:
    """Cells as text without quotes around them, missing where there is no answer."""
    return keys_of(cells).str.strip("'\"“”").str.strip()


def _missing_note(name: str, present: pd.Series) -> list[str]:
    count = int(present.isna().sum())
    if not count:
        return []
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    return [f"{rows} no known “{name}”: they are left out of learning and testing."]


def _list(values: list[str]) -> str:
    shown = ", ".join(f"“{value[:40]}”" for value in values[:_SHOWN])
    return f"{shown} and {len(values) - _SHOWN:,} more" if len(values) > _SHOWN else shown
