"""Copies that a hash is blind to are found, different images are not, and none judges its twin."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from data.images.duplicates import find_duplicates
from data.images.picture import Picture
from pipelines.split import Split
from pipelines.vision import alike
from pipelines.vision.alike import AlikePair, alike_pairs, kept_apart, near_rows
from tests.image_files import scene


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


def split(kind: str = "random") -> Split:
    return Split(kind, np.arange(4), np.arange(4, 8), training_rows=4)  # type: ignore[arg-type]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[AlikePair]:
    """What is found is what a test puts here."""
    pairs: list[AlikePair] = []
    monkeypatch.setattr(alike, "alike_pairs", lambda *_: tuple(pairs))
    return pairs


def test_a_test_image_that_looks_like_one_learnt_from_does_not_judge(
    twelve: list[Picture], found: list[AlikePair]
) -> None:
    found += [AlikePair(1, 6, 0.99), AlikePair(4, 5, 0.99), AlikePair(0, 2, 0.99)]
    kept, sentence = kept_apart(twelve[:8], split())
    assert kept.test.tolist() == [4, 5, 7]
    assert kept.train.tolist() == [0, 1, 2, 3]
    assert "1 test image looks like one that models learnt from" in sentence
    assert "left out of judging" in sentence


def test_in_cross_validation_twins_of_two_folds_both_stay_out(
    twelve: list[Picture], found: list[AlikePair]
) -> None:
    halves = (np.array([0, 1, 2, 3]), np.array([4, 5, 6, 7]))
    whole = Split("cross-validation", np.zeros(0, dtype=int), np.arange(8),
                  (halves, halves[::-1]), 4)
    found += [AlikePair(1, 6, 0.99), AlikePair(4, 5, 0.99)]
    kept, sentence = kept_apart(twelve[:8], whole)
    assert kept.test.tolist() == [0, 2, 3, 4, 5, 7]
    assert sentence.startswith("2 test images look like")


def test_a_split_of_the_users_own_is_kept_and_the_twins_are_said(
    twelve: list[Picture], found: list[AlikePair]
) -> None:
    found.append(AlikePair(1, 6, 0.99))
    kept, sentence = kept_apart(twelve[:8], split("given"))
    assert kept.test.tolist() == [4, 5, 6, 7]
    assert "flatters" in sentence
    found.clear()
    assert kept_apart(twelve[:8], split())[1] == ""


def test_a_training_file_is_compared_with_the_images_that_judge(
    twelve: list[Picture], found: list[AlikePair]
) -> None:
    given = Split("given", np.zeros(0, dtype=int), np.arange(4), training_rows=8)
    found += [AlikePair(2, 9, 0.99), AlikePair(0, 1, 0.99), AlikePair(5, 6, 0.99)]
    kept, sentence = kept_apart(twelve[:4], given, "cpu", twelve[4:])
    assert kept.test.tolist() == [0, 1, 2, 3]
    assert sentence.startswith("1 test image looks like one that models learnt from")
