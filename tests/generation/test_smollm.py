"""The packaged weights: unpacked once, by one process, and again when they are damaged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, dequantize
from safetensors.numpy import load_file

from pipelines.generation import smollm
from pipelines.generation.batches import generate_batch
from pipelines.generation.chat import chat
from pipelines.generation.check_questions import QUESTIONS
from pipelines.generation.fixed_check import SAMPLING, known_check
from pipelines.generation.history import Message
from pipelines.generation.loading import load_model
from pipelines.generation.sampling import Sampling
from pipelines.progress import CancelledRun, Progress
from pipelines.runtime import hub
from pipelines.runtime.hub import HubError
from pipelines.runtime.packaged import WeightsError

ROOT = Path(__file__).resolve().parents[2]
# What a process does in the tests below: unpack into a folder, slowly, and leave a line in a log.
UNPACK = """
import sys, time
from pathlib import Path
from pipelines.generation import smollm
from pipelines.generation.batches import generate_batch

def write(folder, progress):
    with (Path(sys.argv[1]) / "log").open("a") as log:
        log.write("unpacked\\n")
    (folder / "model.safetensors").write_bytes(b"half")
    time.sleep(1)
    (folder / "model.safetensors").write_bytes(b"half and half")

folder = smollm.unpacked(Path(sys.argv[1]) / "converted" / "model", write=write)
print((folder / "model.safetensors").read_text(), smollm.intact(folder))
"""


class Writer:
    """Unpacks in no time and counts how often."""

    count = 0

    def __call__(self, folder: Path, progress: Progress) -> None:
        self.count += 1
        (folder / "model.safetensors").write_text("weights")
        (folder / "config.json").write_text("{}")


def test_two_processes_at_once_unpack_once_and_both_have_it(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", UNPACK, str(tmp_path)], cwd=ROOT, text=True,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0].strip() for process in processes]
    assert said == ["half and half True"] * 2
    assert (tmp_path / "log").read_text().splitlines() == ["unpacked"]
    assert [path.name for path in (tmp_path / "converted").iterdir() if path.is_dir()] == ["model"]


@pytest.mark.parametrize("damage", ["cut", "gone", "no manifest", "bad manifest", "other source"])
def test_damaged_cache_is_written_again(tmp_path: Path, damage: str) -> None:
    write = Writer()
    folder = smollm.unpacked(tmp_path / "model", write=write)
    assert smollm.unpacked(folder, write=write) == folder
    assert write.count == 1
    weights, manifest = folder / "model.safetensors", folder / smollm.MANIFEST
    if damage == "cut":
        weights.write_text("weigh")
    elif damage == "gone":
        weights.unlink()
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "bad manifest":
        manifest.write_text("[1, 2")
    else:
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "source": "0"}))
    assert not smollm.intact(folder)
    smollm.unpacked(folder, write=write)
    assert write.count == 2
    assert weights.read_text() == "weights"


def test_stopped_unpacking_leaves_nothing_behind(tmp_path: Path) -> None:
    def write(folder: Path, progress: Progress) -> None:
        (folder / "model.safetensors").write_text("half")
        raise CancelledRun("stopped")

    with pytest.raises(CancelledRun):
        smollm.unpacked(tmp_path / "converted" / "model", write=write)
    assert [path.name for path in (tmp_path / "converted").iterdir() if path.is_dir()] == []


def test_what_a_process_that_was_ended_left_behind_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "converted" / "model.abc123"
    left.mkdir(parents=True)
    (left / "model.safetensors").write_text("half")
    folder = smollm.unpacked(tmp_path / "converted" / "model", write=Writer())
    assert not left.exists()
    assert smollm.intact(folder)


def test_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WeightsError, match="LITMUS_CACHE_DIR"):
        smollm.unpacked(tmp_path / "file" / "model", write=Writer())


def test_without_the_package_the_fixed_revision_of_the_hub_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fetch(name: str, revision: str) -> tuple[Path, str]:
        asked.append((name, revision))
        return tmp_path, revision

    monkeypatch.setattr(smollm, "PACKAGE", "no_such_package")
    monkeypatch.setattr(hub, "fetch", fetch)
    folder, name = smollm.model_folder()
    assert folder == tmp_path
    assert asked == [("HuggingFaceTB/SmolLM2-135M-Instruct", smollm.HUB_REVISION)]
    assert len(smollm.HUB_REVISION) == 40 and name.endswith(smollm.HUB_REVISION)


def test_without_package_and_network_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(name: str, revision: str) -> tuple[Path, str]:
        raise HubError("no network")

    monkeypatch.setattr(smollm, "PACKAGE", "no_such_package")
    monkeypatch.setattr(hub, "fetch", fetch)
    with pytest.raises(WeightsError, match=r"requirements-weights\.txt"):
        smollm.model_folder()


@pytest.mark.usefixtures("needs_smollm")
def test_unpacked_weights_are_those_of_the_package() -> None:
    source = smollm.packaged_file()
    assert source is not None
    stored = load_file(smollm.model_folder()[0] / "model.safetensors")
    packed = {tensor.name: tensor for tensor in GGUFReader(source).tensors}
    assert len(stored) == len(packed) == 272

    def values(name: str) -> np.ndarray:
        return dequantize(packed[name].data, packed[name].tensor_type)

    np.testing.assert_array_equal(
        stored["model.layers.3.mlp.down_proj.weight"], values("blk.3.ffn_down.weight")
    )
    queries = values("blk.3.attn_q.weight")
    found = stored["model.layers.3.self_attn.q_proj.weight"]
    # A head has 64 rows: GGUF's rows 0, 2, 4 … are transformers' first 32.
    np.testing.assert_array_equal(found[64:96], queries[64:128:2])
    np.testing.assert_array_equal(found[96:128], queries[65:128:2])


@pytest.mark.usefixtures("needs_smollm")
def test_recorded_check_is_what_the_weights_say() -> None:
    recorded = known_check(smollm.weights_name())
    assert recorded is not None
    asked = [0, 12, 33]
    model = load_model()
    prompts = [model.encode_chat([Message("user", QUESTIONS[row].text)]) for row in asked]
    found = generate_batch(model, prompts, SAMPLING)
    assert [each.text for each in found] == [recorded.replies[row] for row in asked]


@pytest.mark.usefixtures("needs_smollm")
def test_smollm_knows_the_capital_of_france_and_when_to_end() -> None:
    reply = chat(
        [Message("user", "What is the capital of France?")],
        Sampling(temperature=0, max_tokens=24),
    )
    assert "Paris" in "".join(reply)
    assert reply.facts.finished == "stop"
    assert reply.facts.context == 8192
    model = load_model()
    assert model.tokenizer.tokenize("in 1999") == ["in", "Ġ", "1", "9", "9", "9"]
