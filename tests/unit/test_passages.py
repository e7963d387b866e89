"""Passages are exact pieces of their texts, short enough, and cut where texts pause."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from pipelines.progress import CancelledRun, Progress
from pipelines.retrieval.passages import MOST, WHOLE, Passage, cut, passages_by_row


def frame(*texts: object, **columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"context": list(texts), **columns})


def sentence(number: int, words: int = 20) -> str:
    return " ".join([f"S{number}", *["word"] * (words - 2), "end."])


def text_of(sentences: int, words: int = 20) -> str:
    return " ".join(sentence(number, words) for number in range(sentences))


def check(passages: tuple[Passage, ...], texts: list[str]) -> None:
    for passage in passages:
        source = texts[passage.row]
        assert source[passage.start : passage.start + len(passage.text)] == passage.text
        assert all(0 <= start < end <= len(passage.text) for start, end in passage.sentences)
    for row, text in enumerate(texts):
        covered = {
            passage.start + place
            for passage in passages if passage.row == row
            for start, end in passage.sentences for place in range(start, end)
        }
        assert all(letter.isspace() or place in covered for place, letter in enumerate(text))


def test_a_short_text_stays_whole_to_the_character():
    text = "  First one.\n\nSecond one. \n"
    (passage,) = cut(frame(text))
    assert (passage.text, passage.row, passage.start) == (text, 0, 0)
    assert [text[a:b] for a, b in passage.sentences] == ["First one.", "Second one."]
    assert len(cut(frame(text_of(WHOLE // 20)))) == 1


def test_longer_texts_are_cut_between_sentences_with_one_or_two_shared():
    text = text_of(40)
    passages = cut(frame(text))
    check(passages, [text])
    assert len(passages) > 3
    for one, two in pairwise(passages):
        assert len(one.text.split()) <= MOST
        shared = one.start + len(one.text) - two.start
        assert text[two.start : two.start + shared].count("end.") == 2


def test_no_short_rest_is_left():
    assert [len(passage.text.split()) for passage in cut(frame(text_of(18)))] == [MOST, WHOLE]


def test_paragraphs_are_kept_together_and_share_nothing():
    paragraphs = [text_of(6), text_of(7), text_of(6), text_of(7)]
    text = "\n\n".join(paragraphs)
    assert [passage.text for passage in cut(frame(text))] == paragraphs


@pytest.mark.parametrize("text", ["word " * 5000, "今" * 5000, "x" * 5000, "row one\n" * 2500])
def test_a_text_without_full_stops_is_cut_by_length(text: str):
    passages = cut(frame(text))
    check(passages, [text])
    assert len(passages) > 1
    assert all(len(passage.text) <= 16 * WHOLE for passage in passages)
    assert all(passage.text.strip() == passage.text for passage in passages)


def test_a_table_is_cut_between_its_lines():
    text = "\n".join(f"{number} red lamp of bright old brass" for number in range(200))
    pieces = [p.text[a:b] for p in cut(frame(text)) for a, b in p.sentences]
    assert all(piece.endswith("brass") for piece in pieces)


def test_any_text_is_covered():
    rng = random.Random(1)
    parts = ["word ", "Word. ", "long " * 30, "\n\n", "\n", "。", "今" * 7, "😀 ", "x" * 50,
             "مرحبا ", "\x0c"]
    texts = ["".join(rng.choices(parts, k=rng.randint(1, 600))) for _ in range(60)]
    check(cut(frame(*texts)), texts)


def test_rows_without_text_are_skipped_and_repeated_texts_cut_once():
    rows = frame("One.", None, " ", "Two.", "One.", np.nan)
    rows.index = [3, 3, 3, 9, 1, 1]
    passages = cut(rows)
    assert [(passage.text, passage.row) for passage in passages] == [("One.", 0), ("Two.", 3)]
    assert passages_by_row(rows, passages) == ((0,), (), (), (1,), (0,), ())


def test_passages_know_their_document_page_and_heading():
    rows = frame("One.", "Two.", document=["a.pdf", None], page=[4.0, np.nan], heading=["H", None])
    assert [(p.document, p.page, p.heading) for p in cut(rows)] == [("a.pdf", 4, "H"), ("", None, "")]
    assert cut(frame("One."))[0].page is None
    assert cut(frame()) == ()


def test_a_text_of_several_documents_is_cut_once_and_known_as_of_all_of_them():
    rows = frame("One.", "One.", "Two.", "One.", "One.", "One.",
                 document=["a.md", "b.md", "b.md", "a.md", "a.md", None],
                 page=[1, np.nan, 2, 1, 3, 4])
    one, two = cut(rows)
    assert (one.document, one.page, one.also) == ("a.md", 1, (("b.md", None), ("a.md", 3)))
    assert one.documents == {"a.md", "b.md"}
    assert (two.also, two.documents) == ((), {"b.md"})
    assert cut(frame("One."))[0].documents == frozenset()


def test_cutting_can_be_cancelled():
    class Stop(Progress):
        def advance(self, rows: int) -> None:
            raise CancelledRun("Stopped.")

    with pytest.raises(CancelledRun):
        cut(frame("One.", "Two."), Stop())
