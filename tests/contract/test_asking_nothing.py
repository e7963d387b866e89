"""Documents without questions, questions without documents or answers: said, and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli


def run(*arguments: object) -> int:
    return cli.main([str(each) for each in arguments])


def report_of(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text())


def test_documents_without_questions_say_that_nothing_was_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "leave.md").write_text("# Leave\n\nEverybody has 25 days of paid leave a year.")
    out = tmp_path / "out"
    assert run("run", "question-answering", "--model", "best-sentence", "--out", out, "--data",
               tmp_path / "leave.md") == 0
    assert "There are no questions, so nothing is asked" in capsys.readouterr().err
    assert {path.name for path in out.iterdir()} == {"report.json", "report.html"}
    page = (out / "report.html").read_text()
    assert "Nothing was asked, so nothing is proven" in page and "nothing asked" in page
    assert "Label a random sample" not in page and "0 rows a second" not in page


def test_questions_without_documents_say_that_documents_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.csv").write_text(
        "kunde fragt,richtig\nHow many days of leave?,25\nWho is the mayor?,Ada\nWhen?,at nine\n"
    )
    assert run("run", "question-answering", "--model", "best-sentence", "--map",
               "context=kunde fragt", "--data", tmp_path / "q.csv") == 0
    assert "There are no documents: the column “kunde fragt” holds" in capsys.readouterr().err


def test_questions_with_an_empty_answer_are_told_on_the_command_line_and_in_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.csv").write_text(
        "question,answer,context\nHow many days?,25,There are 25 days.\nWho?,,There are 25 days.\n"
    )
    out = tmp_path / "out"
    assert run("run", "question-answering", "--model", "best-sentence", "--out", out, "--data",
               tmp_path / "q.csv") == 0
    said = "1 question has an empty answer in “answer” and is not judged (“Who?”)"
    assert said in capsys.readouterr().err
    assert any(said in each for each in report_of(out)["warnings"])
    page = (out / "report.html").read_text()
    assert "1 with an answer, 0 without; 1 more not judged, as their answer is empty" in page
