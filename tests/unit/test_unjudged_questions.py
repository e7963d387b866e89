"""Questions without an answer, and data without questions, are named with what to do."""

from __future__ import annotations

import pandas as pd
import pytest

from data.dataset import Dataset, build
from data.table import Table
from pipelines.reading.unjudged import nothing_asked, unanswered, unanswered_sentence
from pipelines.registry import find_task


def dataset(mapping: dict[str, str], **columns: list[object]) -> Dataset:
    frame = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})
    table = Table("t.csv", frame, "sha256:0", (), len(frame))
    return build(table, find_task("question-answering").roles, mapping)


ROLES = {"context": "text", "question": "frage", "answer": "richtig"}


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        (["Ann", "no answer", "1999"], []),
        (["Ann", None, " "], ["Who is it?", "When was it?"]),
        (["Ann", "", "1999"], ["Who is it?"]),
    ],
)
def test_an_empty_answer_is_not_no_answer(answers: list[object], left: list[str]) -> None:
    found = dataset(ROLES, text=["We open late."] * 3, richtig=answers,
                    frage=["Who was it?", "Who is it?", "When was it?"])
    assert unanswered(found) == left
    said = unanswered_sentence(found)
    assert bool(said) == bool(left)
    if left:
        assert "“richtig”" in said and left[0] in said and "write “no answer”" in said
        assert said.startswith("1 question has" if len(left) == 1 else "2 questions have")


def test_rows_of_documents_are_no_questions() -> None:
    found = dataset(ROLES, text=["We open late.", ""], frage=["", "Who was it?"], richtig=["", "Ann"])
    assert unanswered(found) == []


def test_without_answers_mapped_nothing_is_said_of_empty_ones() -> None:
    found = dataset({"context": "text", "question": "frage"}, text=["We open late."], frage=["Who?"])
    assert unanswered_sentence(found) == ""


def test_documents_alone_are_told_from_questions_alone() -> None:
    documents = dataset({"context": "text"}, text=["We open at 7.", "Did you know? We deliver."])
    assert "There are no questions" in nothing_asked(documents, 0)
    questions = dataset({"context": "frage"}, frage=["Who is it?", "How much is it?", "Tell me."])
    said = nothing_asked(questions, 0)
    assert "There are no documents" in said and "“frage”" in said
    assert nothing_asked(questions, 3) == ""
