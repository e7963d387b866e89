"""What every reader of the question-answering task has to keep."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pandas as pd
import pytest
import torch

from pipelines.options import Options
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.progress import Progress
from pipelines.reading.answers import AnswerPredictions
from pipelines.registry import find_model, find_task, make_pipeline
from pipelines.runtime.readers import tuned_reader
from pipelines.tasks.question_answering.litmus import WEIGHTS

TASK = find_task("question-answering")
DOCUMENTS = [
    "Everybody has 25 days of paid leave a year. Leave is booked with the team lead.",
    "The office in Leeds opens at eight. The office in Porto opens at nine.",
    "Invoices over 500 pounds are signed by the head of finance. Smaller ones need no signature.",
    "The warranty of a lamp lasts three years. It does not cover the battery.",
]
QUESTIONS = [
    "How many days of paid leave are there?", "When does the office in Porto open?",
    "Who signs large invoices?", "How long does the warranty last?",
]
AWKWARD = [
    "", " ", "?", "why", "👍", "ما هي مدة الضمان؟", "保修期有多长？", "a\u0000b\u001b[31m",
    "<script>alert(1)</script>", "=1+1", "word " * 5000, "x" * 20_000, "\u202ereversed",
]


@cache
def reader(model: str) -> Pipeline:
    """A loaded reader that has studied the documents."""
    config = LoadConfig(settings=dict(Options(TASK)))
    pipeline = make_pipeline(find_model(TASK, model), config).load()
    return pipeline.study(pd.DataFrame({"context": [*DOCUMENTS, ""]}))


def ask(pipeline: Pipeline, questions: list[str], contexts: list[str] | None = None):
    batch = pd.DataFrame({"question": pd.Series(questions, dtype="str")})
    if contexts is not None:
        batch["context"] = contexts
    found = pipeline.predict(batch)
    assert isinstance(found, AnswerPredictions)
    return found


def texts(found: AnswerPredictions) -> list[str]:
    return ["" if answer is None else answer.text for answer in found.best()]


every_reader = pytest.mark.parametrize("model", [card.id for card in TASK.models])


@every_reader
def test_the_answer_stands_in_its_passage_and_in_the_right_document(model: str) -> None:
    found = ask(reader(model), QUESTIONS)
    assert len(found) == len(QUESTIONS)
    for document, answer in zip(DOCUMENTS, found.best(), strict=True):
        assert answer is not None
        assert answer.passage.text == document
        assert answer.text and answer.text in answer.sentence
        assert 0 <= answer.confidence <= 1


@every_reader
def test_candidates_come_best_first_and_differ(model: str) -> None:
    for reading in ask(reader(model), QUESTIONS).readings:
        sure = [answer.confidence for answer in reading.candidates]
        assert sure == sorted(sure, reverse=True)
        assert len({answer.text.casefold() for answer in reading.candidates}) == len(sure)


@every_reader
def test_a_question_gets_the_same_answer_alone_as_in_company(model: str) -> None:
    together = texts(ask(reader(model), QUESTIONS))
    alone = [texts(ask(reader(model), [question]))[0] for question in QUESTIONS]
    assert alone == together


@every_reader
def test_the_passage_that_comes_with_a_question_is_read_and_ranked(model: str) -> None:
    found = ask(reader(model), QUESTIONS, DOCUMENTS)
    for document, reading in zip(DOCUMENTS, found.readings, strict=True):
        assert reading.given is not None and reading.found is not None
        assert reading.given[0].passage.text == document
        assert reading.rank == 1
        assert reading.retrieved[0].text == document


@every_reader
def test_a_passage_outside_the_documents_has_no_rank(model: str) -> None:
    found = ask(reader(model), QUESTIONS[:1], ["The canteen has twelve tables."])
    assert found.readings[0].rank is None


@every_reader
def test_awkward_questions_and_passages_get_a_valid_answer(model: str) -> None:
    found = ask(reader(model), AWKWARD)
    assert len(found) == len(AWKWARD)
    again = ask(reader(model), AWKWARD, [DOCUMENTS[0], *AWKWARD[:0:-1]])
    for answer in (*found.best(), *again.best()):
        if answer is not None:
            assert np.isfinite(answer.confidence)
            assert 0 <= answer.start <= answer.end <= len(answer.passage.text)


@every_reader
def test_nothing_to_read_gives_no_answer_and_no_error(model: str) -> None:
    config = LoadConfig(settings=dict(Options(TASK)))
    fresh = make_pipeline(find_model(TASK, model), config).load()
    assert fresh.study(pd.DataFrame({"context": [" "]})).predict(
        pd.DataFrame({"question": ["who?"], "context": [""]})
    ).best() == [None]


@every_reader
def test_empty_one_and_many_give_one_shape(model: str) -> None:
    columns = list(ask(reader(model), QUESTIONS).frame().columns)
    for rows in (0, 1):
        frame = ask(reader(model), QUESTIONS[:rows]).frame()
        assert len(frame) == rows and list(frame.columns) == columns


@every_reader
def test_every_question_is_reported_once(model: str) -> None:
    class Counting(Progress):
        rows = 0

        def advance(self, rows: int) -> None:
            self.rows += rows

    counting = Counting()
    batch = pd.DataFrame({"question": QUESTIONS * 20})
    reader(model).predict(batch, counting)
    assert counting.rows == len(batch)


@every_reader
def test_sessions_may_ask_at_the_same_time(model: str) -> None:
    expected = texts(ask(reader(model), QUESTIONS))
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(ask, reader(model), QUESTIONS) for _ in range(4)]
    assert all(texts(job.result()) == expected for job in jobs)


@every_reader
def test_words_of_the_question_are_weighed_in_reading_order(model: str) -> None:
    batch = pd.DataFrame({"question": QUESTIONS[:1]})
    explained = reader(model).explain(batch, ["25"])[0]
    assert max(explained.weights) <= ask(reader(model), QUESTIONS[:1]).best()[0].confidence + 1e-6
    assert explained.pieces == ("How", "many", "days", "of", "paid", "leave", "are", "there")
    assert np.isfinite(explained.weights).all()


def test_a_long_passage_is_read_to_its_end() -> None:
    filler = "The corridor was painted again in a quiet colour that nobody minded. " * 120
    passage = filler + "The warranty of the lamp lasts three years. " + filler
    found = ask(reader("litmus-reader"), ["How long does the warranty of the lamp last?"], [passage])
    assert "three years" in texts(found)[0]


@every_reader
def test_only_the_piece_of_a_long_text_that_holds_the_answer_counts_as_found(model: str) -> None:
    filler = "The corridor was painted again in a quiet colour that nobody minded. " * 60
    text = f"{filler}\n\nThe warranty of the lamp lasts three years.\n\n{filler}"
    config = LoadConfig(settings={**Options(TASK), "retrieval": "bm25"})
    pipeline = make_pipeline(find_model(TASK, model), config).load()
    pipeline.study(pd.DataFrame({"context": [text, *DOCUMENTS]}))
    asked = "Which colour is the corridor painted in, and who minded?"
    found = pipeline.predict(pd.DataFrame({
        "question": [asked] * 4, "context": [text] * 4,
        "answer": ["three years", "quiet colour", "green", "no answer"],
    }))
    assert isinstance(found, AnswerPredictions)
    retrieved = found.readings[0].retrieved
    assert len(retrieved) > 3 and "three years" not in retrieved[0].text
    ranks = [reading.rank for reading in found.readings]
    holds = ["three years" in passage.text for passage in retrieved]
    assert ranks == [holds.index(True) + 1 if any(holds) else 0, 1, None, None]


@every_reader
def test_the_place_of_the_expected_document_is_known_where_the_passage_is_not(model: str) -> None:
    config = LoadConfig(settings=dict(Options(TASK)))
    pipeline = make_pipeline(find_model(TASK, model), config).load()
    names = ["leave.md", "office.md", "invoices.md", "warranty.md"]
    pipeline.study(pd.DataFrame({"context": DOCUMENTS, "document": names}))
    found = pipeline.predict(pd.DataFrame({
        "question": [QUESTIONS[0]] * 6,
        "context": ["", "", "", "", "", DOCUMENTS[0]],
        "document": ["", "", "", "", "leave", "leave.md"],
        "expected_document": ["leave.md", "nowhere.md", None, "leave.md", None, "leave.md"],
        "answer": ["25", "25", "25", "no answer", "25", "25"],
    }))
    assert isinstance(found, AnswerPredictions)
    assert [each.document_rank for each in found.readings] == [1, None, None, None, 1, None]
    assert [each.rank for each in found.readings] == [None] * 5 + [1]


def test_a_document_that_repeats_the_text_of_another_can_be_expected() -> None:
    config = LoadConfig(settings=dict(Options(TASK)))
    pipeline = make_pipeline(find_model(TASK, "best-sentence"), config).load()
    pipeline.study(pd.DataFrame({
        "context": [DOCUMENTS[0], DOCUMENTS[0], DOCUMENTS[1]],
        "document": ["policy.md", "policy-2024.md", "office.md"],
    }))
    found = pipeline.predict(pd.DataFrame({
        "question": [QUESTIONS[0]] * 2, "context": [None] * 2, "answer": ["25"] * 2,
        "expected_document": ["policy.md", "policy-2024.md"],
    }))
    assert isinstance(found, AnswerPredictions)
    assert [each.document_rank for each in found.readings] == [1, 1]


def test_documents_with_and_without_pages_are_studied_together() -> None:
    config = LoadConfig(settings=dict(Options(TASK)))
    pipeline = make_pipeline(find_model(TASK, "best-sentence"), config).load()
    pipeline.study(pd.DataFrame({
        "context": DOCUMENTS[:2], "document": ["a.pdf", "b.md"],
        "page": pd.array([3, None], dtype="Int64"), "heading": [None, "Office"],
    }))
    found = ask(pipeline, [QUESTIONS[0], QUESTIONS[1]]).best()
    assert [answer.passage.page for answer in found if answer is not None] == [3, None]


def test_the_reader_gives_words_and_not_sentences() -> None:
    assert texts(ask(reader("litmus-reader"), QUESTIONS)) != texts(
        ask(reader("best-sentence"), QUESTIONS)
    )
    lengths = [len(text.split()) for text in texts(ask(reader("litmus-reader"), QUESTIONS))]
    assert max(lengths) <= 8


def test_withheld_answers_are_blank_in_the_download_and_the_guess_stays() -> None:
    config = LoadConfig(settings={**Options(TASK), "threshold": "1"})
    strict = make_pipeline(find_model(TASK, "litmus-reader"), config).load()
    frame = strict.study(pd.DataFrame({"context": DOCUMENTS})).predict(
        pd.DataFrame({"question": QUESTIONS})
    ).frame()
    assert (frame["prediction"] == "").all()
    assert (frame["best_guess"] != "").all()


def test_no_tensor_is_made_without_its_device() -> None:
    expected = texts(ask(reader("litmus-reader"), QUESTIONS))
    with torch.device("meta"):
        assert texts(ask(reader("litmus-reader"), QUESTIONS)) == expected


def test_windows_of_a_batch_and_of_one_agree() -> None:
    shared = tuned_reader(WEIGHTS)
    pairs = [(question, passage) for question in QUESTIONS for passage in DOCUMENTS]
    together = shared.read(pairs, count=1)
    for pair, spans in zip(pairs[:6], together, strict=False):
        alone = shared.read([pair], count=1)[0]
        assert (alone[0].start, alone[0].end) == (spans[0].start, spans[0].end)
        assert alone[0].score == pytest.approx(spans[0].score, abs=0.25)
