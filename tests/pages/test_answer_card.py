"""What the card of an answer says about where it stands."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.answers.card import Rows, also_in, passage_html, place_of
from data.table import Table
from pipelines.retrieval.passages import Passage, Place


@pytest.mark.parametrize(
    ("also", "said"),
    [
        ((("b.md", None),), "b.md"),
        ((("b.pdf", 2), ("b.pdf", 7), ("c.md", None)), "b.pdf, pages 2, 7 · c.md"),
        ((("b.pdf", 2),), "b.pdf, page 2"),
        (tuple((f"{n}.md", None) for n in range(7)),
         "0.md · 1.md · 2.md · 3.md · 4.md · 2 more documents"),
        (tuple(("b.pdf", n) for n in range(1, 8)), "b.pdf, pages 1, 2, 3, 4, 5 and more"),
    ],
)
def test_other_places_of_the_same_text_are_named(also: tuple[Place, ...], said: str) -> None:
    assert also_in(Passage("Ann", 0, 0, "a.md", also=also)).replace("\\", "") == said


def _card() -> None:
    from dashboard.components.answers.card import answer_card
    from pipelines.reading.answers import Answer, Reading
    from pipelines.reading.sources import Source
    from pipelines.retrieval.passages import Passage

    passage = Passage("Ann founded it.", 0, 0, "a.md", also=(("copy_of_a.md", None),))
    alone = Passage("Bob did.", 1, 0, "c.md")
    answer_card(Reading(found=(Answer(Source(passage, 0), 0, 3, 0.9),)), 0.5)
    answer_card(Reading(found=(Answer(Source(alone, 0), 0, 3, 0.9),)), 0.5)


def test_the_card_says_where_else_the_text_stands_and_only_then() -> None:
    at = AppTest.from_function(_card).run()
    assert not at.exception
    said = [each.value.replace("\\", "") for each in at.caption]
    assert [each for each in said if "same text" in each] == [
        "The same text stands in copy_of_a.md."
    ]


@pytest.mark.parametrize(
    ("passage", "said"),
    [
        (Passage("Ann.", 1, 0), "row 4 of tickets.csv"),
        (Passage("Ann.", 1, 0, "a.md", 3, "Pay"), "a.md · page 3 · Pay"),
        (Passage("Ann.", -1, 0), "the passage given"),
    ],
)
def test_a_passage_without_a_name_is_placed_by_its_row(passage: Passage, said: str) -> None:
    table = Table("tickets.csv", pd.DataFrame({"text": list("abc")}), "sha256:0", (), 3)
    assert place_of(passage, Rows(table, np.array([0, 2]))).replace("\\", "") == said


def test_lines_and_marks_of_a_passage_stay() -> None:
    drawn = passage_html("Drink | Price\n<b>Espresso</b> | 2.20 €", 600)
    assert "pre-line" in drawn and "Price\n&lt;b&gt;Espresso&lt;/b&gt;" in drawn
    assert passage_html("word " * 10, 20).endswith("word…</p>")
