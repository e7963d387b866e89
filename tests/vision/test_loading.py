"""Decoding in threads keeps order, size and memory."""

from __future__ import annotations

import threading
from functools import partial

import numpy as np
import pytest
from PIL import Image

from data.errors import DataError
from data.images.picture import Picture
from pipelines.vision import loading
from pipelines.vision.loading import batches, centre, whole
from tests.vision.drawn import picture

SQUARE = partial(whole, side=32, small=12, small_side=16)


def plain(level: int, width: int = 40, height: int = 30) -> Picture:
    return picture(np.full((height, width, 3), level, dtype=np.uint8), f"{level}.png")


def test_batches_hold_each_picture_once_in_order() -> None:
    pictures = [plain(level, *((40, 30) if level % 3 else (10, 12))) for level in range(150)]
    seen: dict[int, int] = {}
    for batch in batches(pictures, SQUARE, lambda side: 4 if side == 32 else 3):
        assert len(batch.rows) <= (4 if batch.squares.shape[1] == 32 else 3)
        assert list(batch.rows) == sorted(batch.rows)
        for row, square in zip(batch.rows, batch.squares, strict=True):
            assert len(square) == (32 if row % 3 else 16)
            assert (square == row).all()
            seen[row] = seen.get(row, 0) + 1
    assert seen == dict.fromkeys(range(150), 1)


def test_no_more_is_decoded_than_is_about_to_be_needed() -> None:
    started, lock = [0], threading.Lock()

    def counted(one: Picture) -> np.ndarray:
        with lock:
            started[0] += 1
        return np.zeros((8, 8, 3), dtype=np.uint8)

    found = batches([plain(level) for level in range(200)], counted, lambda side: 4)
    next(found)
    assert started[0] <= loading.AHEAD + 4
    found.close()
    assert started[0] <= loading.AHEAD + 4


def test_an_unreadable_picture_is_named() -> None:
    broken = Picture.of_bytes("broken.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    with pytest.raises(DataError, match=r"broken\.png"):
        list(batches([plain(1), broken], SQUARE, lambda side: 8))


def test_the_middle_is_what_resizing_and_cropping_gives() -> None:
    """Against the two steps that the weights were judged with, on a soft image."""
    coarse = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    soft = np.asarray(Image.fromarray(coarse).resize((768, 512), Image.Resampling.BICUBIC))
    resized = Image.fromarray(soft).resize((384, 256), Image.Resampling.BICUBIC)
    left, top = (384 - 224) // 2, (256 - 224) // 2
    expected = np.asarray(resized.crop((left, top, left + 224, top + 224)))
    found = centre(picture(soft), 224, 32)
    assert found.shape == (224, 224, 3)
    assert np.abs(found.astype(int) - expected).mean() < 0.5


def test_nothing_of_a_wide_picture_is_cut_off() -> None:
    wide = np.zeros((50, 400, 3), dtype=np.uint8)
    wide[:, :40, 0], wide[:, -40:, 1] = 255, 255
    found = whole(picture(wide), side=32, small=12, small_side=16)
    assert found[16, 0].tolist() == [255, 0, 0]
    assert found[16, -1].tolist() == [0, 255, 0]
