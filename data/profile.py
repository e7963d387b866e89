"""What a table holds and what is wrong with it, in words a founder understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from data.language import LanguageGuess, detect
from data.problems import Problem, column_problems, table_problems
from data.table import Table
from data.traits import Traits, traits

__all__ = ["ColumnProfile", "Kind", "Problem", "Profile", "profile"]

Kind = Literal["text", "category", "number", "time", "boolean", "id", "empty"]
# Codes such as A4995 have letters, and no language. Scripts without spaces have long words.
_WORDS_OF_LANGUAGE = 1.5


@dataclass(frozen=True)
class ColumnProfile:
    """One column.

    Attributes:
        name: Its name.
        kind: What it holds.
        missing: Cells that are empty or blank.
        distinct: Different values among the others.
        examples: A few different values, shortened.
        mean_characters: Mean length of its texts, None for other kinds.
        language: Language of its texts, None for other kinds.
        top_values: Most frequent values with their counts.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    examples: tuple[str, ...]
    mean_characters: float | None
    language: LanguageGuess | None
    top_values: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Profile:
    """A table: its size, its columns, rows that are copies of earlier ones, and its problems."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    duplicate_rows: int
    problems: tuple[Problem, ...]


def profile(table: Table) -> Profile:
    """Returns the profile of a table; the language is judged on a sample of each text column."""
    frame = table.frame
    known = {str(column): traits(frame[column]) for column in frame.columns}
    columns = tuple(_column(frame[column], known[str(column)]) for column in frame.columns)
    copies = _copies(frame)
    problems = table_problems(table, copies)
    for column in columns:
        problems += column_problems(
            table, column.name, column.kind, column.missing, known[column.name]
        )
    problems.sort(key=lambda problem: problem.severity != "warning")
    return Profile(len(frame), columns, int(copies.sum()), tuple(problems))


def _column(cells: pd.Series, known: Traits) -> ColumnProfile:
    kind = _kind(cells, known)
    counts = cells.value_counts(dropna=True, sort=True)
    if kind == "text" and len(counts) and int(counts.iloc[0]) == 1:
        counts = counts.iloc[:0]
    top = tuple((_short(value), int(count)) for value, count in counts.iloc[:8].items())
    language = None
    if kind == "text" and not (known.words < _WORDS_OF_LANGUAGE and known.example.isascii()):
        present = cells.dropna()
        step = max(1, len(present) // 600)
        language = detect(present.iloc[::step].astype("str").tolist(), sample=150)
    examples = tuple(
        _short(value) for value in cells.dropna().iloc[:200].drop_duplicates().iloc[:3]
    )
    return ColumnProfile(
        name=str(cells.name),
        kind=kind,
        missing=len(cells) - known.present,
        distinct=known.distinct,
        examples=examples,
        mean_characters=known.characters if kind == "text" else None,
        language=language,
        top_values=top,
    )


def _kind(cells: pd.Series, known: Traits) -> Kind:
    if known.kind == "constant":
        if pd.api.types.is_numeric_dtype(cells):
            return "number"
        return "category" if known.words <= 6 else "text"
    if known.kind == "link":
        return "id"
    return known.kind


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _copies(frame: pd.DataFrame) -> np.ndarray:
    return frame.duplicated().to_numpy(dtype=bool)
