"""The command line as scripts hold on to it: exit codes, streams, files, and report.json."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data import samples
from pipelines import cli
from pipelines.commands import RunCommand, run_command
from pipelines.progress import CancelledRun, Progress

ROOT = Path(__file__).resolve().parents[2]
REPORT = {"litmus", "created", "task", "seed", "dataset", "split", "runs", "comparisons", "warnings"}
EXTRA = {"options", "verdict"}
DATASET = {"name", "rows", "fingerprint", "roles"}
RUN = {"model", "default", "baseline", "source", "license", "device", "precision", "versions",
       "seconds", "rows_per_second", "peak_memory_mb", "scores"}
SCORE = {"name", "value", "low", "high", "n", "unit", "higher_is_better", "signature"}
COMPARISON = {"metric", "model", "against", "delta", "low", "high", "p", "test"}
MEASURED = ("seconds", "rows_per_second", "peak_memory_mb")


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 60 labelled reviews, 20 of each class."""
    frame = samples.load("product-reviews").frame
    frame = frame[frame["sentiment"].isin(["negative", "neutral", "positive"])]
    few = frame.groupby("sentiment").head(20).sample(frac=1, random_state=0)
    path = tmp_path_factory.mktemp("data") / "reviews.csv"
    few[["review", "sentiment", "date", "channel"]].to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def judged_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 40 predictions of two systems."""
    truth = ["yes", "no"] * 20
    frame = pd.DataFrame({
        "truth": truth,
        "first": truth[:30] + ["no"] * 10,
        "second": ["yes"] * 40,
        "score": [0.5] * 40,
        "team": ["a", "b", "b", "a"] * 10,
    })
    path = tmp_path_factory.mktemp("data") / "predictions.csv"
    frame.to_csv(path, index=False)
    return path


def run(*arguments: object) -> int:
    """`main` with the exit code, however it leaves."""
    try:
        return cli.main([str(each) for each in arguments])
    except SystemExit as left:
        return int(left.code or 0)


def shell(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
    )


def report_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return found


def assert_one_sentence(text: str) -> None:
    last = text.strip().splitlines()[-1]
    assert "Traceback" not in text
    assert last[0] in "“-" or last[0].isupper() or not last[0].isalpha()
    assert last.endswith((".", "?")), last


def test_list_prints_one_json_document() -> None:
    done = shell("list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    tasks = json.loads(done.stdout)["tasks"]
    assert "sentiment" in [task["task"] for task in tasks]
    for task in tasks:
        assert {"task", "roles", "models", "metrics", "options"} <= set(task)


def test_list_names_every_model_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    assert "litmus-sentiment" in capsys.readouterr().out


def test_run_in_a_shell_prints_the_table_and_writes_the_folder(
    reviews: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "out"
    done = shell("run", "sentiment", "--data", reviews, "--out", out)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("model ")
    assert [line.split()[0] for line in lines[2:4]] == ["majority", "litmus-sentiment"]
    assert "Suggested roles: text=review" in done.stderr
    assert sorted(path.name for path in out.iterdir()) == [
        "predictions-litmus-sentiment.csv", "predictions-majority.csv", "report.html",
        "report.json",
    ]
    assert len(pd.read_csv(out / "predictions-litmus-sentiment.csv")) == 60


def test_wrong_input_in_a_shell_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    done = shell("run", "sentiment", "--data", tmp_path / "none.csv", "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert_one_sentence(done.stderr)
    assert list(tmp_path.iterdir()) == []


def test_report_has_the_fields_of_the_contract(reviews: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("run", "sentiment", "--data", reviews, "--model", "all", "--out", out) == 0
    report = report_of(out)
    assert set(report) >= REPORT
    assert set(report) - REPORT <= EXTRA
    assert report["task"] == "sentiment"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["created"])
    assert set(report["dataset"]) - {"labels"} == DATASET
    assert report["dataset"]["rows"] == 60
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", report["dataset"]["fingerprint"])
    assert report["dataset"]["roles"]["text"] == "review"
    assert report["split"] == {"kind": "cross-validation", "train": 48, "validation": 0, "test": 60}
    assert [each["model"] for each in report["runs"]] == [
        "majority", "vader", "tfidf-logistic", "minilm-logistic", "litmus-sentiment"
    ]
    for each in report["runs"]:
        assert set(each) == RUN
        assert set(each["seconds"]) == {"load", "fit", "predict"}
        for score in each["scores"]:
            assert set(score) == SCORE
            assert score["n"] == 60 and score["signature"]
            if score["low"] is not None:
                assert score["low"] <= score["value"] <= score["high"]
    assert report["comparisons"]
    for comparison in report["comparisons"]:
        assert set(comparison) == COMPARISON
        assert 0 <= comparison["p"] <= 1


def test_the_same_seed_gives_the_same_report(reviews: Path, tmp_path: Path) -> None:
    reports = []
    for name in ("first", "second"):
        models = ["--model", "tfidf-logistic", "--model", "litmus-sentiment"]
        command = ["run", "sentiment", "--data", reviews, *models, "--seed", 3]
        assert run(*command, "--out", tmp_path / name) == 0
        report = report_of(tmp_path / name)
        del report["created"]
        for each in report["runs"]:
            for field in MEASURED:
                del each[field]
        reports.append(report)
    assert reports[0] == reports[1]
    assert reports[0]["seed"] == 3
    csv = [(tmp_path / name / "predictions-tfidf-logistic.csv").read_bytes()
           for name in ("first", "second")]
    assert csv[0] == csv[1]


def test_train_and_test_files_are_kept_apart(reviews: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(reviews)
    frame.iloc[:45].to_csv(tmp_path / "train.csv", index=False)
    frame.iloc[45:].to_csv(tmp_path / "test.csv", index=False)
    files = ["--train", tmp_path / "train.csv", "--test", tmp_path / "test.csv"]
    code = run("run", "sentiment", *files, "--model", "tfidf-logistic", "--out", tmp_path / "out")
    assert code == 0
    report = report_of(tmp_path / "out")
    assert report["split"] == {"kind": "given", "train": 45, "validation": 0, "test": 15}
    assert report["dataset"]["name"] == "test.csv"


def test_limit_takes_a_sample_that_the_seed_decides(reviews: Path, tmp_path: Path) -> None:
    found = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        options = ["--limit", 30, "--seed", seed, "--model", "baseline", "--out", tmp_path / name]
        assert run("run", "sentiment", "--data", reviews, *options) == 0
        report = report_of(tmp_path / name)
        assert report["dataset"]["rows"] == 30
        assert any("30" in warning for warning in report["warnings"])
        found.append(report["dataset"]["fingerprint"])
    assert found[0] == found[1] != found[2]


def test_files_without_labels_get_predictions_and_no_scores(
    reviews: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pd.read_csv(reviews)[["review"]].to_csv(tmp_path / "texts.csv", index=False)
    out = tmp_path / "out"
    code = run("run", "sentiment", "--data", tmp_path / "texts.csv", "--model", "all", "--out", out)
    assert code == 0
    report = report_of(out)
    assert [each["model"] for each in report["runs"]] == ["majority", "vader", "litmus-sentiment"]
    assert all(each["scores"] == [] for each in report["runs"])
    assert capsys.readouterr().out.startswith("model")


def test_labels_of_the_user_are_mapped(reviews: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(reviews)
    frame["sentiment"] = frame["sentiment"].map(
        {"negative": "Boo", "neutral": "Meh", "positive": "Yay"}
    )
    frame.to_csv(tmp_path / "odd.csv", index=False)
    labels = ["--labels", "Boo=negative", "--labels", "Meh=neutral", "--labels", "Yay=positive"]
    options = ["--model", "vader", "--out", tmp_path / "out"]
    assert run("run", "sentiment", "--data", tmp_path / "odd.csv", *labels, *options) == 0
    assert report_of(tmp_path / "out")["split"]["test"] == 60


WRONG = {
    "unknown task": ["run", "horoscopes", "--data", "{data}"],
    "no data": ["run", "sentiment"],
    "data and test": ["run", "sentiment", "--data", "{data}", "--test", "{data}"],
    "train alone": ["run", "sentiment", "--train", "{data}"],
    "unknown role": ["run", "sentiment", "--data", "{data}", "--map", "mood=review"],
    "unknown column": ["run", "sentiment", "--data", "{data}", "--map", "text=nothing"],
    "column of another kind": ["run", "sentiment", "--data", "{data}", "--map", "text=date"],
    "map without a column": ["run", "sentiment", "--data", "{data}", "--map", "text"],
    "no text at all": ["run", "sentiment", "--data", "{data}", "--map", "text="],
    "unknown model": ["run", "sentiment", "--data", "{data}", "--model", "oracle"],
    "malformed hub model": ["run", "sentiment", "--data", "{data}", "--model", "hub:../etc"],
    "hub without a network": ["run", "sentiment", "--data", "{data}", "--model", "hub:no/net@1"],
    "unknown option": ["run", "sentiment", "--data", "{data}", "--set", "depth=3"],
    "option out of range": ["run", "sentiment", "--data", "{data}", "--set", "test=2"],
    "folds in halves": ["run", "sentiment", "--data", "{data}", "--set", "folds=2.5"],
    "unknown class": ["run", "sentiment", "--data", "{data}", "--labels", "negative=sad"],
    "label column of numbers": ["run", "sentiment", "--data", "{data}", "--map", "label=review"],
    "judged on training rows": ["run", "sentiment", "--data", "{data}", "--model",
                                "tfidf-logistic", "--set", "split=none"],
    "unknown device": ["run", "sentiment", "--data", "{data}", "--device", "abacus"],
    "negative seed": ["run", "sentiment", "--data", "{data}", "--seed", "-1"],
    "no rows wanted": ["run", "sentiment", "--data", "{data}", "--limit", "0"],
    "unknown flag": ["run", "sentiment", "--data", "{data}", "--verbose"],
    "unknown command": ["dance"],
    "no command": [],
    "unknown kind": ["evaluate", "taste", "--data", "{judged}"],
    "evaluate without data": ["evaluate", "classification"],
    "evaluate an unknown role": ["evaluate", "classification", "--data", "{judged}", "--map",
                                 "text=first"],
    "evaluate an unknown column": ["evaluate", "classification", "--data", "{judged}", "--map",
                                   "truth=truth", "--map", "prediction=third"],
    "one score for two systems": ["evaluate", "classification", "--data", "{judged}", "--map",
                                  "truth=truth", "--map", "prediction=first", "--map",
                                  "prediction=second", "--map", "score=score"],
    "a score that is none": ["evaluate", "classification", "--data", "{judged}", "--map",
                             "truth=truth", "--map", "prediction=first", "--map", "score=team"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG.keys())
def test_wrong_options_are_one_sentence_and_leave_nothing(
    arguments: list[str], reviews: Path, judged_elsewhere: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    filled = [each.format(data=reviews, judged=judged_elsewhere) for each in arguments]
    out = ["--out", tmp_path / "out"] if filled and filled[0] in ("run", "evaluate") else []
    assert run(*filled, *out) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert_one_sentence(printed.err)
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_is_no_folder_is_refused_before_anything_runs(
    reviews: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    for target in (tmp_path / "file", tmp_path / "file" / "below"):
        assert run("run", "sentiment", "--data", reviews, "--out", target) == 2
        assert_one_sentence(capsys.readouterr().err)
    assert (tmp_path / "file").read_text() == "mine"


def test_evaluate_compares_systems_on_the_same_rows(
    judged_elsewhere: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    systems = ["--map", "prediction=first", "--map", "prediction=second", "--map", "group=team"]
    code = run("evaluate", "classification", "--data", judged_elsewhere, "--map", "truth=truth",
               *systems, "--out", tmp_path / "out")
    assert code == 0
    assert capsys.readouterr().out.startswith("model")
    report = report_of(tmp_path / "out")
    assert set(report) - EXTRA == REPORT
    found = {
        each["model"]: {score["name"]: score["value"] for score in each["scores"]}
        for each in report["runs"]
    }
    assert found["first"]["accuracy"] == pytest.approx(35 / 40)
    assert found["second"]["accuracy"] == pytest.approx(20 / 40)
    pairs = {(each["model"], each["against"]) for each in report["comparisons"]}
    assert ("first", "second") in pairs or ("second", "first") in pairs
    assert (tmp_path / "out" / "report.html").is_file()


class StopAt(Progress):
    """Cancels at the given report."""

    def __init__(self, reports: int) -> None:
        self._left = reports

    def advance(self, rows: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise CancelledRun("You stopped the run.")


@pytest.mark.parametrize("reports", [0, 1, 3])
def test_a_cancelled_run_gives_nothing(reviews: Path, reports: int) -> None:
    command = RunCommand(task="sentiment", data=(reviews,), models=("tfidf-logistic", "default"))
    with pytest.raises(CancelledRun):
        run_command(command, StopAt(reports))


@pytest.mark.parametrize("screen", [True, False])
def test_stage_without_a_total_shows_its_name_alone(
    screen: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: screen)
    progress = cli.ConsoleProgress()
    progress.stage("Loading", 0)
    progress.advance(3)
    progress.stage("Reading", 1_200)
    progress.advance(1_200)
    said = re.split(r"[\r\n]+", capsys.readouterr().err.strip())
    assert [line.strip() for line in said if "Loading" in line] in (["Loading"], ["Loading"] * 2)
    assert "Reading: 0 of 1,200" in [line.strip() for line in said]
    assert said[-1].startswith("Reading: 1,200 of 1,200, ")


def test_a_stage_that_stands_still_is_said_once_in_a_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    progress = cli.ConsoleProgress()
    progress.stage("Learning", 216)
    for _ in range(5):
        progress.advance(0)
    assert capsys.readouterr().err == "Learning: 0 of 216\n"


def test_what_was_found_in_reading_a_file_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "readme.md").write_text(f"Folder {folder} is about parcels.")
    (tmp_path / "questions.json").write_text(json.dumps({"data": [{"paragraphs": [
        {"context": "Staff get 30 days.", "qas": [{"question": "How many?", "answers": ["40"]}]},
    ]}]}))
    out = tmp_path / "out"
    assert run("run", "question-answering", "--model", "best-sentence", "--out", out, "--data",
               tmp_path / "a" / "readme.md", tmp_path / "b" / "readme.md",
               tmp_path / "questions.json") == 0
    said = capsys.readouterr().err
    assert "told apart as a/readme.md, b/readme.md." in said
    assert "does not stand in its context" in said
    assert any("does not stand in its context" in each for each in report_of(out)["warnings"])


def test_a_cancelled_run_leaves_no_file_and_the_next_one_works(
    reviews: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["run", "sentiment", "--data", reviews, "--model", "vader", "--out",
                 tmp_path / "out"]
    with monkeypatch.context() as stopped:
        stopped.setattr(cli, "ConsoleProgress", lambda: StopAt(1))
        assert run(*arguments) == 2
    assert list(tmp_path.iterdir()) == []
    assert run(*arguments) == 0


def test_warnings_of_a_run_are_told_beside_the_table(reviews: Path) -> None:
    done = shell("run", "sentiment", "--data", reviews, "--model", "vader")
    assert done.returncode == 0, done.stderr
    assert "Only 60 labelled rows: the intervals are wide" in done.stderr
    assert "Only 60 labelled rows" not in done.stdout
    notes = [line for line in done.stderr.splitlines() if line.startswith("Read as")]
    assert len(notes) == len(set(notes)), "what was told in reading is not told again"
