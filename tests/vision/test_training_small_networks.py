"""The networks trained from scratch as pipelines: what they learn, see, say and write down."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from data.errors import DataError
from data.images.picture import Picture
from pipelines.pipeline import LoadConfig
from pipelines.progress import CancelledRun
from pipelines.tasks.images.dense_network import DenseNetworkPipeline
from pipelines.tasks.images.small_network import SmallNetworkPipeline
from pipelines.tasks.images.two_conv import TwoConvPipeline
from pipelines.vision import from_scratch
from pipelines.vision.network_files import FACTS, WEIGHTS
from tests.vision.drawn import (
    SHAPES,
    Recorder,
    card,
    patches,
    picture,
    shapes,
    weights_of,
)

CLASSES = (*SHAPES, "never shown")
MODELS = {"dense-network": DenseNetworkPipeline, "two-conv": TwoConvPipeline}
model = pytest.mark.parametrize("model", MODELS)


def make(model: str, classes: tuple[str, ...] = CLASSES, seed: int = 0) -> SmallNetworkPipeline:
    return MODELS[model](card(model), LoadConfig(seed=seed, classes=classes, device="cpu")).load()


@cache
def fitted(model: str) -> tuple[SmallNetworkPipeline, Recorder]:
    """A network that learnt 90 shapes, and what it reported meanwhile."""
    recorder = Recorder()
    batch, truth = shapes(90)
    return make(model).fit(batch, truth, recorder), recorder


@cache
def coloured() -> tuple[SmallNetworkPipeline, Recorder]:
    """A network that learnt red and green."""
    recorder = Recorder()
    batch, truth = patches(60)
    return make("two-conv", ("green", "red")).fit(batch, truth, recorder), recorder


def stopped(monkeypatch: pytest.MonkeyPatch) -> list[from_scratch.PixelLessons]:
    """Training ends before it begins; what it would have been given."""
    seen: list[from_scratch.PixelLessons] = []

    def stop(build: object, lessons: from_scratch.PixelLessons, *args: object, **more: object) -> None:
        seen.append(lessons)
        raise CancelledRun("seen enough")

    monkeypatch.setattr(from_scratch, "fit_small", stop)
    monkeypatch.setattr(from_scratch, "fit_mirrored_where_it_helps", stop)
    return seen


@model
def test_shapes_that_were_not_shown_are_told_apart(model: str) -> None:
    batch, truth = shapes(60, seed=1)
    found = fitted(model)[0].predict(batch)
    assert (found.labels == truth.to_numpy()).mean() > 0.75


@model
def test_a_class_without_images_gets_no_probability(model: str) -> None:
    found = fitted(model)[0].predict(shapes(9, seed=1)[0])
    assert found.classes == CLASSES
    np.testing.assert_array_equal(found.probabilities[:, 3], 0)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-12)


@model
def test_a_row_gets_the_same_answer_alone_as_in_company(model: str) -> None:
    pipeline, batch = fitted(model)[0], shapes(9, seed=1)[0]
    together = pipeline.predict(batch).probabilities
    alone = [pipeline.predict(batch.iloc[[row]]).probabilities[0] for row in range(9)]
    np.testing.assert_allclose(alone, together, atol=1e-5)


@model
def test_encoded_rows_get_the_same_answer_and_keep_their_index(model: str) -> None:
    pipeline, batch = fitted(model)[0], shapes(9, seed=1)[0]
    batch.index = pd.Index(range(100, 109))
    encoded = pipeline.encode(batch)
    assert encoded.index.equals(batch.index)
    np.testing.assert_array_equal(
        pipeline.predict(encoded).probabilities, pipeline.predict(batch).probabilities
    )


@model
def test_no_rows_give_no_answers(model: str) -> None:
    assert fitted(model)[0].predict(shapes(3)[0].iloc[:0]).probabilities.shape == (0, 4)


@model
def test_each_row_is_reported_once_in_encoding_and_in_prediction(model: str) -> None:
    pipeline, recorder = fitted(model)[0], Recorder()
    encoded = pipeline.encode(shapes(9)[0], recorder)
    assert recorder.rows == 9
    pipeline.predict(encoded, recorder)
    assert recorder.rows == 18


@model
def test_loss_and_accuracy_are_drawn_while_it_trains(model: str) -> None:
    recorder = fitted(model)[1]
    assert {"training loss", "training accuracy", "validation loss",
            "validation accuracy"} <= set(recorder.curves)
    assert recorder.stages[0][0] == f"{model}: training"


@model
def test_training_can_be_cancelled(model: str) -> None:
    batch, truth = shapes(45)
    recorder = Recorder(stop_after=60)
    with pytest.raises(CancelledRun):
        make(model).fit(batch, truth, recorder)
    assert recorder.rows < 80


@model
def test_the_same_seed_gives_the_same_weights_whatever_else_is_drawn(model: str) -> None:
    batch, truth = shapes(30)
    torch.manual_seed(1)
    first = weights_of(make(model).fit(batch, truth))
    torch.manual_seed(2)
    again = weights_of(make(model).fit(batch, truth))
    for name, weights in first.items():
        np.testing.assert_array_equal(weights, again[name])


@model
def test_a_bundle_gives_the_same_answers_to_the_bit(model: str, tmp_path: Path) -> None:
    pipeline, batch = fitted(model)[0], shapes(9, seed=1)[0]
    pipeline.save(tmp_path / "bundle")
    again = make(model).restore(tmp_path / "bundle")
    np.testing.assert_array_equal(
        again.predict(batch).probabilities, pipeline.predict(batch).probabilities
    )
    assert sorted(each.name for each in (tmp_path / "bundle").iterdir()) == [FACTS, WEIGHTS]
    assert again.notes == pipeline.notes


def test_a_network_of_colours_can_be_restored(tmp_path: Path) -> None:
    pipeline, batch = coloured()[0], patches(6, seed=1)[0]
    pipeline.save(tmp_path)
    again = make("two-conv", ("green", "red")).restore(tmp_path)
    np.testing.assert_array_equal(
        again.predict(batch).probabilities, pipeline.predict(batch).probabilities
    )


def test_two_conv_sees_colour_where_training_images_have_it() -> None:
    batch, truth = patches(40, seed=1)
    assert (coloured()[0].predict(batch).labels == truth.to_numpy()).all()
    assert coloured()[0]._network.shape == (3, 32, 32)
    assert fitted("two-conv")[0]._network.shape == (1, 28, 28)


def test_one_coloured_training_image_is_enough_for_colour_and_test_images_do_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = stopped(monkeypatch)
    batch, truth = shapes(30)
    colour = patches(1)[0]["image"].iloc[0]
    pipeline = make("two-conv")
    everything = pipeline.encode(
        pd.DataFrame({"image": pd.Series([*batch["image"], colour], dtype=object)})
    )
    for rows in (slice(0, 30), slice(1, 31)):
        with pytest.raises(CancelledRun):
            pipeline.fit(everything.iloc[rows], truth.set_axis(everything.index[rows]))
    assert [tuple(each.images.shape) for each in seen] == [(30, 1, 28, 28), (30, 3, 32, 32)]


def test_the_dense_network_sees_grey_levels_only() -> None:
    pipeline = make("dense-network", ("green", "red")).fit(*patches(10))
    assert pipeline._network.shape == (1, 28, 28)


def test_shapes_that_a_mirror_changes_are_not_mirrored() -> None:
    def wedge(name: str, rng: np.random.Generator) -> Picture:
        pixels = rng.integers(0, 60, (28, 28)).astype(np.uint8)
        for row in range(6, 22):
            pixels[row, 4 : 4 + row] = 200
        return picture(pixels if name == "left" else pixels[:, ::-1])

    rng = np.random.default_rng(0)
    names = pd.Series(["left", "right"] * 30)
    batch = pd.DataFrame({"image": pd.Series([wedge(each, rng) for each in names], dtype=object)})
    recorder = Recorder()
    pipeline = make("two-conv", ("left", "right")).fit(batch, names, recorder)
    assert len(recorder.stages) == 1
    assert (pipeline.predict(batch).labels == names).all()


def test_mirroring_is_tried_and_decided_by_the_validation_loss() -> None:
    pipeline, recorder = coloured()
    assert [name for name, _ in recorder.stages] == [
        "two-conv: training", "two-conv: training, with mirrored images"
    ]
    straight, mirrored = (
        min(value for _, value in recorder.curves[name])
        for name in ("validation loss", "validation loss, mirrored")
    )
    assert ("were mirrored" in " ".join(pipeline.notes)) == (mirrored < straight)


@model
def test_copies_of_an_image_are_not_held_back_from_it(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = stopped(monkeypatch)
    batch, truth = shapes(24)
    twice, names = pd.concat([batch, batch]), pd.concat([truth, truth])
    with pytest.raises(CancelledRun):
        make(model).fit(twice.reset_index(drop=True), names.reset_index(drop=True))
    parts = seen[0].parts
    assert len(parts.validation)
    assert not set(parts.train % 24) & set(parts.validation % 24)


@model
def test_one_class_is_refused_in_a_sentence(model: str) -> None:
    batch, truth = shapes(10, kinds=("disc",))
    with pytest.raises(DataError, match="at least two classes"):
        make(model).fit(batch, truth)


def damaged(folder: Path, **changes: object) -> None:
    facts = json.loads((folder / FACTS).read_text())
    (folder / FACTS).write_text(json.dumps({**facts, **changes}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "two-conv"}, "holds the model “two-conv”"),
        ({"classes": ["a", "b"]}, "damaged"),
        ({"learnt": "disc"}, "damaged"),
        ({"learnt": ["disc", "bar down"]}, "do not fit"),
        ({"temperature": 0}, "temperature is “0”"),
        ({"temperature": "warm"}, "temperature is “warm”"),
    ],
)
def test_a_bundle_with_wrong_facts_is_refused(
    changes: dict[str, object], said: str, tmp_path: Path
) -> None:
    fitted("dense-network")[0].save(tmp_path)
    damaged(tmp_path, **changes)
    with pytest.raises(DataError, match=said):
        make("dense-network").restore(tmp_path)


def test_a_bundle_of_other_classes_is_refused(tmp_path: Path) -> None:
    fitted("dense-network")[0].save(tmp_path)
    with pytest.raises(DataError, match="knows the classes bar across, bar down, disc, never"):
        make("dense-network", ("cat", "dog")).restore(tmp_path)


def test_a_bundle_without_weights_or_facts_is_refused(tmp_path: Path) -> None:
    fitted("dense-network")[0].save(tmp_path)
    (tmp_path / WEIGHTS).write_bytes(b"no weights")
    with pytest.raises(DataError, match="are damaged"):
        make("dense-network").restore(tmp_path)
    (tmp_path / FACTS).write_text("{")
    with pytest.raises(DataError, match="lacks"):
        make("dense-network").restore(tmp_path)


def test_weights_of_another_shape_or_not_finite_are_refused(tmp_path: Path) -> None:
    fitted("dense-network")[0].save(tmp_path)
    weights = load_file(tmp_path / WEIGHTS)
    first = weights["layers.1.weight"]
    save_file({**weights, "layers.1.weight": first[:, :10].contiguous()}, tmp_path / WEIGHTS)
    with pytest.raises(DataError, match=r"needs \(128, 784\)"):
        make("dense-network").restore(tmp_path)
    save_file({**weights, "layers.1.weight": first * float("nan")}, tmp_path / WEIGHTS)
    with pytest.raises(DataError, match="not finite"):
        make("dense-network").restore(tmp_path)
    save_file({**weights, "extra": first.clone()}, tmp_path / WEIGHTS)
    with pytest.raises(DataError, match="“extra” is unknown"):
        make("dense-network").restore(tmp_path)
