"""Sentences above charts and on cards that have to hold at the edges as well."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.classification.slices import _finding
from dashboard.components.images.brought import size_words
from dashboard.components.objects.results import _usual
from pipelines.evaluation.slices import Slice
from tests.pages import driver


def part(value: str, accuracy: float, p: float = 1.0, small: bool = False, n: int = 40) -> Slice:
    return Slice(value=value, n=n, accuracy=accuracy, low=0.0, high=1.0, p=p, small=small)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([part("cam0", 1.0), part("cam1", 1.0)], "All slices are 100 % right"),
        ([part("cam0", 0.5), part("cam1", 1.0)],
         "No slice is shown to differ; the lowest is cam0, 50 % of 40"),
        ([part("mail", 0.5, 0.014, True, 12), part("web", 0.9, 0.014, True, 20)],
         "No slice is shown to differ; the lowest is mail, 50 % of 12 (p = 0.014, but 12 rows are "
         "few)"),
        ([part("mail", 0.5, 0.014), part("web", 0.9, 0.014)],
         "It is weakest where channel is mail: 50 % right (p = 0.014 against the rest)"),
    ],
)
def test_slices_are_called_lowest_only_where_one_is(parts: list[Slice], said: str) -> None:
    overall = sum(each.accuracy for each in parts) / len(parts)
    assert _finding(parts, "It is weakest where channel is", overall) == said


@pytest.mark.parametrize(
    ("images", "of", "number", "said"),
    [
        (16, 16, 0, "None in each of 16 images"), (16, 16, 2, "2 in each of 16 images"),
        (9, 16, 0, "None in 9 images of 16"), (1, 1, 3, "3 in the image"),
    ],
)
def test_the_usual_number_is_said_in_words(images: int, of: int, number: int, said: str) -> None:
    assert _usual(images, of, number) == said


@pytest.mark.parametrize(("size", "said"), [(0.2, "1 KB"), (54.3, "54 KB"), (1536.0, "1.5 MB")])
def test_small_files_are_not_nought(size: float, said: str) -> None:
    assert size_words(size) == said


def cards() -> None:
    from dashboard.components.score_card import score_card
    from pipelines.evaluation.score import Score

    score_card("Right", Score("accuracy", 1.0, 0.952, 1.0, 76), "76 images", as_percent=True)
    score_card("BLEU", Score("bleu", 34.567, 30.0, 41.2, 60), "60 rows", digits=2)
    score_card("F1", Score("f1_macro", 1.0, None, None, 60), "60 rows")


def test_a_card_shows_both_ends_of_an_interval() -> None:
    at = AppTest.from_function(cards, default_timeout=driver.PATIENCE)
    driver.fine(at.run())
    assert [(each.value, each.delta) for each in at.metric] == [
        ("100.0 %", "95.2 to 100.0"), ("34.57", "30.00 to 41.20"), ("1.000", ""),
    ]


def warned() -> None:
    from dashboard.components.leaderboard import verdict_view
    from pipelines.judging import Judged

    verdict_view(Judged(1, "b", {}, (), (), "A verdict.", None), ("One thing.",))


def test_one_note_is_one() -> None:
    at = AppTest.from_function(warned, default_timeout=driver.PATIENCE)
    driver.fine(at.run())
    assert at.expander[0].label == "1 note or warning"
