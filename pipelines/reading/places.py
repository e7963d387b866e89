"""Where retrieval should have looked: the pieces that hold an answer, the documents expected."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from pathlib import PurePosixPath

import pandas as pd

from data.answers import answer_spans, gold_answers
from pipelines.retrieval.passages import Passage

EXPECTED = "expected_document"
SOURCE_ROLES = ("context", "document", "page", "heading")
# Of a file, and not of a version: “terms 1.2” stays as it is.
_ENDING = re.compile(r"\.[^\W\d]\w{0,4}$")


def source_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with a text to read, each text and place once, with the index that they had.

    `Passage.row` counts these.

    Args:
        rows: columns named by role.
    """
    known = rows[[name for name in SOURCE_ROLES if name in rows]]
    return known[known["context"].str.strip() != ""].drop_duplicates()


def pieces_with_answer(pieces: Sequence[Passage], context: str, answer: object) -> tuple[int, ...]:
    """Positions of the pieces of a context that hold an accepted answer.

    A context that was not cut is right as a whole. Of several pieces those count that hold an answer
    in full, else those that hold a part of it; none, where the answer does not stand in the context.

    Args:
        pieces: what the context was cut into.
        context: the passage that came with the question.
        answer: the cell with the accepted answers; a question without an answer has no right piece.
    """
    gold = gold_answers(answer)
    if gold == ():
        return ()
    if len(pieces) == 1:
        return (0,)
    spans = answer_spans(answer, context)
    ranges = [(piece.start, piece.start + len(piece.text)) for piece in pieces]

    def holding(whole: bool) -> tuple[int, ...]:
        return tuple(
            position for position, (first, last) in enumerate(ranges)
            if any(
                first <= start and end <= last if whole else start < last and end > first
                for start, end in spans
            )
        )

    return holding(whole=True) or holding(whole=False)


def expected_cell(row: Mapping[Hashable, object]) -> object:
    """The cell that says which document answers a question that came without a passage.

    Args:
        row: by role; `document` names the source of a passage, and where there is none what is
            expected.
    """
    cell = row.get(EXPECTED)
    return row.get("document") if _blank(cell) else cell


def expected_documents(cell: object, known: Collection[str]) -> frozenset[str]:
    """The documents that a cell means, of those that are known; several stand between “ || ”.

    Names are compared without case, and where none is the same without folders and file ending.
    """
    if _blank(cell):
        return frozenset()
    found: set[str] = set()
    for name in gold_answers(cell) or ():
        same = {each for each in known if each.casefold() == name.casefold()}
        found |= same or {each for each in known if _stem(each) == _stem(name)}
    return frozenset(found)


def _stem(name: str) -> str:
    return _ENDING.sub("", PurePosixPath(name.replace("\\", "/")).name).strip().casefold()


def _blank(cell: object) -> bool:
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or (pd.api.types.is_scalar(cell) and bool(pd.isna(cell)))
