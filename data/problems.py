"""Problems in a table that a person should see before a run, each in one sentence."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd

from data.table import Table
from data.traits import Traits

Severity = Literal["note", "warning"]
Matters = Literal["always", "predicted", "read"]


class Add(Protocol):
    """Notes a problem of the rows of a mask."""

    def __call__(
        self, mask: np.ndarray, sentence: str, severity: Severity, matters: Matters = "always"
    ) -> None:
        """Note it."""


_SHOWN = 5
_LONG_TEXT = 5_000
_MARKUP = r"</?[a-zA-Z][^<>]{0,200}>|&(?:amp|lt|gt|quot|nbsp|#\d+);"
_IMBALANCE = 0.9


@dataclass(frozen=True)
class Problem:
    """A problem: a sentence, and where it is.

    Attributes:
        sentence: What was found, and what it means.
        column: Column it is in, None for whole rows.
        rows: Row numbers as the user's program shows them, the first few.
        severity: A warning can change results; a note is good to know.
        matters: Where it does: always, where the column is what is predicted, or where its texts
            are what is read.
    """

    sentence: str
    column: str | None
    rows: tuple[int, ...]
    severity: Severity
    matters: Matters = "always"


def table_problems(table: Table, copies: np.ndarray) -> list[Problem]:
    """Returns the problems of whole rows: copies of earlier rows, too few rows."""
    found = []
    count = int(copies.sum())
    if count:
        rows = _numbers(table, copies)
        copies_are = _many(count, "row is a copy", "rows are copies")
        sentence = f"{copies_are} of an earlier row{_where(rows, count)}."
        found.append(Problem(sentence, None, rows, "note"))
    if len(table.frame) < 30:
        sentence = (
            f"There are only {len(table.frame):,} rows, so every figure will be very uncertain."
        )
        found.append(Problem(sentence, None, (), "warning"))
    return found


def column_problems(
    table: Table, column: str, kind: str, missing: int, known: Traits
) -> list[Problem]:
    """Returns the problems of one column."""
    cells = table.frame[column]
    if known.kind == "empty":
        return [Problem(f"Column {column!r} is empty.", column, (), "note")]
    found: list[Problem] = []

    def add(
        mask: np.ndarray, sentence: str, severity: Severity, matters: Matters = "always"
    ) -> None:
        rows = _numbers(table, mask)
        where = _where(rows, int(mask.sum()))
        found.append(Problem(f"{sentence}{where}.", column, rows, severity, matters))

    if missing:
        blank = cells.isna().to_numpy(dtype=bool, copy=True)
        if not pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_datetime64_any_dtype(
            cells
        ):
            blank |= (cells.astype("str").str.strip() == "").to_numpy(dtype=bool)
        share = missing / len(cells)
        of = f" ({share:.0%})" if share >= 0.01 else ""
        cells_are = _many(missing, "cell is", "cells are")
        add(blank, f"{cells_are} missing in {column!r}{of}", "warning" if share > 0.2 else "note")
    if known.kind == "constant":
        sentence = f"Every cell of {column!r} is {known.example!r}, so it tells nothing apart."
        found.append(Problem(sentence, column, (), "note"))
    elif kind == "text":
        _text(cells, column, known, add)
    elif kind in ("category", "boolean") or (kind == "number" and known.distinct <= 11):
        _classes(cells, column, known, found, add)
    elif kind == "time" and pd.api.types.is_string_dtype(cells):
        _dates(cells, column, found)
    if pd.api.types.is_string_dtype(cells) and kind not in ("time", "id"):
        _numbers_in_text(cells, column, known, add)
    return found


def _text(cells: pd.Series, column: str, known: Traits, add: Add) -> None:
    text = cells.astype("str").str.strip()
    repeated = (text.duplicated() & text.notna() & (text != "")).to_numpy(dtype=bool)
    # Names and places repeat by nature; sentences do not.
    if known.words >= 3 and repeated.any():
        count = int(repeated.sum())
        add(
            repeated,
            f"{_many(count, 'text repeats', 'texts repeat')} an earlier one in {column!r}",
            "note",
            "read",
        )
    markup = (
        (text.str.contains("<", regex=False) | text.str.contains("&", regex=False))
        .fillna(False)
        .to_numpy(dtype=bool, copy=True)
    )
    if markup.any():
        markup[markup] = text[markup].str.contains(_MARKUP, regex=True).to_numpy(dtype=bool)
    if markup.any():
        count = int(markup.sum())
        add(
            markup,
            f"{_many(count, 'text holds', 'texts hold')} HTML or other markup in {column!r}",
            "note",
        )
    long = (text.str.len() > _LONG_TEXT).fillna(False).to_numpy(dtype=bool)
    if long.any():
        count = int(long.sum())
        sentence = (
            f"{_many(count, 'text is', 'texts are')} longer than {_LONG_TEXT:,} characters in "
            f"{column!r}; "
            "models read only their beginning"
        )
        add(long, sentence, "warning")


def _classes(cells: pd.Series, column: str, known: Traits, found: list[Problem], add: Add) -> None:
    counts = cells.value_counts()
    total = int(counts.sum())
    if (
        1 < known.distinct <= 11
        and known.words < 4
        and total >= 30
        and counts.iloc[0] > _IMBALANCE * total
    ):
        found.append(
            Problem(
                f"{counts.iloc[0] / total:.0%} of {column!r} is {str(counts.index[0])[:40]!r}: "
                "always "
                "answering that would look accurate, so judge by more than accuracy.",
                column,
                (),
                "warning",
                "predicted",
            )
        )
    if not pd.api.types.is_string_dtype(cells):
        return
    for odd, likely in _misspelt(counts):
        mask = (cells == odd).fillna(False).to_numpy(dtype=bool)
        add(mask, f"In {column!r}, {odd!r} looks like {likely!r}", "warning")


def _misspelt(counts: pd.Series) -> list[tuple[str, str]]:
    """Returns pairs of a rare spelling and the frequent one it is close to."""
    values = [str(value) for value in counts.index[:60]]
    pairs = []
    for position, odd in enumerate(values):
        folded = _folded(odd)
        for likely in values[:position]:
            other = _folded(likely)
            if folded == other:
                pairs.append((odd, likely))
                break
            # Opposites can be close ("satisfied", "unsatisfied"), but begin differently.
            close = (
                min(len(folded), len(other)) >= 5
                and abs(len(folded) - len(other)) <= 1
                and folded[0] == other[0]
                and not re.search(r"\d", folded + other)
                and difflib.SequenceMatcher(None, folded, other).ratio() >= 0.8
                and counts.iloc[position] <= 0.2 * counts.iloc[values.index(likely)]
            )
            if close:
                pairs.append((odd, likely))
                break
    return pairs


def _folded(label: str) -> str:
    return re.sub(r"[\s_\-.!]+", " ", label).strip().casefold()


def _dates(cells: pd.Series, column: str, found: list[Problem]) -> None:
    told = day_and_month(cells, f" in {column!r}")
    if told is not None:
        sentence, severity = told
        found.append(Problem(sentence, column, (), severity))


def day_and_month(cells: pd.Series, where: str = "") -> tuple[str, Severity] | None:
    """How dates were read of which some can be read with the day or with the month first.

    Args:
        cells: texts.
        where: what follows "Dates" in the sentence.

    Returns:
        A sentence and how grave it is; None where no date can be read in two ways.
    """
    text = cells.dropna().astype("str")
    # Taking parts out of millions of texts is slow, and most columns begin with a year.
    dates = text[text.str.match(r"\s*\d{1,2}[-/]\d").to_numpy(dtype=bool)]
    parts = dates.str.extract(r"^\s*(\d{1,2})[-/](\d{1,2})[-/]\d{2,4}").dropna()
    if not len(parts):
        return None
    first, second = parts[0].astype("int64"), parts[1].astype("int64")
    days_first, months_first = first[first > 12], second[second > 12]
    open_ones = parts[(first <= 12) & (second <= 12) & (first != second)]
    if len(days_first) and len(months_first):
        some = [str(dates[each.index[0]])[:20] for each in (days_first, months_first)]
        return (
            f"Dates{where} have the day first in some rows ({some[0]!r}) and the month first in "
            f"others ({some[1]!r}), so that the rest may be read wrongly. Write them as 2026-03-31.",
            "warning",
        )
    if len(open_ones) and (len(days_first) or len(months_first)):
        told = days_first if len(days_first) else months_first
        order, of = ("day", "day/month") if len(days_first) else ("month", "month/day")
        example, sure = (str(dates[each.index[0]])[:20] for each in (open_ones, told))
        return (
            f"Dates{where} such as {example!r} are read with the {order} first ({of}), as {sure!r} can "
            "only be that.",
            "note",
        )
    if len(days_first) or len(months_first):
        return None
    example = str(dates[parts.index[0]])[:20]
    return (
        f"Dates{where} such as {example!r} can be read as day/month or month/day; they are read as "
        "month/day. Write them as 2026-03-31 to be sure.",
        "warning",
    )


def _numbers_in_text(cells: pd.Series, column: str, known: Traits, add: Add) -> None:
    if known.numeric_share < 0.05:
        return
    number = (
        cells.astype("str").str.match(r"^\s*[+-]?[$€£¥]?\s?\d[\d.,]*\s?[%$€£¥]?\s*$").fillna(False)
    ).to_numpy(dtype=bool)
    endless = (
        cells.astype("str").str.match(r"(?i)^\s*[+-]?inf(?:inity)?\s*$").fillna(False)
    ).to_numpy(dtype=bool)
    other = ~number & ~endless & cells.notna().to_numpy(dtype=bool)
    share = number.mean()
    if share == 0:
        return
    if endless.any():
        are = "number that is" if endless.sum() == 1 else "numbers that are"
        add(endless, f"Column {column!r} has {int(endless.sum()):,} {are} infinite", "warning")
    elif not other.any():
        add(number, f"Numbers in {column!r} are stored as text", "note")
    if other.any() and share > 0.5:
        example = str(cells[other].iloc[0])[:40]
        add(other, f"Column {column!r} mixes numbers with text such as {example!r}", "warning")


def _numbers(table: Table, mask: np.ndarray) -> tuple[int, ...]:
    return tuple(table.row_number(int(index)) for index in np.flatnonzero(mask)[:_SHOWN])


def _where(rows: tuple[int, ...], count: int) -> str:
    if not rows:
        return ""
    more = " …" if count > len(rows) else ""
    return f" (row{'s' if len(rows) > 1 else ''} {', '.join(f'{row:,}' for row in rows)}{more})"


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
