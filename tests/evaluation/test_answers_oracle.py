"""Exact match and token F1 on cases worked by hand with the rules of the official SQuAD script."""

from __future__ import annotations

import pytest

from pipelines.evaluation.answers import exact_match, normalise, token_f1


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        ("The Cat", "cat"),
        ("a  cat, an owl & the dog!", "cat owl dog"),
        ("U.S.A.", "usa"),
        ("twenty-four", "twentyfour"),
        ("Theatre", "theatre"),
        ("the", ""),
        ("£3,500", "£3500"),
        ("L’été", "l’été"),
        ("", ""),
    ],
)
def test_normalisation_lowers_and_drops_punctuation_articles_and_blanks(
    answer: str, plain: str
) -> None:
    assert normalise(answer) == plain


@pytest.mark.parametrize(
    ("answer", "gold", "match", "f1"),
    [
        ("Denver Broncos", ["Denver Broncos"], 1, 1.0),
        ("the Denver Broncos.", ["Denver Broncos"], 1, 1.0),
        # 2 shared words of 3 said and 2 wanted: precision 2/3, recall 1, F1 = 4/5.
        ("Denver Broncos team", ["Denver Broncos"], 0, 0.8),
        # 1 shared of 1 and 2: 2/3; the second gold answer shares nothing.
        ("Broncos", ["Denver Broncos", "Carolina Panthers"], 0, 2 / 3),
        ("Panthers", ["Denver Broncos", "Panthers"], 1, 1.0),
        # A word counts as often as both have it: shared 1 of 2 and 1.
        ("no no", ["no"], 0, 2 / 3),
        ("blue", ["red"], 0, 0.0),
        ("", [], 1, 1.0),
        ("", ["red"], 0, 0.0),
        ("red", [], 0, 0.0),
        # Nothing is left of either after normalisation: equal, as in the script for version 2.
        ("the", [], 1, 1.0),
        # A gold answer of nothing but an article is left out beside another one.
        ("", ["the", "red"], 0, 0.0),
    ],
)
def test_match_and_f1_equal_the_script_by_hand(
    answer: str, gold: list[str], match: int, f1: float
) -> None:
    assert exact_match(answer, gold) == match
    assert token_f1(answer, gold) == pytest.approx(f1)
