"""Images from file to report, on the command line and over HTTP."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from starlette.testclient import TestClient

from dashboard.api.app import api_mounts
from dashboard.api.settings import ApiSettings
from data.reading import read
from pipelines.cli import main
from pipelines.options import Options
from pipelines.prepare import has_own_classes, prepare
from pipelines.registry import find_models, find_task
from pipelines.split import split_of_file
from tests.image_sets import joined_zip, shapes_zip

KNOWN = ("tench", "goldfish")


def report_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return found


@pytest.fixture
def client() -> TestClient:
    from starlette.applications import Starlette

    return TestClient(Starlette(routes=api_mounts(ApiSettings())), raise_server_exceptions=False)


def png(color: tuple[int, int, int] = (200, 30, 30)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(buffer, "PNG")
    return buffer.getvalue()


def test_default_learns_classes_of_ones_own_and_is_judged_on_images_it_did_not_see(
    tmp_path: Path,
) -> None:
    (tmp_path / "train.zip").write_bytes(shapes_zip(12))
    (tmp_path / "test.zip").write_bytes(shapes_zip(6, seed=1))
    out = tmp_path / "out"
    assert main(["run", "images", "--train", str(tmp_path / "train.zip"), "--test",
                 str(tmp_path / "test.zip"), "--out", str(out)]) == 0
    report = report_of(out)
    assert [run["model"] for run in report["runs"]] == ["majority", "own-classes"]
    assert report["split"] == {"kind": "given", "train": 24, "validation": 0, "test": 12}
    scores = {each["name"]: each["value"] for each in report["runs"][1]["scores"]}
    assert scores["accuracy"] > 0.8
    table = pd.read_csv(out / "predictions-own-classes.csv")
    assert list(table.columns[:2]) == ["image", "label"]
    assert (table["used_for"] == "test").all()


def test_folders_of_one_archive_give_the_split(tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_bytes(
        joined_zip(shapes_zip(8, "train/"), shapes_zip(5, "test/", seed=1))
    )
    out = tmp_path / "out"
    assert main(["run", "images", "--data", str(tmp_path / "set.zip"), "--out", str(out)]) == 0
    report = report_of(out)
    assert report["dataset"]["roles"]["split"] == "split"
    assert report["split"]["kind"] == "given"
    assert (report["split"]["train"], report["split"]["test"]) == (16, 10)


def test_labels_that_pretrained_networks_know_are_judged_among_all_their_names() -> None:
    task = find_task("images")
    table = read(shapes_zip(2, kinds=("disc", "bar across")), "a.zip", reads="images")
    named = prepare(task, table, {}, {"disc": "tench", "bar across": "goldfish"})
    own = prepare(task, table)
    assert not has_own_classes(task, [named], Options(task))
    assert has_own_classes(task, [named], Options(task, {"classes": "own"}))
    assert has_own_classes(task, [own], Options(task))
    chosen = find_models(task, ["default"], own_classes=True)
    assert [card.id for card in chosen] == ["majority", "own-classes"]
    assert find_models(task, ["default"])[1].id == "efficientnet-lite0"


def test_a_network_that_does_not_know_the_classes_is_left_out_with_its_reason(
    tmp_path: Path,
) -> None:
    (tmp_path / "set.zip").write_bytes(shapes_zip(6))
    out = tmp_path / "out"
    assert main(["run", "images", "--data", str(tmp_path / "set.zip"), "--model", "own-classes",
                 "--model", "efficientnet-lite0", "--out", str(out)]) == 0
    report = report_of(out)
    assert "efficientnet-lite0" not in [run["model"] for run in report["runs"]]
    assert any("EfficientNet-lite0 was left out" in each for each in report["warnings"])


def test_images_of_a_form_and_of_json_get_the_same_answer(client: TestClient) -> None:
    text = base64.b64encode(png()).decode()
    body = {"records": [{"image": text}, {"image": f"data:image/png;base64,{text}"}],
            "classes": list(KNOWN)}
    plain = client.post("/api/predict/images", json=body)
    assert plain.status_code == 200, plain.text
    form = client.post(
        "/api/predict/images", data={"classes": ",".join(KNOWN)},
        files=[("image", ("a.png", png(), "image/png"))],
    )
    assert form.status_code == 200, form.text
    assert plain.json()["model"] == form.json()["model"] == "efficientnet-lite0"
    first, second = plain.json()["predictions"]
    assert first == second == form.json()["predictions"][0]
    assert set(first) == {"prediction", "confidence", "probability_tench", "probability_goldfish"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"records": [{"image": "not base64!"}]}, "base64"),
        ({"records": [{"image": ""}]}, "empty"),
        ({"records": [{"image": 7}]}, "base64"),
        ({"records": [{}]}, "lacks"),
        ({"records": [{"image": base64.b64encode(b"plain text").decode()}]}, "image"),
        ({"records": [{"image": "AAAA", "label": "x", "odd": 1}]}, "odd"),
    ],
)
def test_records_that_hold_no_image_are_refused(
    client: TestClient, body: dict[str, Any], words: str
) -> None:
    answer = client.post("/api/predict/images", json=body)
    assert answer.status_code == 400, answer.text
    assert words in answer.json()["error"]


def test_forms_of_other_fields_and_tasks_are_refused(client: TestClient) -> None:
    odd = client.post("/api/predict/images", files=[("photo", ("a.png", png(), "image/png"))])
    assert (odd.status_code, "photo" in odd.json()["error"]) == (400, True)
    other = client.post("/api/predict/sentiment", files=[("image", ("a.png", png()))])
    assert (other.status_code, "reads no images" in other.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("parts", "train", "test"),
    [
        (["train", "test", "Train ", "TEST"], [0, 2], [1, 3]),
        (["train", "val", "test", "test"], [0, 1], [2, 3]),
        (["train", "train", "validation", "dev"], [0, 1], [2, 3]),
    ],
)
def test_split_of_a_column(parts: list[str], train: list[int], test: list[int]) -> None:
    found = split_of_file(np.arange(4), pd.Series(parts, dtype="str"))
    assert found is not None
    assert (found.train.tolist(), found.test.tolist()) == (train, test)


@pytest.mark.parametrize("parts", [["train"] * 4, ["a", "b", "a", "b"], [None] * 4])
def test_a_column_that_names_no_two_sides_is_no_split(parts: list[str | None]) -> None:
    assert split_of_file(np.arange(4), pd.Series(parts, dtype="str")) is None
