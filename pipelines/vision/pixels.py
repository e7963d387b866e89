"""Small images for networks that are trained from scratch: decoded once, a few bytes a pixel."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from PIL import Image

from data.images.picture import Picture
from pipelines.progress import SILENT, Progress

GREY_SIDE = 28
COLOUR_SIDE = 32
# Channels of a grey photo saved as JPEG differ by a few levels; tinted scans differ by more.
MOST_TINT = 12
CHUNK = 256
THREADS = 4


class Pixels(NamedTuple):
    """One image as the small networks take it.

    Attributes:
        grey: uint8, shape (28, 28, 1).
        colour: uint8, shape (32, 32, 3), or (32, 32, 1) when the image is grey throughout.
    """

    grey: np.ndarray
    colour: np.ndarray


def decode(pictures: Sequence[Picture], progress: Progress = SILENT) -> list[Pixels]:
    """The pixels of each picture, in order.

    The whole picture is brought to a square, so that nothing of it is cut off.

    Raises:
        DataError: a picture cannot be read.
    """
    found: list[Pixels] = []
    with ThreadPoolExecutor(THREADS, thread_name_prefix="litmus-pixels") as pool:
        for start in range(0, len(pictures), CHUNK):
            chunk = pictures[start : start + CHUNK]
            found.extend(pool.map(_decoded, chunk))
            progress.advance(len(chunk))
    return found


def _decoded(picture: Picture) -> Pixels:
    image = picture.open(shortest=COLOUR_SIDE)
    colour = _resized(image, COLOUR_SIDE)
    if np.ptp(colour, axis=2).max() <= MOST_TINT:
        colour = colour[:, :, :1].copy()
    return Pixels(_resized(image.convert("L"), GREY_SIDE)[:, :, None], colour)


def _resized(image: Image.Image, side: int) -> np.ndarray:
    if image.size != (side, side):
        image = image.resize((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.array(image)


def stack(images: Sequence[np.ndarray], channels: int) -> np.ndarray:
    """Images of one size as uint8 of shape (rows, height, width, channels); grey ones repeated."""
    return np.stack([
        each if each.shape[2] == channels else np.repeat(each, channels, axis=2) for each in images
    ])
