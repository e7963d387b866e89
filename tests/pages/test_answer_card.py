"""What the card of an answer says about where it stands."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.answers.card import also_in
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
