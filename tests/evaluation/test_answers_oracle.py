"""Exact match and token F1 on cases worked by hand with the rules of the official SQuAD script."""

from __future__ import annotations

import csv
import math
import re
import string
from collections import Counter
from pathlib import Path

import pytest

from pipelines.evaluation.answers import counts_characters, exact_match, normalise, token_f1

QUESTIONS = Path("data/samples/handbook_questions.csv")


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
        # Of other languages every mark goes; typographic ones of English stay, as in the script.
        ("¿Qué, señor?", "qué señor"),
        ("« L’été »", "l’été"),
        ("“Q3” – §4…", "“q3” – §4…"),
        ("نعم؟", "نعم"),
        ("नमस्ते।", "नमस्ते"),
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


@pytest.mark.parametrize(
    ("answer", "gold", "match", "f1"),
    [
        ("东京都", ["东京都"], 1, 1.0),
        # 2 shared characters of 2 said and 3 wanted.
        ("东京", ["东京都"], 0, 4 / 5),
        # As words these would share nothing, or be one word each.
        ("1998年5月", ["1998年6月"], 0, 2 * 3 / (4 + 4)),
        ("“东京都”。", ["东京都"], 1, 1.0),
        ("《红楼梦》", ["红楼梦"], 1, 1.0),
        ("东 京 都", ["东京都"], 1, 1.0),
        ("ねこです", ["ねこ"], 0, 2 * 2 / (4 + 2)),
        ("ﾃｽﾄ、々", ["ﾃｽﾄ々"], 1, 1.0),
        # กรุงเทพ has 7 characters; ไทย has 3, of which ท is shared.
        ("กรุงเทพ", ["กรุงเทพ"], 1, 1.0),
        ("กรุงเทพ", ["ไทย"], 0, 2 * 1 / (7 + 3)),
        # Mixed: iPhone is a word, 手 and 机 are characters.
        ("the iPhone手机", ["iphone 手机"], 1, 1.0),
        ("iPhone手机", ["iPad手机"], 0, 2 * 2 / (3 + 3)),
        ("", ["东京"], 0, 0.0),
        ("。", ["东京"], 0, 0.0),
    ],
)
def test_characters_are_tokens_where_no_blanks_part_words(
    answer: str, gold: list[str], match: int, f1: float
) -> None:
    assert exact_match(answer, gold) == match
    assert token_f1(answer, gold) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("answer", "gold", "match", "f1"),
    [
        ("", ["A"], 0, 0.0),
        ("", ["The"], 0, 0.0),
        ("", ["?"], 0, 0.0),
        ("a", ["A"], 1, 1.0),
        ("A.", ["A"], 1, 1.0),
        ("B", ["A"], 0, 0.0),
        # 1 shared word of 2 and 1.
        ("grade A", ["A"], 0, 2 / 3),
        ("A", ["A", "grade A"], 1, 1.0),
        ("+", ["+"], 1, 1.0),
        ("-", ["+"], 0, 0.0),
        ("", ["", " "], 1, 1.0),
    ],
)
def test_silence_is_not_right_where_normalisation_leaves_nothing_of_the_answer(
    answer: str, gold: list[str], match: int, f1: float
) -> None:
    assert exact_match(answer, gold) == match
    assert token_f1(answer, gold) == pytest.approx(f1)


def _as_the_script_has_it(text: str) -> list[str]:
    """Its four steps, one after the other."""
    bare = "".join(each for each in text.lower() if each not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def test_english_answers_score_as_by_the_script() -> None:
    rows = csv.DictReader(QUESTIONS.read_text("utf-8").splitlines())
    texts = [text for row in rows for text in (row["question"], row["answer"])]
    texts += ["It’s “quoted” – §4, isn’t it…?", "Ann’s £3,500 (net)", "U.S.–born"]
    assert not any(map(counts_characters, texts))
    for answer in texts:
        for gold in texts:
            ours, theirs = _as_the_script_has_it(answer), _as_the_script_has_it(gold)
            if not theirs:
                continue
            shared = sum((Counter(ours) & Counter(theirs)).values())
            assert exact_match(answer, [gold]) == (ours == theirs), (answer, gold)
            f1 = 2 * shared / (len(ours) + len(theirs))
            assert math.isclose(token_f1(answer, [gold]), f1), (answer, gold)
