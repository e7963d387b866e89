"""Which pieces of a text are the right ones to find, and which documents are meant."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.reading.places import expected_cell, expected_documents, pieces_with_answer
from pipelines.retrieval.passages import Passage

CONTEXT = "The shop opens at nine. The shop closes at six. It is shut on Sunday."
PIECES = [Passage(CONTEXT[:23], 0, 0), Passage(CONTEXT[24:47], 0, 24), Passage(CONTEXT[48:], 0, 48)]


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("six", (1,)), ("NINE", (0,)), ("shop", (0, 1)), ("six || Sunday", (1, 2)),
        # Spread over two pieces, so neither holds it in full.
        ("nine. The shop closes", (0, 1)),
        ("midnight", ()), ("", ()), (None, ()), ("no answer", ()),
        # “on” stands in no word of its own but this.
        ("on", (2,)),
        ({"text": ["shop"], "answer_start": [28]}, (1,)),
        ('{"text": ["shop", "The"], "answer_start": [4, 0]}', (0,)),
        ([{"text": "shop", "answer_start": 28}], (1,)),
        # A start at which the answer does not stand is not believed.
        ({"text": ["six"], "answer_start": [0]}, (1,)),
    ],
)
def test_pieces_that_hold_the_answer_are_right(answer: object, right: tuple[int, ...]) -> None:
    assert pieces_with_answer(PIECES, CONTEXT, answer) == right


def test_a_text_that_was_not_cut_is_right_as_a_whole_if_there_is_an_answer() -> None:
    whole = [Passage(CONTEXT, 0, 0)]
    for answer in ("six", "said otherwise", None):
        assert pieces_with_answer(whole, CONTEXT, answer) == (0,)
    assert pieces_with_answer(whole, CONTEXT, "not in the documents") == ()


def test_an_answer_in_two_overlapping_pieces_makes_both_right() -> None:
    pieces = [Passage(CONTEXT[:47], 0, 0), Passage(CONTEXT[24:], 0, 24)]
    assert pieces_with_answer(pieces, CONTEXT, "six") == (0, 1)


KNOWN = {"01-welcome.md", "hr/Leave.pdf", "terms 1.2", "terms 1.3"}


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("01-welcome.md", {"01-welcome.md"}), ("01-WELCOME.MD", {"01-welcome.md"}),
        ("handbook/01-welcome", {"01-welcome.md"}), ("leave.docx", {"hr/Leave.pdf"}),
        ("C:\\files\\leave.pdf", {"hr/Leave.pdf"}), ("terms 1.2", {"terms 1.2"}),
        ("terms 1.4", set()), ("01-welcome.md || leave", {"01-welcome.md", "hr/Leave.pdf"}),
        (["leave.pdf"], {"hr/Leave.pdf"}), ("", set()), (None, set()), (float("nan"), set()),
        (pd.NA, set()),
    ],
)
def test_a_name_means_a_document_with_or_without_folder_and_ending(
    cell: object, meant: set[str]
) -> None:
    assert expected_documents(cell, KNOWN) == meant


def test_what_is_expected_stands_in_its_own_column_or_else_in_that_of_documents() -> None:
    assert expected_cell({"expected_document": "a", "document": "b"}) == "a"
    assert expected_cell({"expected_document": float("nan"), "document": "b"}) == "b"
    assert expected_cell({"document": "b"}) == "b"
    assert expected_cell({}) is None
