"""Own classes, tuned: never worse than untuned on rows held back, and as repeatable as the rest."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from data.errors import DataError
from pipelines.pipeline import LoadConfig
from pipelines.progress import CancelledRun
from pipelines.tasks.images.tuned import MAPS, TunedPipeline
from pipelines.vision import tuning
from pipelines.vision.features import features
from pipelines.vision.head import learn
from pipelines.vision.network_files import WEIGHTS
from pipelines.vision.training import seeded
from tests.vision.drawn import SHAPES, Recorder, card, picture, shape, shapes

CLASSES = (*SHAPES, "never shown")


def published() -> nn.Module:
    """A network of the same form as the published one, and a thousandth of its work."""
    layers = [
        nn.Conv2d(3, 8, 8, stride=8), nn.ReLU6(),
        *(nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.ReLU6()) for _ in range(3)),
        nn.Conv2d(8, 16, 1), nn.ReLU6(),
    ]
    network = nn.Module()
    network.maps = nn.Sequential(*layers)
    for weight in network.parameters():
        nn.init.normal_(weight, 0, 0.2, generator=seeded(weight.numel()))
    return network.eval().requires_grad_(False)


def eyes(side: int, device: str) -> SimpleNamespace:
    def inputs(images: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 128 - 1

    return SimpleNamespace(
        batch=4, lock=threading.Lock(), inputs=inputs, network=published(), precision="float32",
        versions={}, device=torch.device("cpu"),
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small network in place of the published one."""
    monkeypatch.setattr(tuning, "published", published)
    monkeypatch.setattr(tuning, "eyes", eyes)


@pytest.fixture
def brief(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small network, tuned for few and large steps."""
    recipe = dataclasses.replace(tuning.RECIPE, epochs=4, steps=1, learning_rate=3e-3)
    monkeypatch.setattr(tuning, "RECIPE", recipe)


def doubtful(rows: int, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Shapes of which a quarter is called something else, so that nothing is sure."""
    batch, truth = shapes(rows, seed)
    rng = np.random.default_rng(seed)
    wrong = rng.random(rows) < 0.25
    return batch, truth.where(~wrong, pd.Series(rng.choice(SHAPES, rows)))


def make(classes: tuple[str, ...] = CLASSES, seed: int = 0) -> TunedPipeline:
    config = LoadConfig(seed=seed, classes=classes, device="cpu")
    return TunedPipeline(card("own-classes-tuned"), config).load()


def untuned_answers(pipeline: TunedPipeline, batch: pd.DataFrame, rows: pd.DataFrame,
                    truth: pd.Series) -> np.ndarray:
    """What own classes learnt from all rows say, by the code that they are made of."""
    def described(frame: pd.DataFrame) -> list[np.ndarray]:
        network = tuning.untuned(1, False, "cpu")
        found = []
        with torch.inference_mode():
            for maps in pipeline.encode(frame)[MAPS]:
                found.append(network.described(torch.from_numpy(maps[None]).float())[0].numpy())
        return [each.astype(np.float16) for each in found]

    head = learn(described(rows), truth.tolist(), 0)
    return head.probabilities(described(batch))


def test_tuning_learns_the_classes_and_draws_its_curves(brief: None) -> None:
    batch, truth = shapes(120)
    recorder = Recorder()
    pipeline = make().fit(batch, truth, recorder)
    unseen, names = shapes(60, seed=1)
    found = pipeline.predict(unseen)
    assert (found.labels == names.to_numpy()).mean() > 0.6
    np.testing.assert_array_equal(found.probabilities[:, 3], 0)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-9)
    assert recorder.curves["validation loss"][0][0] == 0
    assert [step for step, _ in recorder.curves["training loss"]][:2] == [1, 2]
    stages = [name for name, _ in recorder.stages]
    assert stages[0] == "own-classes-tuned: training, images"
    assert stages[-1] == "own-classes-tuned: training"


def test_the_first_point_of_the_curve_is_own_classes_without_tuning(brief: None) -> None:
    batch, truth = doubtful(120)
    recorder, pipeline = Recorder(), make(SHAPES)
    pipeline.fit(batch, truth, recorder)
    parts = tuning.hold_back(
        truth.map({name: code for code, name in enumerate(SHAPES)}).to_numpy(), np.arange(120), 0
    )
    train, held = parts
    found = untuned_answers(pipeline, batch.iloc[held], batch.iloc[train], truth.iloc[train])
    own = found[np.arange(len(held)), [sorted(SHAPES).index(name) for name in truth.iloc[held]]]
    assert recorder.curves["validation loss"][0][1] == pytest.approx(-np.log(own).mean(), rel=0.01)


def test_tuning_that_does_not_help_leaves_own_classes_as_learnt_from_all_rows(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrecked = dataclasses.replace(tuning.RECIPE, epochs=2, steps=1, learning_rate=5.0)
    monkeypatch.setattr(tuning, "RECIPE", wrecked)
    batch, truth = shapes(90)
    pipeline = make(SHAPES).fit(batch, truth)
    assert "was no better on" in pipeline.notes[0]
    unseen = shapes(20, seed=1)[0]
    np.testing.assert_allclose(
        pipeline.predict(unseen).probabilities,
        untuned_answers(pipeline, unseen, batch, truth), atol=5e-3,
    )


def test_a_few_images_are_learnt_without_tuning(small: None) -> None:
    batch, truth = shapes(30)
    recorder = Recorder()
    pipeline = make(SHAPES).fit(batch, truth, recorder)
    assert "too few to tell whether tuning helps" in pipeline.notes[0]
    assert not recorder.curves
    np.testing.assert_allclose(
        pipeline.predict(batch).probabilities,
        untuned_answers(pipeline, batch, batch, truth), atol=5e-3,
    )


def test_a_kept_tuning_is_better_on_rows_held_back(brief: None) -> None:
    batch, truth = doubtful(120)
    recorder = Recorder()
    pipeline = make().fit(batch, truth, recorder)
    losses = dict(recorder.curves["validation loss"])
    assert ("was best" in pipeline.notes[0]) == (min(losses.values()) < losses[0])


def test_tiny_and_large_images_stand_side_by_side(brief: None) -> None:
    rng = np.random.default_rng(0)
    names = [SHAPES[row % 3] for row in range(60)]
    pictures = [
        picture(shape(name, rng, side=28 if row % 4 else 100), f"{row}.png")
        for row, name in enumerate(names)
    ]
    batch = pd.DataFrame({"image": pd.Series(pictures, dtype=object)})
    pipeline = make().fit(batch, pd.Series(names))
    encoded = pipeline.encode(batch)
    assert {each.shape for each in encoded[MAPS]} == {(2, 8, 20, 20), (2, 8, 28, 28)}
    together = pipeline.predict(encoded).probabilities
    alone = [pipeline.predict(batch.iloc[[row]]).probabilities[0] for row in range(8)]
    np.testing.assert_allclose(alone, together[:8], atol=1e-5)


def test_the_same_seed_gives_the_same_answers(brief: None) -> None:
    batch, truth = doubtful(60)
    first, again, other = (
        make(seed=seed).fit(batch, truth).predict(batch).probabilities for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("after", [5, 70, 130, 150])
def test_it_can_be_cancelled_at_every_stage(brief: None, after: int) -> None:
    batch, truth = shapes(60)
    recorder = Recorder(stop_after=after)
    with pytest.raises(CancelledRun):
        make().fit(batch, truth, recorder)
    assert recorder.rows < after + tuning.ROWS_AT_ONCE


def test_a_bundle_gives_the_same_answers_to_the_bit(brief: None, tmp_path: Path) -> None:
    batch, truth = doubtful(60)
    pipeline = make().fit(batch, truth)
    pipeline.save(tmp_path)
    again = make().restore(tmp_path)
    np.testing.assert_array_equal(
        again.predict(batch).probabilities, pipeline.predict(batch).probabilities
    )
    assert again.notes == pipeline.notes
    weights = load_file(tmp_path / WEIGHTS)
    save_file({name: each for name, each in weights.items() if name != "head.bias"},
              tmp_path / WEIGHTS)
    with pytest.raises(DataError, match=r"“head\.bias” is missing"):
        make().restore(tmp_path)


def test_rows_are_gathered_by_size_and_none_is_lost() -> None:
    maps = [np.zeros((2, 3, 7 if row % 3 else 5, 1)) for row in range(50)]
    maps = [each.repeat(each.shape[2], axis=3) for each in maps]
    rows = torch.randperm(50, generator=seeded(0))
    lists = tuning.by_side(maps, rows, 8)
    assert sorted(torch.cat(lists).tolist()) == list(range(50))
    assert all(len(each) <= 8 for each in lists)
    assert all(len({maps[row].shape for row in each.tolist()}) == 1 for each in lists)


def test_untuned_it_sees_what_own_classes_see() -> None:
    rng = np.random.default_rng(0)
    sides = (28, 28, 90, 90)
    pictures = [picture(rng.integers(0, 255, (side, side, 3)).astype(np.uint8), f"{place}.png")
                for place, side in enumerate(sides)]
    network = tuning.untuned(2, False, "cpu")
    maps = tuning.early_maps(pictures, "cpu")
    with torch.inference_mode():
        seen = [network.described(torch.from_numpy(each[None]).float())[0].numpy() for each in maps]
    for mine, theirs in zip(seen, features(pictures, device="cpu"), strict=True):
        cosine = mine @ theirs / np.linalg.norm(mine) / np.linalg.norm(theirs)
        assert cosine > 0.999


def test_one_class_is_refused_in_a_sentence(small: None) -> None:
    batch, truth = shapes(10, kinds=("disc",))
    with pytest.raises(DataError, match="at least two classes"):
        make().fit(batch, truth)


