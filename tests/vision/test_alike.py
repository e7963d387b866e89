"""Copies that a hash is blind to are found and grouped, and different images are not."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageOps

from data.images.duplicates import find_duplicates
from data.images.picture import Picture
from pipelines.vision import alike
from pipelines.vision.alike import AlikePair, alike_groups, alike_pairs, groups_of, near_rows
from tests.image_files import scene
from tests.vision.drawn import Recorder


def picture(image: Image.Image, name: str) -> Picture:
    content = io.BytesIO()
    image.save(content, "PNG")
    return Picture.of_bytes(name, content.getvalue())


@pytest.fixture(scope="module")
def twelve() -> list[Picture]:
    """Ten scenes, then the fourth mirrored and the first with its edges cut."""
    scenes = [scene(seed, 160, 120) for seed in range(10)]
    extra = [ImageOps.mirror(scenes[3]), scenes[0].crop((6, 5, 154, 115))]
    return [picture(image, f"{place}.png") for place, image in enumerate([*scenes, *extra])]


def test_a_mirrored_copy_is_found_where_the_hash_finds_none(twelve: list[Picture]) -> None:
    assert find_duplicates(twelve[:11]).near == 0
    found = {(pair.first, pair.second): pair.cosine for pair in alike_pairs(twelve, "cpu")}
    assert (3, 10) in found
    assert found[3, 10] > 0.99
    assert set(found) <= {(3, 10), (0, 11)}, "different scenes are kept apart"


def test_equal_files_count_once_and_few_images_say_nothing(twelve: list[Picture]) -> None:
    both = [*twelve, *twelve]
    assert alike_pairs(both, "cpu") == alike_pairs(twelve, "cpu")
    assert alike_pairs([twelve[3], twelve[10]], "cpu") == ()


def test_pairs_are_those_of_a_plain_computation() -> None:
    rng = np.random.default_rng(0)
    # More rows than a block, a common part, and a copy of some with a little noise.
    rows = rng.normal(size=(300, 40)) + 1.5
    rows[290:] = rows[:10] + rng.normal(scale=0.02, size=(10, 40))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    fifth = np.median(np.sort(cosines, axis=1)[:, -5])
    least = max(0.9, 1 - (1 - fifth) / 5)
    expected = [(i, j) for i in range(300) for j in range(i + 1, 300) if cosines[i, j] >= least]
    found = near_rows(rows.astype(np.float32))
    assert [pair[:2] for pair in found] == expected == [(i, 290 + i) for i in range(10)]
    for one, two, cosine in found:
        assert cosine == pytest.approx(cosines[one, two], abs=1e-5)


def test_where_all_images_look_much_the_same_more_is_asked_of_a_copy() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(40, 30)) * 0.15 + 1
    rows[39] = rows[0] + rng.normal(size=30) * 0.12
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert unit[0] @ unit[39] > 0.95
    assert near_rows(rows.astype(np.float32)) == []
    rows[39] = rows[0] + rng.normal(size=30) * 0.01
    assert [pair[:2] for pair in near_rows(rows.astype(np.float32))] == [(0, 39)]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[AlikePair]:
    """What is found is what a test puts here."""
    pairs: list[AlikePair] = []
    monkeypatch.setattr(alike, "alike_pairs", lambda *_: tuple(pairs))
    return pairs


def test_copies_and_look_alikes_are_one_group_also_by_way_of_others(
    twelve: list[Picture], found: list[AlikePair]
) -> None:
    both = [*twelve[:8], twelve[2]]
    assert len(set(alike_groups(both))) == 8
    found += [AlikePair(1, 6, 0.99), AlikePair(6, 8, 0.99), AlikePair(4, 5, 0.99)]
    groups = alike_groups(both).tolist()
    together = [[place for place in range(9) if groups[place] == each] for each in set(groups)]
    assert sorted(together) == [[0], [1, 2, 6, 8], [3], [4, 5], [7]]


def test_a_run_that_looked_is_not_made_to_look_again(
    twelve: list[Picture], found: list[AlikePair]
) -> None:
    batch = pd.DataFrame({"image": pd.Series(twelve[:4], dtype=object)})
    assert len(set(groups_of(batch))) == 4
    assert groups_of(batch.assign(same=[7, 7, 8, 8])).tolist() == [7, 7, 8, 8]


@pytest.mark.parametrize(("short", "looks"), [(63, False), (64, True)])
def test_the_network_looks_at_no_set_of_small_pictures(
    short: int, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def rows(pictures: list[Picture], *_: object) -> list[np.ndarray]:
        asked.append(len(pictures))
        return list(np.random.default_rng(0).normal(size=(len(pictures), 8)))

    monkeypatch.setattr(alike, "feature_rows", rows)
    sizes = [300, 300, short, short, short, short, short, 20, 20, 20]
    pictures = [picture(scene(seed, 2 * side, side), f"{seed}") for seed, side in enumerate(sizes)]
    recorder = Recorder()
    alike_pairs(pictures, "cpu", recorder)
    assert asked == [10] * looks
    assert recorder.stages == [
        ("Looking for images that look alike", 10), ("Comparing the images", 10)
    ][: 2 * looks]
    assert recorder.rows == 10 * looks, "those looked at are told by what looks"
