"""Models of the Hub: without a network, of the wrong kind, and with labels of many sorts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.torch import load_file, save_file

from data.errors import OptionError
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.registry import find_task, hub_card, make_pipeline
from pipelines.runtime import hub
from pipelines.runtime.hub import HubError
from pipelines.runtime.residents import Residents
from tests.tiny_hub import write_tiny_classifier

ROOT = Path(__file__).resolve().parents[2]
TASK = find_task("sentiment")
BATCH = pd.DataFrame({"text": ["fine", "a much longer text about a lamp", "", "no"]}, dtype="str")
STARS = ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"]


@pytest.fixture(autouse=True)
def nothing_resident(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(hub, "RESIDENTS", Residents(1000))
    yield


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(hub, "fetch", lambda name, revision: (folder, "0123abc"))


def made(classes: tuple[str, ...]) -> Pipeline:
    card = hub_card(TASK, "hub:someone/tiny@v1")
    return make_pipeline(card, LoadConfig(classes=classes)).load()


def test_labels_that_mean_nothing_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, write_tiny_classifier(tmp_path / "tiny", ["LABEL_0", "LABEL_1"]))
    with pytest.raises(OptionError, match="LABEL_0, LABEL_1"):
        made(("negative", "positive"))


@pytest.mark.parametrize(
    "labels", [["NEGATIVE", "POSITIVE"], ["negative", "neutral", "positive"], STARS], ids=len
)
def test_labels_are_read_as_classes(
    labels: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, write_tiny_classifier(tmp_path / "tiny", labels))
    found = made(("negative", "neutral", "positive")).predict(BATCH)
    np.testing.assert_allclose(found.frame().iloc[:, 2:].sum(axis=1), 1, atol=1e-5)
    assert len(found) == len(BATCH)


def test_stars_are_gathered_into_three_classes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, write_tiny_classifier(tmp_path / "tiny", STARS))
    gathered = made(("negative", "neutral", "positive")).gather  # type: ignore[attr-defined]
    assert gathered.argmax(axis=1).tolist() == [0, 0, 1, 2, 2]
    assert (gathered.sum(axis=1) == 1).all()


def test_the_run_names_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, write_tiny_classifier(tmp_path / "tiny", ["negative", "positive"]))
    assert made(("negative", "positive")).facts.versions["revision"] == "0123abc"


@pytest.mark.parametrize("spoil", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_model_that_cannot_be_read_is_one_sentence(
    spoil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_tiny_classifier(tmp_path / "tiny", ["negative", "positive"])
    (folder / spoil).write_text("not what it says")
    stand_in(monkeypatch, folder)
    with pytest.raises(HubError, match="someone/tiny"):
        made(("negative", "positive"))


def test_a_model_without_a_trained_classifier_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_tiny_classifier(tmp_path / "tiny", ["negative", "positive"])
    weights = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if "classifier" not in name}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    stand_in(monkeypatch, folder)
    with pytest.raises(HubError, match="would be random"):
        made(("negative", "positive"))


def test_offline_it_is_one_sentence_that_offers_the_default() -> None:
    with pytest.raises(HubError, match="cannot be reached") as caught:
        hub.fetch("someone/not-on-this-machine", "v1")
    assert "packaged models still work" in str(caught.value)
    assert len(str(caught.value)) < 200


def test_an_unreachable_hub_is_one_sentence_within_seconds(tmp_path: Path) -> None:
    script = (
        "from pipelines.runtime.hub import HubError, fetch\n"
        "try:\n    fetch('someone/model', 'v1')\n"
        "except HubError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "0",
                   "HF_HOME": str(tmp_path), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The Hugging Face Hub cannot be reached")


def test_weights_that_are_no_safetensors_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *args, **kwargs: str(tmp_path))
    with pytest.raises(HubError, match="no safetensors weights"):
        hub.fetch("someone/pickled", "v1")
