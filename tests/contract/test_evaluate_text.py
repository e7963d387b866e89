"""`python -m pipelines evaluate text`: what a file gives, and what a wrong file is told."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import main

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "translations_two_systems.csv"
HOSTILE = "<script>alert(1)</script> $\\frac{a}{b}$ \u202eevil {{7*7}} &amp;"


def table(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def evaluate(path: Path, out: Path, *mapped: str) -> int:
    options = [part for each in mapped for part in ("--map", each)]
    return main(["evaluate", "text", "--data", str(path), *options, "--out", str(out)])


def report(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return found


def scores(out: Path, model: str) -> dict[str, Any]:
    run = next(run for run in report(out)["runs"] if run["model"] == model)
    return {score["name"]: score for score in run["scores"]}


def test_sample_is_judged_with_every_score_of_the_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = evaluate(SAMPLE, tmp_path / "out", "truth=reference", "prediction=system_a",
                    "prediction=system_b", "source=source", "group=topic")
    assert code == 0
    found = report(tmp_path / "out")
    assert [run["model"] for run in found["runs"]] == ["copy", "system_a", "system_b"]
    assert [run["model"] for run in found["runs"] if run["baseline"]] == ["copy"]
    assert list(scores(tmp_path / "out", "system_a")) == [
        "bleu", "chrf", "ter", "rouge1", "rouge2", "rougeL", "exact_match", "f1_token",
    ]
    assert {each["metric"] for each in found["comparisons"]} == set(
        scores(tmp_path / "out", "system_a")
    )
    assert found["verdict"] in capsys.readouterr().out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<mark>" in page and "By topic" in page


def test_columns_are_suggested_when_none_is_named(tmp_path: Path) -> None:
    assert evaluate(SAMPLE, tmp_path / "out") == 0
    systems = [run["model"] for run in report(tmp_path / "out")["runs"]]
    assert systems == ["copy", "system_a", "system_b"]


@pytest.mark.parametrize("words", [("reference", "output"), ("gold", "system"),
                                   ("ref", "hypothesis"), ("Reference", "candidate")])
def test_roles_go_by_the_words_of_the_field(words: tuple[str, str], tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["a", "b"], [["we are sorry", "we are sorry"]] * 3)
    assert evaluate(path, tmp_path / "out", f"{words[0]}=a", f"{words[1]}=b") == 0
    assert [run["model"] for run in report(tmp_path / "out")["runs"]] == ["b"]


@pytest.mark.parametrize("mapped", [(), ("prediction=model_a",)])
def test_only_other_text_is_guessed_to_be_the_reference_and_said(
    mapped: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [[f"the parcel {n} came late", f"parcel {n} came too late", "mail"] for n in range(30)]
    path = table(tmp_path / "a.csv", ["wording", "model_a", "channel"], rows)
    assert evaluate(path, tmp_path / "out", *mapped) == 0
    guess = "No column is named as the reference, so “wording” was taken for it: a guess."
    assert f"{guess} Name another with --map truth=COLUMN." in capsys.readouterr().err
    assert guess in report(tmp_path / "out")["warnings"]
    assert [run["model"] for run in report(tmp_path / "out")["runs"]] == ["model_a"]


def test_reference_that_is_named_is_no_guess(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(SAMPLE, tmp_path / "out") == 0
    said = capsys.readouterr().err
    assert "Suggested roles: truth=reference, prediction=system_a" in said
    assert "guess" not in said


def test_same_file_gives_the_same_report(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert evaluate(SAMPLE, tmp_path / name, "truth=reference", "prediction=system_b") == 0
    first, second = report(tmp_path / "a"), report(tmp_path / "b")
    assert {**first, "created": ""} == {**second, "created": ""}


def test_several_references_count_where_they_are(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["one", "two", "said"], [
        *[["the parcel came late", "", "the parcel came late"]] * 15,
        *[["we are sorry", "we apologise", "we apologise"]] * 15,
    ])
    assert evaluate(path, tmp_path / "out", "truth=one", "truth=two", "prediction=said") == 0
    assert scores(tmp_path / "out", "said")["exact_match"]["value"] == 1
    assert "nrefs:var" in scores(tmp_path / "out", "said")["bleu"]["signature"]


def test_rows_without_a_reference_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [["" if n < 5 else f"the parcel number {n} came late", f"parcel {n} came"]
            for n in range(30)]
    path = table(tmp_path / "a.csv", ["reference", "output"], rows)
    assert evaluate(path, tmp_path / "out", "truth=reference", "prediction=output") == 0
    found = report(tmp_path / "out")
    assert found["split"]["test"] == 25
    assert any("5 rows without a reference were left out" in each for each in found["warnings"])


def test_missing_output_counts_as_an_empty_one(tmp_path: Path) -> None:
    rows = [[f"the parcel number {n} came late", "" if n % 2 else f"the parcel number {n} came late"]
            for n in range(30)]
    path = table(tmp_path / "a.csv", ["reference", "output"], rows)
    assert evaluate(path, tmp_path / "out", "truth=reference", "prediction=output") == 0
    assert scores(tmp_path / "out", "output")["f1_token"]["value"] == pytest.approx(0.5)
    assert scores(tmp_path / "out", "output")["bleu"]["n"] == 30


def test_one_row_and_unicode_and_markup_are_judged_and_shown_as_they_are(tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.csv", ["reference", f"output {HOSTILE}"], [[f"ünïcödé 天气 {HOSTILE}", HOSTILE]]
    )
    assert evaluate(path, tmp_path / "out", "truth=reference") == 0
    assert "too few segments" in report(tmp_path / "out")["verdict"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "\u202e" not in page


@pytest.mark.parametrize(
    ("header", "row", "mapped", "words"),
    [
        (["ref", "out"], ["", "a text of words"], ("truth=ref", "prediction=out"), "'ref'"),
        (["ref", "out"], ["a text of words", ""], ("truth=ref", "prediction=out"), "'out'"),
        (["ref", "out"], ["12", "13"], ("truth=ref", "prediction=out"), "no words"),
        (["ref", "out"], ["a text", "another text"], ("truth=ref", "prediction=ref"), "'ref'"),
        (["ref", "out"], ["a text", "another text"],
         ("truth=ref", "prediction=out", "prediction=out"), "“out” is given twice as output"),
        (["ref", "ref2", "out"], ["a text", "a text", "a text"],
         ("truth=ref", "truth=ref2", "prediction=out", "prediction=ref"), "“ref”"),
        (["ref", "out"], ["a text", "another text"], ("truth=ref", "prediction=no"), "'no'"),
        (["ref", "out"], ["a text", "another text"], ("score=out",),
         "no role “score”; its roles are truth (reference), prediction (output), source,"),
        (["a", "b"], ["a text here", "another text here"], (),
         "The columns are a, b; name it with --map truth=COLUMN"),
        (["reference", "output"], ["12", "13"], (), "'reference' holds no words (for example '12')"),
        (["reference", "output"], ["a text", ""], (), "All 3 cells of column 'output' are missing"),
        (["text"], ["a text here"], (), "a.csv has one column, “text”; needed is"),
    ],
)
def test_wrong_input_gets_one_sentence_and_no_report(
    header: list[str], row: list[str], mapped: tuple[str, ...], words: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = table(tmp_path / "a.csv", header, [row] * 3)
    assert evaluate(path, tmp_path / "out", *mapped) == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert words in said
    assert not (tmp_path / "out").exists()


def test_lists_of_references_in_a_cell_are_several(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [{"reference": ["we are sorry", f"we apologise {n}"], "output": f"we apologise {n}"}
             for n in range(25)]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert evaluate(path, tmp_path / "out", "truth=reference", "prediction=output") == 0
    assert scores(tmp_path / "out", "output")["exact_match"]["value"] == 1
