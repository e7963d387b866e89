"""Sample images: sets that an installed package carries, and one that is simulated here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from data.samples.drawn_faces import drawn_faces as drawn_faces

if TYPE_CHECKING:
    from PIL import Image

# Archives without a date of their own have the same bytes, and so the same fingerprint, each time.
_DAY = (2026, 1, 1, 0, 0, 0)
_SIDE = 96
_DEFECTS_A_CLASS = 60


def digits() -> bytes:
    """A ZIP of 1,797 handwritten digits of 8 x 8 pixels in a folder for each digit.

    Source: scikit-learn's copy of the test part of the "Optical Recognition of Handwritten Digits"
    data set (Alpaydin and Kaynak, UCI, CC BY 4.0).
    """
    from PIL import Image
    from sklearn.datasets import load_digits

    found = load_digits()
    return _packed(
        (f"{label}/{number:04}.png", Image.fromarray((pixels * (255 / 16)).astype(np.uint8)))
        for number, (pixels, label) in enumerate(zip(found.images, found.target, strict=True))
    )


def photos() -> bytes:
    """A ZIP of the two photographs that scikit-learn carries (a palace and a flower, CC BY)."""
    folder = files("sklearn.datasets") / "images"
    return _zipped(
        (name, (folder / name).read_bytes()) for name in ("china.jpg", "flower.jpg")
    )


def defects() -> bytes:
    """A ZIP of 180 simulated pictures of brushed metal: whole, scratched or dented.

    Simulated with NumPy's generator, seed 0: brushed noise in one direction, a light falling off to
    one side, and on two thirds of them a thin bright line or a round shadow with a lit rim. Some
    are so faint that they are hard to see.
    """
    from PIL import Image

    def surfaces() -> Iterator[tuple[str, Image.Image]]:
        rng = np.random.default_rng(0)
        for kind in ("dent", "scratch", "whole"):
            for number in range(_DEFECTS_A_CLASS):
                pixels = np.clip(_surface(rng, kind), 0, 255).astype(np.uint8)
                yield f"{kind}/{kind}_{number:03}.png", Image.fromarray(pixels)

    return _packed(surfaces())


def _surface(rng: np.random.Generator, kind: str) -> np.ndarray:
    """Brightness of one surface, shape (96, 96), around 0 to 255."""
    down, across = np.mgrid[0:_SIDE, 0:_SIDE]
    grain = rng.normal(0, 14, (_SIDE, _SIDE))
    brushed = np.apply_along_axis(
        lambda row: np.convolve(row, np.ones(15) / 15, mode="same"), 1, grain
    ) * 3
    angle = rng.uniform(0, 2 * np.pi)
    light = 25 * (np.cos(angle) * (across / _SIDE - 0.5) + np.sin(angle) * (down / _SIDE - 0.5))
    surface: np.ndarray = rng.uniform(110, 160) + brushed + light + rng.normal(0, 4, grain.shape)
    y, x = rng.uniform(20, _SIDE - 20, 2)
    strength = rng.uniform(12, 70)
    if kind == "scratch":
        turn, length = rng.uniform(0, np.pi), rng.uniform(18, 50)
        along = (across - x) * np.cos(turn) + (down - y) * np.sin(turn)
        beside = (down - y) * np.cos(turn) - (across - x) * np.sin(turn)
        beside = beside - 0.004 * rng.normal() * along**2
        line = np.exp(-((beside / rng.uniform(0.7, 1.6)) ** 2)) * (np.abs(along) < length / 2)
        return surface + strength * line
    if kind == "dent":
        radius = rng.uniform(5, 14)
        distance = np.hypot(across - x, down - y) / radius
        hollow = np.exp(-(distance**2) * 1.5)
        slope = ((across - x) * np.cos(angle) + (down - y) * np.sin(angle)) / radius
        return surface - strength * hollow * (0.6 - slope)
    return surface


def _packed(pictures: Iterable[tuple[str, Image.Image]]) -> bytes:
    def encoded() -> Iterator[tuple[str, bytes]]:
        for name, picture in pictures:
            buffer = io.BytesIO()
            picture.save(buffer, "PNG")
            yield name, buffer.getvalue()

    return _zipped(encoded())


def _zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts:
            package.writestr(zipfile.ZipInfo(name, _DAY), content)
    return buffer.getvalue()
