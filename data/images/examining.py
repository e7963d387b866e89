"""One look at each image when a set is read: can it be opened, and what is it like."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from data.errors import DataError
from data.images import decoding
from data.images.kinds import Format, foreign, format_of
from data.images.look import look
from data.images.picture import digest_of
from data.images.source import Source

# Sharpness needs a size of its own, as the same photo has less of it per pixel when larger.
_LONGEST = 256
# Enough for each thread to be worth a task, small enough to share the work evenly.
_TASK = 32
_MOST_THREADS = 8


@dataclass(frozen=True)
class Examined:
    """What is known of an image.

    Attributes:
        digest: SHA-256 of its bytes, hexadecimal.
        size: Bytes of the file.
        format: What it is, by content.
        width: Pixels, upright.
        height: Pixels, upright.
        brightness: Mean grey level, 0 (black) to 1 (white).
        sharpness: Variance of the Laplacian (the four neighbours less four times the pixel) of
            grey levels 0 to 255, on a copy whose long side is at most 256 pixels; about 0 for a
            flat or blurred image, several hundred and more for a sharp one, 0 under 3 pixels.
        look: Perceptual hash.
    """

    digest: str
    size: int
    format: Format
    width: int
    height: int
    brightness: float
    sharpness: float
    look: bytes


@dataclass(frozen=True)
class Refused:
    """A file that is no image, or none that can be opened.

    Attributes:
        reason: One sentence.
        image: Whether its content is that of an image, if a damaged one.
        content: What it is instead, as in “a ZIP archive”.
    """

    reason: str
    image: bool
    content: str = ""


def examine_all(files: Sequence[tuple[str, Source]], pixels: int) -> list[Examined | Refused]:
    """Examines files side by side and keeps their order.

    Args:
        files: Names as messages call them, and where the bytes are.
        pixels: Most pixels of an image.
    """
    tasks = [files[start : start + _TASK] for start in range(0, len(files), _TASK)]
    threads = max(1, min(os.cpu_count() or 1, _MOST_THREADS, len(tasks)))
    with ThreadPoolExecutor(threads, thread_name_prefix="examining") as pool:
        done = pool.map(lambda task: [examine(name, source, pixels) for name, source in task], tasks)
        return [each for task in done for each in task]


def examine(name: str, source: Source, pixels: int) -> Examined | Refused:
    """Examines one file.

    Args:
        name: Its name, used in the reason of a refusal.
        source: Where its bytes are.
        pixels: Most pixels of an image.
    """
    try:
        content = source.read(name)
    except DataError as error:
        return Refused(str(error), image=False)
    image = format_of(content, name) is not None
    try:
        decoded = decoding.decode_small(content, name, pixels, _LONGEST)
    except DataError as error:
        return Refused(str(error), image, "" if image else foreign(content, name))
    grey = np.asarray(decoded.image.convert("L"), dtype=np.float32)
    return Examined(
        digest=digest_of(content),
        size=len(content),
        format=decoded.format,
        width=decoded.width,
        height=decoded.height,
        brightness=float(grey.mean()) / 255.0,
        sharpness=_sharpness(grey),
        look=look(decoded.image),
    )


def _sharpness(grey: np.ndarray) -> float:
    if min(grey.shape) < 3:
        return 0.0
    middle = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * middle
    return float(laplacian.var())

