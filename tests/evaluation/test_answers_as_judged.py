"""Answers in the download and in the words around the scores, as the scores took them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from data.table import Table
from pipelines.commands import RunCommand, run_command
from pipelines.experiment import Experiment, run_experiment
from pipelines.judging.answers import KIND
from pipelines.options import Options
from pipelines.prepare import prepare
from pipelines.reading.answers import Answer, AnswerPredictions, Reading
from pipelines.reading.sources import Source
from pipelines.registry import find_models, find_task
from pipelines.report.document import document
from pipelines.report.html import report_page
from pipelines.report.predictions import prediction_table
from pipelines.request import Request
from pipelines.retrieval.passages import Passage

TASK = find_task("question-answering")
DOCUMENTS = ["Everybody has 25 days of paid leave a year.", "The office in Porto opens at nine."]


def table(answers: list[str], expected: list[str]) -> Table:
    asked = ["How many days of paid leave are there?", "When does the office in Porto open?"]
    frame = pd.DataFrame({
        "text": [*DOCUMENTS, None, None], "document": ["leave.md", "office.md", None, None],
        "question": [None, None, *asked], "answer": [None, None, *answers],
        "expected_document": [None, None, *expected],
    }).astype("str")
    return Table("questions.csv", frame, "sha256:ab", (), len(frame))


def run(answers: list[str], expected: list[str]) -> Experiment:
    return run_experiment(Request(
        task=TASK, dataset=prepare(TASK, table(answers, expected)),
        models=find_models(TASK, ["best-sentence"]),
        options=Options(TASK, {"threshold": "1"}),
    ))


@pytest.fixture(scope="module")
def answerable() -> Iterator[Experiment]:
    yield run(["25 days", "nine"], ["leave.md", "office.pdf"])


@pytest.fixture(scope="module")
def one_without() -> Iterator[Experiment]:
    yield run(["25 days", "no answer"], ["leave.md", "elsewhere.md"])


def test_where_scores_withhold_nothing_the_download_has_every_answer(
    answerable: Experiment,
) -> None:
    found = prediction_table(answerable, answerable.runs[0])
    assert found["prediction"].tolist() == DOCUMENTS
    assert not found["withheld"].any()


def test_where_scores_withhold_the_download_says_which(one_without: Experiment) -> None:
    found = prediction_table(one_without, one_without.runs[0])
    assert found["prediction"].tolist() == ["", ""]
    assert found["withheld"].tolist() == [True, True]
    assert found["best_guess"].tolist() == DOCUMENTS


def test_finding_the_expected_document_is_scored_without_its_passage(
    answerable: Experiment,
) -> None:
    judged = answerable.judged
    assert judged is not None
    scores = {each.name: each for each in judged.scores["best-sentence"]}
    assert scores["document_recall@1"].value == 1 and scores["document_recall@1"].n == 2
    assert not [name for name in scores if name.startswith("retrieval")]


def test_page_and_json_of_the_report_have_every_way_to_search(answerable: Experiment) -> None:
    page, plain = report_page(answerable), document(answerable)
    assert "Ways to search for a passage of the right document" in page
    assert "MRR of the right document, by words alone" in page
    (run,) = plain["runs"]
    scores = {each["name"]: each for each in run["scores"]}
    for method in ("bm25", "embeddings"):
        assert scores[f"document_recall@5_{method}"]["n"] == 2
        assert scores[f"document_mrr_{method}"]["signature"].endswith(f"|retrieval:{method}")
    tests = [each for each in plain["comparisons"] if each["model"] == "retrieval=hybrid"]
    assert [(each["metric"], each["against"]) for each in tests] == [
        ("document_recall@5", "retrieval=bm25"), ("document_recall@5", "retrieval=embeddings")
    ]


def test_the_role_of_the_expected_document_is_suggested_and_optional() -> None:
    dataset = prepare(TASK, table(["25 days", "nine"], ["leave.md", "office.md"]))
    assert dataset.roles["expected_document"] == "expected_document"
    assert dataset.roles["document"] == "document"
    assert not TASK.role("expected_document").required


def test_an_expected_document_that_is_not_there_is_named() -> None:
    passage = Passage("Ann", 0, 0, "a.md")
    answer = (Answer(Source(passage, 0), 0, 3, 0.9),)
    readings = (Reading(found=answer, retrieved=(passage,), document_rank=1),
                Reading(found=answer, retrieved=(passage,)))
    truth = pd.Series([None, None], dtype=object)
    truth.iat[0], truth.iat[1] = ("Ann",), ("Ann",)
    judged = KIND.judge(
        truth, {"own": AnswerPredictions(readings, 0.5)},
        batch=pd.DataFrame({"question": ["q", "r"], "expected_document": ["a.md", "b.md"]}),
        baseline="own", favourite="own", seed=0,
    )
    named = [text for text in judged.warnings if "expects a document" in text]
    assert len(named) == 1 and "“b.md”" in named[0] and named[0].startswith("1 question")


def test_the_report_says_what_never_answering_would_score(
    one_without: Experiment, answerable: Experiment
) -> None:
    assert "would score 50.0 % in exact match" in report_page(one_without)
    assert "Never answering" not in report_page(answerable)


def test_questions_with_a_column_named_document_expect_it(tmp_path: Path) -> None:
    for name, text in zip(("leave.md", "office.md"), DOCUMENTS, strict=True):
        (tmp_path / name).write_text(f"# {name}\n\n{text}", "utf-8")
    questions = tmp_path / "questions.csv"
    questions.write_text(
        "question,answer,document\nHow many days of paid leave are there?,25 days,leave\n"
        "When does the office in Porto open?,nine,office.md\n", "utf-8",
    )
    experiment = run_command(RunCommand(
        task=TASK.slug, models=("best-sentence",),
        data=(tmp_path / "leave.md", tmp_path / "office.md", questions),
    ))
    assert experiment.judged is not None
    scores = {each.name: each for each in experiment.judged.scores["best-sentence"]}
    assert scores["document_recall@1"].n == 2
