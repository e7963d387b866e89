from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from data.images.duplicates import Pair, duplicate_groups, find_duplicates
from data.images.look import FREQUENCIES, UNTELLABLE, look
from data.images.picture import Picture
from data.images.reading import read_images
from data.images.source import InMemory
from tests.document_files import zipped
from tests.image_files import picture, scene, written

BITS = FREQUENCIES**2


def pictures(*contents: bytes) -> list[Picture]:
    return [Picture.of_bytes(f"{place}.png", each) for place, each in enumerate(contents)]


def test_equal_bytes_and_near_copies_share_a_group_and_others_do_not() -> None:
    near = written(scene(1).resize((48, 36)), "JPEG", quality=60)
    found = find_duplicates(pictures(picture(1), picture(2), picture(1), near, picture(3), near))
    assert found.groups.tolist() == [0, 1, 0, 0, 4, 0]
    assert found.pairs == (
        Pair(0, 2, exact=True), Pair(0, 3, exact=False), Pair(3, 5, exact=True)
    )  # fmt: skip
    assert (found.exact, found.near, len(found.untellable)) == (2, 1, 0)


def test_images_read_from_an_archive_carry_the_hash_that_opening_them_gives() -> None:
    content = zipped(("a.png", picture(1)), ("b.jpg", picture(1, "JPEG")), ("c.png", picture(2)))
    table = read_images(content, "a.zip")
    read = list(table.pictures.values())
    assert [each.look for each in read] == [look(each.open()) for each in read]
    assert duplicate_groups(read).tolist() == [0, 0, 2]
    assert duplicate_groups([replace(each, look=b"") for each in read]).tolist() == [0, 0, 2]


def cropped(image: Image.Image) -> Image.Image:
    return image.crop((2, 2, image.width - 2, image.height - 2))


def saved(image: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(written(image, "JPEG", quality=40))).convert("RGB")


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (saved, 1.0),
        (lambda image: image.resize((90, 68), Image.Resampling.LANCZOS), 1.0),
        (lambda image: ImageEnhance.Brightness(image).enhance(1.08), 1.0),
        (cropped, 0.6),
    ],
    ids=["saved again", "resized", "brighter", "cropped"],
)
def test_copies_are_found_and_different_scenes_kept_apart(
    change: Callable[[Image.Image], Image.Image], least: float
) -> None:
    originals = [scene(seed, 160, 120) for seed in range(25)]
    both = [*originals, *(change(image) for image in originals)]
    groups = duplicate_groups(pictures(*(written(image) for image in both)))
    assert np.mean(groups[25:] == groups[:25]) >= least
    # Whatever is grouped is grouped with its own copy only.
    assert len(set(groups[:25])) == 25
    assert all(group in (place % 25, place) for place, group in enumerate(groups))


def test_the_same_shape_in_another_colour_is_another_picture() -> None:
    shirt = scene(1).convert("L")
    red = ImageOps.colorize(shirt, "black", "white", mid=(230, 60, 60))
    blue = ImageOps.colorize(shirt, "black", "white", mid=(60, 60, 230))
    assert duplicate_groups(pictures(written(red), written(blue))).tolist() == [0, 1]


def test_flat_and_tiny_images_only_count_when_their_bytes_are_equal() -> None:
    white, cream = (written(Image.new("RGB", (50, 50), tone)) for tone in ("white", "#fffef8"))
    dot = written(scene(1, 7, 30))
    found = find_duplicates(pictures(white, cream, white, dot, picture(1), b"no image"))
    assert found.groups.tolist() == [0, 1, 0, 3, 4, 5]
    assert found.untellable.tolist() == [0, 1, 2, 3, 5]
    assert look(Image.new("RGB", (50, 50), "white")) == UNTELLABLE


def coded(
    signs: np.ndarray, strong: np.ndarray, colours: np.ndarray, small: np.ndarray
) -> list[Picture]:
    parts = [np.packbits(signs & strong, axis=1), np.packbits(strong, axis=1), colours, small]
    codes = np.concatenate([part.astype(np.uint8) for part in parts], axis=1)
    return [
        Picture(str(place), str(place), InMemory(b""), code.tobytes())
        for place, code in enumerate(codes)
    ]


@pytest.mark.parametrize(
    ("strong", "turned", "lost", "small", "same"),
    [
        (200, 33, 0, 0, True),
        (200, 34, 0, 0, False),
        (200, 28, 0, 1, True),
        (200, 29, 0, 1, False),
        (200, 0, 66, 0, True),
        (200, 0, 67, 0, False),
        (200, 20, 26, 0, True),
        (200, 20, 27, 0, False),
        (40, 6, 0, 0, True),
        (40, 7, 0, 0, False),
    ],
)
def test_near_is_a_share_of_the_strong_frequencies(
    strong: int, turned: int, lost: int, small: int, same: bool
) -> None:
    masks = np.zeros((2, BITS), dtype=bool)
    masks[:, 1 : strong + 1] = True
    masks[1, 1 : lost + 1] = False
    signs = np.zeros((2, BITS), dtype=bool)
    signs[1, strong + 1 - turned : strong + 1] = True
    pair = coded(signs, masks, np.full((2, 48), 100), np.array([[small], [0]]))
    assert (duplicate_groups(pair).tolist() == [0, 0]) is same


@pytest.mark.parametrize("density", [0.2, 0.9])
def test_groups_are_those_of_comparing_each_with_each(density: float) -> None:
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 60, 400)
    signs = (rng.random((60, BITS)) < 0.5)[kind] ^ (rng.random((400, BITS)) < 0.07)
    strong = (rng.random((60, BITS)) < density)[kind] ^ (rng.random((400, BITS)) < 0.02)
    colours = np.clip(rng.normal(120, 14, (400, 48)), 0, 255).astype(np.uint8)
    small = rng.integers(0, 2, (400, 1))
    found = duplicate_groups(coded(signs, strong, colours, small))

    wanted = np.arange(400)
    tone = colours.astype(int)
    for one in range(400):
        both, either = strong[one] & strong, strong[one] | strong
        differ = ((signs[one] ^ signs) & both).sum(axis=1) + 0.5 * (either & ~both).sum(axis=1)
        share = np.where((small[one] == 1) | (small[:, 0] == 1), 0.14, 0.165)
        near = (differ <= share * either.sum(axis=1)) & (
            np.abs(tone[one] - tone).mean(axis=1) <= 20
        )
        group = np.unique(wanted[near])
        wanted[np.isin(wanted, group)] = group.min()
    assert 60 < len(set(wanted)) < 395
    assert found.tolist() == wanted.tolist()


def test_no_images_have_no_groups() -> None:
    found = find_duplicates([])
    assert (found.groups.tolist(), found.pairs) == ([], ())
