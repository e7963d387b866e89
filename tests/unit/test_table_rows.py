"""Rows of tables end sentences and answers; other line breaks do not."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.retrieval.passages import cut, sentences_of
from pipelines.retrieval.table_rows import parted, row_ends

TABLE = "Call us.\n\nDrink | Price\nEspresso | 2.20 €\nFlat white | 3.90 €"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("one line", ()),
        ("Everybody has 25 days\nof paid leave.", ()),
        ("a | b\nc | d", (5,)),
        ("a\tb\r\nc\td", (4,)),
        ("|a|b|\n|c|d|", (5,)),
        ("words\na | b\nwords\nwords", (5, 11)),
        ("true || false\nnext", ()),
    ],
)
def test_line_breaks_beside_a_row_end_it(text: str, ends: tuple[int, ...]) -> None:
    assert row_ends(text) == ends


def test_each_row_is_a_sentence_of_its_own() -> None:
    assert [TABLE[start:end] for start, end in sentences_of(TABLE)] == [
        "Call us.", "Drink | Price", "Espresso | 2.20 €", "Flat white | 3.90 €",
    ]
    (passage,) = cut(pd.DataFrame({"context": [TABLE]}))
    assert passage.text == TABLE and len(passage.sentences) == 4


def test_a_sentence_that_is_wrapped_stays_one() -> None:
    text = "Everybody has 25 days\nof paid leave. It may be moved."
    assert [text[start:end] for start, end in sentences_of(text)] == [
        "Everybody has 25 days\nof paid leave.", "It may be moved.",
    ]


def test_ends_outside_of_a_span_leave_it_whole() -> None:
    assert list(parted((10, 20), (5, 10, 20, 25))) == [(10, 20)]
    assert list(parted((10, 20), (12, 15))) == [(10, 12), (13, 15), (16, 20)]
