"""The map keeps like with like; the learning curve is judged on images that nobody learnt from."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageOps

from data.errors import DataError
from data.images.picture import Picture
from pipelines.vision import learning_curve as curves
from pipelines.vision.learning_curve import learning_curve
from pipelines.vision.map import map_of, placed
from tests.image_files import scene
from tests.vision.drawn import Recorder, patches, picture


def test_groups_that_are_far_apart_stay_apart_on_the_map() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 100)) + np.repeat([[0.0], [20.0]], 30, axis=0)
    places = placed(rows, 0)
    assert places.shape == (60, 2)
    to_own = np.linalg.norm(places - np.repeat(
        [places[:30].mean(axis=0), places[30:].mean(axis=0)], 30, axis=0), axis=1)
    to_other = np.linalg.norm(places - np.repeat(
        [places[30:].mean(axis=0), places[:30].mean(axis=0)], 30, axis=0), axis=1)
    assert (to_own < to_other).all()
    np.testing.assert_array_equal(places, placed(rows, 0))


@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_a_map_of_few_rows_has_a_place_for_each(rows: int) -> None:
    places = placed(np.random.default_rng(0).normal(size=(rows, 30)), 0)
    assert places.shape == (rows, 2)
    assert np.isfinite(places).all()


def test_copies_are_laid_on_one_place() -> None:
    assert (placed(np.ones((20, 30)), 0) == 0).all()


def test_a_map_of_pictures_tells_colours_apart() -> None:
    batch, truth = patches(6)
    recorder = Recorder()
    places = map_of(batch["image"].tolist(), progress=recorder)
    across = places[:, 0]
    green, red = across[truth == "green"], across[truth == "red"]
    assert max(green) < min(red) or max(red) < min(green)
    assert recorder.rows == 6


def test_a_learning_curve_has_ascending_sizes_and_a_band() -> None:
    batch, truth = patches(32)
    recorder = Recorder()
    found = learning_curve(batch["image"].tolist(), truth.tolist(), progress=recorder)
    assert found.sizes == (3, 6, 12, 24)
    assert found.judged == 8
    assert found.chance == 0.5
    assert ((found.low <= found.mean) & (found.mean <= found.high)).all()
    assert found.mean[-1] == 1
    assert recorder.rows == 32 + 4 * curves.REPEATS


def test_no_image_that_judges_nor_its_copy_is_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    batch, truth = patches(16)
    pictures = batch["image"].tolist()
    pictures += [Picture.of_bytes(f"copy of {each.name}", each.read()) for each in pictures]
    labels = truth.tolist() * 2
    taught: set[bytes] = set()
    judged: set[bytes] = set()
    learn = curves.learn

    class Watched:
        def __init__(
            self, rows: list[np.ndarray], names: list[str], seed: int, groups: np.ndarray
        ) -> None:
            taught.update(row.tobytes() for row in rows)
            assert len(set(groups.tolist())) == len({row.tobytes() for row in rows})
            self._head = learn(rows, names, seed, groups)
            self.classes = self._head.classes

        def probabilities(self, rows: list[np.ndarray]) -> np.ndarray:
            judged.update(row.tobytes() for row in rows)
            return self._head.probabilities(rows)

    monkeypatch.setattr(curves, "learn", Watched)
    learning_curve(pictures, labels)
    assert taught
    assert judged
    assert not taught & judged


def test_mirror_images_judge_no_curve_that_learnt_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    scenes = [scene(seed, 96, 72) for seed in range(12)]
    images = [image for each in scenes for image in (each, ImageOps.mirror(each))]
    pictures = [picture(np.asarray(each), f"{place}.png") for place, each in enumerate(images)]
    held: list[np.ndarray] = []
    deal = curves._held_out

    def kept(*given: np.ndarray) -> np.ndarray:
        held.append(deal(*given))  # type: ignore[arg-type]
        return held[-1]

    monkeypatch.setattr(curves, "_held_out", kept)
    learning_curve(pictures, [("a", "b")[place // 2 % 2] for place in range(24)])
    assert held[0].any()
    assert (held[0][::2] == held[0][1::2]).all()


def test_parts_are_nested_and_hold_every_class_from_the_start() -> None:
    codes = np.repeat([0, 1, 2], [60, 30, 3])
    order = curves._in_turn(codes, np.random.default_rng(0))
    assert sorted(order) == list(range(93))
    assert set(codes[order[:3]]) == {0, 1, 2}
    half = np.bincount(codes[order[:46]])
    assert abs(half[0] - 30) <= 2
    assert abs(half[1] - 15) <= 2


def test_too_few_images_for_a_curve_are_refused() -> None:
    batch, truth = patches(4)
    with pytest.raises(DataError, match=r"at least 8.*4 of 2"):
        learning_curve(batch["image"].tolist(), truth.tolist())
