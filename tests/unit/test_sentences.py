"""Sentences are found at their exact characters, whatever the text is made of."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from pipelines.sentences import WINDOW, language_of, sentence_spans

AWKWARD = [
    "a", "Dr. ", "e.g. ", "Word. ", "Is it? ", "No! ", " ", "\n", "\n\n", "\r\n\r\n", "\n \n", "\t",
    "\u00a0", "\u2029", "\x0c", "\x85", "\ufeff", "😀 ", "👩‍👩‍👧", "e\u0301", "今天好。", "𠮷",
    "ですか？", "مرحبا؟ ", "\u200f", "שלום. ", "“Yes.” ", "(", '"', "…", "3.14 ", "\ud800",
    "word " * 30,
]


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


def test_abbreviations_numbers_and_quotations_do_not_end_a_sentence():
    text = "Dr. Smith paid 3.50 e.g. for tea.  He asked “Why? Now?” twice! Mr. Jones left."
    assert sentences(text) == [
        "Dr. Smith paid 3.50 e.g. for tea.", "He asked “Why? Now?” twice!", "Mr. Jones left.",
    ]


@pytest.mark.parametrize(("text", "language", "expected"), [
    ("今天天气好。你好吗？我很好！", "zh", ["今天天气好。", "你好吗？", "我很好！"]),
    ("今日は。いい天気ですね！", "ja", ["今日は。", "いい天気ですね！"]),
    ("هل أنت بخير؟ نعم أنا بخير.", "ar", ["هل أنت بخير؟", "نعم أنا بخير."]),
    ("😀 Hi there. 👩‍👩‍👧 Bye.", "en", ["😀 Hi there.", "👩‍👩‍👧 Bye."]),
    ("Hallo da. Z. B. so. Ende.", "xx", ["Hallo da.", "Z. B. so.", "Ende."]),
])
def test_other_scripts(text: str, language: str, expected: list[str]):
    assert sentences(text, language) == expected


def test_a_blank_line_ends_a_sentence_and_a_line_break_does_not():
    assert sentences("A title\n \nOne line\nand another\r\n\r\nEnd") == [
        "A title", "One line\nand another", "End",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n"])
def test_blank_texts_have_no_sentences(text: str):
    assert sentence_spans(text) == ()


def test_spans_leave_out_nothing_but_blanks():
    rng = random.Random(0)
    for _ in range(1500):
        text = "".join(rng.choices(AWKWARD, k=rng.randint(0, 40)))
        spans = sentence_spans(text)
        assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
        assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(
            text.split()
        )


@pytest.mark.parametrize("text", ["今天好。" * 25_000, "Yes, it is so. " * 7_000])
def test_long_texts_have_the_sentences_of_their_parts(text: str):
    found = sentences(text)
    assert len(found) == text.count(found[0])
    assert set(found) == {found[0]}


def test_a_sentence_longer_than_the_window_stays_whole():
    long = "word " * WINDOW + "end."
    assert sentences(f"Start here. {long} Then more.") == ["Start here.", long, "Then more."]


def test_language_is_english_where_it_cannot_be_told():
    assert language_of([]) == "en"
    assert language_of(["12", "?!"]) == "en"
    assert language_of(["Das ist ein deutscher Satz, und zwar ein ziemlich langer."] * 3) == "de"
