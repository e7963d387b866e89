"""Bundles of every model that has one: they load back, and what is damaged is refused in a sentence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from data.samples import loan_simulation
from pipelines.bundle import ABOUT, pack, unpack
from pipelines.bundle_about import CARD
from pipelines.commands import RunCommand, run_command
from pipelines.experiment import Experiment
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.registry import all_tasks, find_model, find_task, make_pipeline
from pipelines.task import ModelCard
from tests.image_sets import shapes_zip

NAME = "of a customer.zip"
CONTRADICTIONS: tuple[dict[str, Any], ...] = (
    {"seed": -5}, {"seed": 2**80}, {"seed": True}, {"seed": "0"}, {"format": True}, {"format": 2},
    {"model": "default"}, {"model": "vader"}, {"model": "all"}, {"model": "hub:a/b"}, {"model": ""},
    {"task": "../x"}, {"task": "question-answering"}, {"settings": {"evil": "x"}},
    {"settings": {"split": "zzz"}}, {"settings": {"split": 1}}, {"roles": {"nonsense": "x"}},
    {"classes": ["a", "a"]}, {"classes": ["a"]}, {"classes": [1, 2]}, {"classes": "ab"},
)


def has_bundle(card: ModelCard) -> bool:
    pipeline = make_pipeline(card, LoadConfig(classes=("a", "b")))
    return type(pipeline).restore is not Pipeline.restore


SUBJECTS = [
    (task, card) for task in all_tasks() for card in task.models
    if card.source == "fitted" and card.installed and has_bundle(card)
]


def reviews(folder: Path) -> Path:
    words = (("lovely", "great", "happy"), ("awful", "broken", "refund"))
    rows = [
        (f"The {thing} is {words[row % 2][row % 3]}, I am {words[row % 2][(row + 1) % 3]}",
         ("positive", "negative")[row % 2])
        for row, thing in enumerate(("lamp", "box", "chair", "mug") * 8)
    ]
    return written(pd.DataFrame(rows, columns=["text", "label"]), folder)


def photos(folder: Path) -> Path:
    path = folder / "photos.zip"
    path.write_bytes(shapes_zip(8))
    return path


def orders(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    rows = [
        (f"u{user}", f"{'ab'[user % 2]}{item}", f"2026-03-{day + 1:02d}", f"red thing {item}")
        for user in range(40) for day, item in enumerate(rng.permutation(6)[:5])
    ]
    return written(pd.DataFrame(rows, columns=["user", "item", "time", "title"]), folder)


def applications(folder: Path) -> Path:
    return written(loan_simulation.simulate(seed=3, count=300)[0], folder)


def written(table: pd.DataFrame, folder: Path) -> Path:
    path = folder / "table.csv"
    table.to_csv(path, index=False)
    return path


DATA: Mapping[str, Callable[[Path], Path]] = {
    "sentiment": reviews, "images": photos, "recommendation": orders, "loan-risk": applications,
}


@cache
def experiment(slug: str) -> Experiment:
    """All models of a task that have bundles, fitted to a small file."""
    task = find_task(slug)
    models = tuple(card.id for other, card in SUBJECTS if other.slug == slug)
    budget = {"budget": "0"} if any(option.name == "budget" for option in task.options) else {}
    with TemporaryDirectory() as folder:
        return run_command(RunCommand(
            task=slug, data=(DATA[slug](Path(folder)),), models=models, device="cpu",
            settings={"split": "random", **budget},
        ))


@cache
def bundle_of(slug: str, model: str) -> bytes:
    done = experiment(slug)
    return pack(done, done.run_of(model))


@pytest.fixture(params=SUBJECTS, ids=[f"{task.slug}-{card.id}" for task, card in SUBJECTS])
def parts(request: pytest.FixtureRequest) -> dict[str, bytes]:
    """The files of a bundle of every model that has one."""
    task, card = request.param
    with zipfile.ZipFile(io.BytesIO(bundle_of(task.slug, card.id))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def about(parts: Mapping[str, bytes], **changed: Any) -> dict[str, bytes]:
    """The files with other values in litmus.json."""
    return {**parts, ABOUT: json.dumps({**json.loads(parts[ABOUT]), **changed}).encode()}


def refused(content: bytes) -> str:
    """The one sentence that a bundle is refused with."""
    with pytest.raises(DataError) as caught:
        unpack(content, NAME, "cpu")
    said = str(caught.value)
    assert said.startswith(NAME) and said.endswith(".") and "\n" not in said
    assert "/tmp" not in said and "tmp" not in said.removeprefix(NAME)
    return said


def test_every_model_that_learns_labels_or_more_has_a_bundle() -> None:
    found = {(task.slug, card.id) for task, card in SUBJECTS}
    assert set(DATA) == {slug for slug, _ in found}
    for task in all_tasks():
        for card in task.models:
            if card.source == "fitted" and card.installed and not card.baseline:
                assert (task.slug, card.id) in found


def test_a_bundle_loads_back(parts: dict[str, bytes]) -> None:
    bundle = unpack(packed(parts), NAME, "cpu")
    assert bundle.pipeline.card.id == json.loads(parts[ABOUT])["model"]
    assert bundle.memory_mb() >= 0
    assert {Path(name).suffix for name in parts} <= {".json", ".skops", ".safetensors", ".txt", ".md"}


def test_a_bundle_has_a_card_for_people(parts: dict[str, bytes]) -> None:
    own, card = json.loads(parts[ABOUT]), parts[CARD].decode()
    task = find_task(own["task"])
    for words in (
        task.title, find_model(task, own["model"]).title, "## What it must not be used for",
        "table.csv" if own["task"] != "images" else "photos.zip", "| Number | This model | Baseline |",
        "**Verdict of the comparison.**", "## Warnings", own["data"], "**Seed:** 0", "Apache-2.0",
        "python -m pipelines run",
    ):
        assert words in card
    assert ("## How groups by" in card) == (own["task"] == "loan-risk")
    assert card.startswith("# Model card: ") and "\n\n\n" not in card


def test_a_bundle_names_the_classes_that_its_model_answers_with(parts: dict[str, bytes]) -> None:
    own = json.loads(parts[ABOUT])
    assert own["classes"] == list(experiment(own["task"]).outputs)
    if own["task"] == "loan-risk":
        assert own["classes"] == ["no", "yes"]


def test_a_file_that_is_missing_cut_empty_or_noise_is_refused(parts: dict[str, bytes]) -> None:
    noise = np.random.default_rng(0).bytes(500)
    unsigned = about(parts, files=None)
    for name, content in parts.items():
        # What a bundle says of its files tells at once; without it, each model has to tell.
        for whole in (parts, unsigned):
            others = {each: body for each, body in whole.items() if each != name}
            if name == CARD and whole is unsigned:
                unpack(packed(others), NAME, "cpu")
                continue
            refused(packed(others))
            refused(packed({**others, f"{name}/x": b""}))
            for damaged in (content[: len(content) // 2], b"", noise, b"[]", b"{}", b"null"):
                refused(packed({**whole, name: damaged}))


def test_what_a_bundle_says_of_itself_has_to_make_sense(parts: dict[str, bytes]) -> None:
    for changed in CONTRADICTIONS:
        refused(packed(about(parts, **changed)))


def test_classes_have_to_be_those_that_the_model_learnt(parts: dict[str, bytes]) -> None:
    own = json.loads(parts[ABOUT])["classes"]
    if "bundle.json" not in parts:
        pytest.skip("its model chooses from no classes, or names none")
    for classes in ([], own[::-1], [*own, "<b>"], ["x", "y"]):
        assert "different classes" in refused(packed(about(parts, classes=classes)))


def test_a_bundle_of_another_model_of_the_task_is_refused(parts: dict[str, bytes]) -> None:
    own = json.loads(parts[ABOUT])
    other = next(
        card.id for task, card in reversed(SUBJECTS)
        if task.slug == own["task"] and card.id != own["model"]
    )
    refused(packed(about(parts, model=other)))
