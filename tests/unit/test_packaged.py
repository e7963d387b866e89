"""Weights are read only when they are the ones that were measured."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines.runtime import minilm, packaged
from pipelines.runtime.minilm import tuned_classifier
from pipelines.runtime.packaged import WeightsError, check_hash, minilm_folder, sha256_of
from pipelines.runtime.residents import Residents
from pipelines.tasks.sentiment.litmus import WEIGHTS


def test_hash_is_that_of_the_standard(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    assert sha256_of(tmp_path / "f") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    )


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"abc")
    expected = sha256_of(path)
    assert check_hash(path, expected) == path
    path.write_bytes(b"abd")
    with pytest.raises(WeightsError, match=r"weights\.safetensors is not the one"):
        check_hash(path, expected)
    path.unlink()
    with pytest.raises(WeightsError, match="missing"):
        check_hash(path, expected)


def test_the_packaged_encoder_is_the_one_that_was_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (minilm_folder() / "model.safetensors").is_file()
    monkeypatch.setattr(packaged, "MINILM_SHA256", "0" * 64)
    with pytest.raises(WeightsError, match="SHA-256 differs"):
        minilm_folder()
    monkeypatch.setattr(packaged, "MINILM_PACKAGE", "no_such_package")
    with pytest.raises(WeightsError, match="requirements"):
        minilm_folder()


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped weights, and no model in memory."""
    monkeypatch.setattr(minilm, "RESIDENTS", Residents(1000))
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


def test_tampered_differences_are_refused(weights: Path) -> None:
    file = weights / "differences.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(WeightsError, match=r"differences\.safetensors"):
        tuned_classifier(weights)


def test_differences_of_another_base_are_refused(weights: Path) -> None:
    card = json.loads((weights / "card.json").read_text("utf-8"))
    (weights / "card.json").write_text(json.dumps({**card, "base_sha256": "0" * 64}))
    with pytest.raises(WeightsError, match="another version"):
        tuned_classifier(weights)
    (weights / "card.json").unlink()
    with pytest.raises(WeightsError, match=r"card\.json"):
        tuned_classifier(weights)


def test_shipped_weights_are_small_and_match_their_card() -> None:
    card = json.loads((WEIGHTS / "card.json").read_text("utf-8"))
    file = WEIGHTS / "differences.safetensors"
    assert sha256_of(file) == card["differences_sha256"]
    assert file.stat().st_size < 12e6
