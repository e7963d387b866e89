"""No step relies on the default device, shown without a GPU.

Inside `with torch.device("meta")` a tensor that is made without naming a device has no data and
fails at its first use beside real ones. A path that passes there names a device for everything.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.registry import all_tasks, find_task, hub_card, make_pipeline
from pipelines.runtime import hub
from pipelines.runtime.minilm import sentence_encoder
from pipelines.runtime.residents import RESIDENTS
from pipelines.runtime.text_model import TextModel, mean_of_tokens
from tests.contract.subjects import SUBJECTS, Subject, subject_of
from tests.tiny_hub import write_tiny_classifier

CLASSIFIES = [task for task in all_tasks() if task.kind == "classification"]
HUB_TASKS = [task.slug for task in CLASSIFIES if task.hub_factory and task.text_role]


def uses_torch(pipeline: Pipeline) -> bool:
    return "torch" in pipeline.facts.versions


@pytest.mark.parametrize("pair", SUBJECTS, ids="-".join)
def test_fit_and_predict_name_their_device(pair: tuple[str, str]) -> None:
    subject = subject_of(*pair, False)
    if not uses_torch(subject.pipeline):
        pytest.skip("it makes no tensors")
    expected = subject.predictions.frame()
    with torch.device("meta"):
        found = _fitted_again(subject).predict(subject.batch).frame()
    np.testing.assert_array_equal(found["prediction"], expected["prediction"])


def _fitted_again(subject: Subject) -> Pipeline:
    """The shared pipeline, or one that shares its loaded weights and is fitted here."""
    if not subject.card.learns:
        return subject.pipeline
    return subject.make()


def test_the_default_of_some_task_is_a_torch_model() -> None:
    defaults = [subject_of(task.slug, task.default_model.id, False) for task in CLASSIFIES]
    assert any(uses_torch(subject.pipeline) for subject in defaults)


@pytest.mark.parametrize("slug", HUB_TASKS)
def test_hub_models_name_their_device(
    slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = ["NEGATIVE", "POSITIVE"]
    folder = write_tiny_classifier(tmp_path / "tiny", labels)
    monkeypatch.setattr(hub, "fetch", lambda name, revision: (folder, f"meta-{slug}"))
    card = hub_card(find_task(slug), "hub:someone/tiny@v1")
    batch = subject_of(slug, find_task(slug).default_model.id, True).batch
    pipeline = make_pipeline(card, LoadConfig(classes=("negative", "positive"))).load()
    with torch.device("meta"):
        assert len(pipeline.predict(batch)) == len(batch)
    RESIDENTS.clear()


def test_a_tensor_made_without_a_device_is_caught() -> None:
    encoder = sentence_encoder()

    def planted(model: torch.nn.Module, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
        return mean_of_tokens(model, inputs) * torch.ones(1)

    model = copy.deepcopy(encoder.model).float()
    careless = TextModel(
        "careless", model, encoder.tokenizer, encoder.device, planted, lambda outputs: outputs
    )
    assert careless.run(["It works."]).shape == (1, 384)
    with torch.device("meta"), pytest.raises((RuntimeError, NotImplementedError)):
        careless.run(["It works."])
