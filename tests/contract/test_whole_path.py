"""From a file to report.json and back: the numbers, the printed command, the HTTP call."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from dashboard.components.attribution import attribution_html
from data.labelled import with_labels
from data.readers import read_path
from pipelines.cli import main
from pipelines.commands import RunCommand, run_command
from pipelines.experiment import Experiment, run_experiment
from pipelines.judging import find_kind
from pipelines.options import Options
from pipelines.pipeline import Attribution, LoadConfig
from pipelines.predict import predict_records
from pipelines.prepare import prepare
from pipelines.registry import find_model, find_models, find_task, make_pipeline
from pipelines.report.files import write_report
from pipelines.report.reproduce import command_line
from pipelines.request import Request

OBVIOUS = [
    ("I love it, wonderful and great", "positive"), ("Terrible, awful, I hate it", "negative"),
    ("Excellent, I am very happy", "positive"), ("Horrible and bad, the worst", "negative"),
    ("The table is in the room", "neutral"), ("It has four legs", "neutral"),
]


def written(folder: Path, rows: list[tuple[str, str]], name: str = "rows.csv") -> Path:
    path = folder / name
    pd.DataFrame(rows, columns=["text", "label"]).to_csv(path, index=False)
    return path


def scores(folder: Path) -> dict[str, dict[str, float]]:
    report = json.loads((folder / "report.json").read_text())
    return {run["model"]: {s["name"]: s["value"] for s in run["scores"]} for run in report["runs"]}


def test_obvious_sentences_are_all_right_and_stay_right_when_judged_from_the_file(
    tmp_path: Path,
) -> None:
    data = written(tmp_path, OBVIOUS)
    out, again = tmp_path / "out", tmp_path / "again"
    assert main(["run", "sentiment", "--data", str(data), "--model", "vader",
                 "--out", str(out)]) == 0
    assert scores(out)["vader"]["accuracy"] == 1.0
    assert scores(out)["majority"]["accuracy"] == pytest.approx(1 / 3)
    assert main(["evaluate", "classification", "--data", str(out / "predictions-vader.csv"),
                 "--map", "truth=label", "--map", "prediction=prediction", "--out",
                 str(again)]) == 0
    assert scores(again)["prediction"]["accuracy"] == 1.0
    assert scores(again)["prediction"]["f1_macro"] == 1.0


def test_default_model_divides_its_logits_by_the_temperature_of_its_card() -> None:
    task = find_task("sentiment")
    classes = ("negative", "neutral", "positive")
    pipeline = make_pipeline(find_model(task, "default"), LoadConfig(classes=classes)).load()
    texts = [text for text, _ in OBVIOUS]
    logits = pipeline.model.run(texts).astype(float)
    assert pipeline.temperature != 1.0
    expected = softmax(logits / pipeline.temperature, axis=1)
    found = pipeline.predict(pd.DataFrame({"text": texts})).probabilities
    np.testing.assert_allclose(found, expected, atol=0.02)
    assert np.abs(found - softmax(logits, axis=1)).max() > 0.02


def repeated(experiment: Experiment, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the printed command where the file is and compare the reports."""
    write_report(experiment, folder / "first")
    monkeypatch.chdir(folder)
    words = shlex.split(command_line(experiment))
    assert words[:3] == ["python", "-m", "pipelines"]
    assert main(words[3:]) == 0
    assert scores(folder / "report") == scores(folder / "first")


def test_printed_command_repeats_a_run_with_labels_left_out_and_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(f"{text} {n}", {"negative": "-1", "neutral": "0", "positive": "1"}[label])
            for n in range(10) for text, label in OBVIOUS]
    data = written(tmp_path, rows)
    experiment = run_command(RunCommand(
        task="sentiment", data=(data,), models=("vader",), limit=40, labels={"0": ""},
    ))
    repeated(experiment, tmp_path, monkeypatch)


def test_printed_command_repeats_a_run_on_labels_given_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = written(tmp_path, OBVIOUS * 3)
    task = find_task("sentiment")
    table = read_path(data)
    table, column = with_labels(table, {row: OBVIOUS[row % 6][1] for row in range(12)})
    classes = {entry.name: entry.name for entry in task.scheme.classes}
    dataset = prepare(task, table, {"label": column}, classes)
    experiment = run_experiment(Request(
        task=task, dataset=dataset, models=find_models(task, ["vader"]), options=Options(task),
    ))
    write_report(experiment, tmp_path)
    repeated(experiment, tmp_path, monkeypatch)


def test_http_answers_from_the_classes_of_the_run() -> None:
    answer = predict_records(
        "sentiment", "vader", [{"text": "The table is in the room"}],
        classes=("negative", "positive"),
    )
    assert set(answer.predictions[0]) == {
        "prediction", "confidence", "probability_negative", "probability_positive"
    }


def test_words_of_a_text_are_shown_and_never_obeyed() -> None:
    hostile = Attribution(("<img", "src=x", "onerror=alert(1)>"), (0.4, 0.1, -0.2), "positive")
    shown = attribution_html(hostile)
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_columns_of_predictions_are_told_by_their_shared_values(tmp_path: Path) -> None:
    words = ["good", "bad", "fine"] * 20
    frame = pd.DataFrame({
        "ticket": range(60), "plan": ["free", "team"] * 30, "acme_says": words,
        "human": words[1:] + words[:1], "zeta_out": words[2:] + words[:2],
    })
    found = find_kind("classification").suggest(frame)
    assert found == {"truth": ["human"], "prediction": ["acme_says", "zeta_out"]}
    path = tmp_path / "vendors.csv"
    frame.to_csv(path, index=False)
    out = tmp_path / "out"
    assert main(["evaluate", "classification", "--data", str(path), "--out", str(out)]) == 0
    assert set(scores(out)) == {"majority", "acme_says", "zeta_out"}
