"""Features are computed once, in order, and told apart by way of looking."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from data.images.picture import Picture
from pipelines.progress import CancelledRun
from pipelines.vision import features as module
from pipelines.vision.backbone import Backbone
from pipelines.vision.features import (
    WHOLE,
    Look,
    described,
    feature_rows,
    features,
    seconds_spared,
)
from tests.vision.drawn import Recorder, patches, picture

LITE0 = Look("efficientnet-lite0", descriptive=False)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Nothing is remembered before a test."""
    module._MEMORY.clear()
    yield
    module._MEMORY.clear()


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many images each forward pass took."""
    sizes: list[int] = []
    forward = Backbone._forward

    def counted(self: Backbone, images: np.ndarray, mirrored: bool) -> np.ndarray:
        sizes.append(len(images))
        return forward(self, images, mirrored)

    monkeypatch.setattr(Backbone, "_forward", counted)
    return sizes


def some(rows: int = 5) -> list[Picture]:
    found: list[Picture] = patches(rows)[0]["image"].tolist()
    return found


def test_no_picture_is_looked_at_twice(looked_at: list[int]) -> None:
    pictures = some()
    first = features(pictures, LITE0)
    again = features(list(reversed(pictures)), LITE0)
    assert sum(looked_at) == len(pictures)
    np.testing.assert_array_equal(again, first[::-1])


def test_copies_are_looked_at_once(looked_at: list[int]) -> None:
    one, other = some(2)
    copy = Picture.of_bytes("copy.png", one.read())
    recorder = Recorder()
    found = features([one, other, copy], LITE0, progress=recorder)
    assert sum(looked_at) == 2
    assert recorder.rows == 3
    np.testing.assert_array_equal(found[0], found[2])


def test_two_ways_to_look_are_not_mixed_up() -> None:
    pictures = some(2)
    published, described_ = features(pictures, LITE0), features(pictures, WHOLE)
    assert published.shape == (2, 1280)
    assert described_.shape == (2, 2 * (1280 + 352))
    np.testing.assert_array_equal(features(pictures, LITE0), published)


def test_each_row_is_reported_once_remembered_or_not() -> None:
    pictures = some(6)
    features(pictures[:2], LITE0)
    recorder = Recorder()
    features(pictures, LITE0, progress=recorder)
    assert recorder.rows == 6


def test_looking_can_be_cancelled_and_goes_on_where_it_was(looked_at: list[int]) -> None:
    pictures = some(20)
    with pytest.raises(CancelledRun):
        features(pictures, LITE0, progress=Recorder(stop_after=8))
    before = sum(looked_at)
    features(pictures, LITE0)
    assert sum(looked_at) == 20 > before


def test_memory_keeps_the_latest_within_its_limit() -> None:
    memory = module._Memory(limit=3 * 80)
    for place in range(5):
        memory.put((str(place), LITE0, "cpu"), np.full(10, place, dtype=np.float64), 0.5)
    kept = [place for place in range(5) if memory.get((str(place), LITE0, "cpu")) is not None]
    assert kept == [2, 3, 4]
    assert [memory.seconds((str(place), LITE0, "cpu")) for place in (1, 2)] == [0.0, 0.5]


def test_what_looking_took_is_remembered_for_what_is_remembered(looked_at: list[int]) -> None:
    pictures = some(6)
    assert seconds_spared(pictures, LITE0) == 0
    features(pictures[:4], LITE0)
    one = seconds_spared(pictures[:1], LITE0)
    assert one > 0
    assert seconds_spared([*pictures, pictures[0]], LITE0) == pytest.approx(
        sum(seconds_spared([each], LITE0) for each in pictures[:4])
    )


def test_a_description_is_the_mean_and_half_the_difference_of_the_views() -> None:
    straight = np.full((1, 1281), 4.0, dtype=np.float32)
    mirrored = np.full((1, 1281), 1.0, dtype=np.float32)
    found = described(straight, mirrored)[0]
    # Roots 2 and 1 of the last maps; those before them, which may be negative, as they are.
    assert found[[0, 1280, 1281, -1]].tolist() == [1.5, 2.5, 0.5, 1.5]


def test_a_symmetric_picture_has_no_difference() -> None:
    half = np.random.default_rng(0).integers(0, 256, (100, 50, 3), dtype=np.uint8)
    mirrored = picture(np.concatenate([half, half[:, ::-1]], axis=1))
    row = feature_rows([mirrored], WHOLE)[0]
    assert np.abs(row[1632:]).max() < 1e-2 < np.abs(row[:1632]).max()
