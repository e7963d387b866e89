"""Pictures decoded and brought to squares in a few threads, while the network works on others."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from data.images.picture import Picture

THREADS = max(2, min(8, os.cpu_count() or 2))
# Squares that wait for the network: 12 MB at 260 pixels, however many pictures there are.
AHEAD = 60
CUBIC = Image.Resampling.BICUBIC

Squarer = Callable[[Picture], np.ndarray]


@dataclass(frozen=True)
class Batch:
    """Squares of one size.

    Attributes:
        rows: positions of the pictures.
        squares: uint8, shape (rows, size, size, 3).
    """

    rows: tuple[int, ...]
    squares: np.ndarray


def batches(
    pictures: Sequence[Picture], square: Squarer, size: Callable[[int], int]
) -> Iterator[Batch]:
    """Batches of the pictures in order, those of each size of square among themselves.

    Args:
        pictures: any number; no more than `AHEAD` are decoded before they are asked for.
        square: gives uint8 of shape (side, side, 3).
        size: images of a batch, of a side.

    Raises:
        DataError: a picture cannot be read.
    """
    waiting: dict[int, list[tuple[int, np.ndarray]]] = {}
    for row, found in enumerate(_decoded(pictures, square)):
        side = len(found)
        waiting.setdefault(side, []).append((row, found))
        if len(waiting[side]) == size(side):
            yield _batch(waiting.pop(side))
    for some in waiting.values():
        yield _batch(some)


def whole(picture: Picture, side: int, small: int, small_side: int) -> np.ndarray:
    """The whole picture brought to a square, so that nothing of it is cut off.

    Args:
        picture: any.
        side: pixels of the square.
        small, small_side: a picture whose short side has at most `small` pixels is brought to
            `small_side` instead.
    """
    image = picture.open(shortest=side)
    target = small_side if min(image.size) <= small else side
    if image.size == (target, target):
        return np.asarray(image)
    return np.asarray(image.resize((target, target), CUBIC, reducing_gap=3.0))


def centre(picture: Picture, side: int, margin: int) -> np.ndarray:
    """The middle of the picture as the published weights were judged.

    The short side is brought to `side + margin` and the square in the middle is kept; both in one
    step, so that what is cut off is not resized first.
    """
    image = picture.open(shortest=side + margin)
    left, top, cut = middle(image.size, side, margin)
    box = (left, top, left + cut, top + cut)
    return np.asarray(image.resize((side, side), CUBIC, box=box, reducing_gap=3.0))


def middle(size: tuple[int, int], side: int, margin: int) -> tuple[float, float, float]:
    """Left, top and side of the square that `centre` keeps, in pixels of a picture of `size`."""
    width, height = size
    cut = min(width, height) * side / (side + margin)
    return (width - cut) / 2, (height - cut) / 2, cut


def _decoded(pictures: Sequence[Picture], square: Squarer) -> Iterator[np.ndarray]:
    with ThreadPoolExecutor(THREADS, thread_name_prefix="litmus-decode") as pool:
        ahead: deque[Future[np.ndarray]] = deque()
        try:
            for picture in pictures:
                if len(ahead) == AHEAD:
                    yield ahead.popleft().result()
                ahead.append(pool.submit(square, picture))
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()


def _batch(found: list[tuple[int, np.ndarray]]) -> Batch:
    return Batch(tuple(row for row, _ in found), np.stack([square for _, square in found]))
