"""Copies of images that the packaged network finds, and pairs it wrongly finds: see `alike`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from data.images.picture import Picture
from data.samples.image_sets import defects, digits
from pipelines.vision.alike import near_rows
from pipelines.vision.features import features

ARCHIVES = {
    "photos": ("imagenet_photos_40.zip", 40), "CIFAR-10": ("cifar10_train_2000.zip", 1_000),
    "MNIST": ("mnist_train_6000.zip", 1_000),
}
COPIED = 60


def _cut(image: Image.Image, share: float) -> Image.Image:
    across, down = (max(1, round(share * side)) for side in image.size)
    return image.crop((across, down, image.width - across, image.height - down))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "mirrored": ImageOps.mirror,
    "4 % cut": lambda image: _cut(image, 0.04),
    "10 % cut": lambda image: _cut(image, 0.10),
    "a quarter brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.25),
    "turned by 3 degrees": lambda image: image.rotate(3, Image.Resampling.BICUBIC),
}


def measure(data: Path | None) -> dict[str, Any]:
    """For each set, pairs found among different images and the share of copies found."""
    sets = {"digits": _some(digits(), 600), "drawn surfaces": _some(defects(), 180)}
    if data is not None:
        sets |= {
            name: _some((data / file).read_bytes(), most) for name, (file, most) in ARCHIVES.items()
        }
    return {name: _of(pictures) for name, pictures in sets.items()}


def _some(archive: bytes, most: int) -> list[Picture]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = sorted(name for name in opened.namelist() if not name.endswith("/"))
        pictures = [Picture.of_bytes(name, opened.read(name)) for name in names]
    some = np.sort(np.random.default_rng(0).permutation(len(pictures))[:most])
    return [pictures[place] for place in some]


def _of(pictures: list[Picture]) -> dict[str, Any]:
    known = _halves(pictures)
    some = pictures[:COPIED]
    found = {}
    for name, change in CHANGES.items():
        copies = _halves([_changed(picture, change) for picture in some])
        # One copy at a time stands among the others, as it would in a set.
        hits = [
            any(two == len(known) and one == place for one, two, _ in near_rows(
                np.vstack([known, copy[None]])))
            for place, copy in enumerate(copies)
        ]
        found[name] = round(float(np.mean(hits)), 2)
    return {"images": len(pictures), "pairs": len(near_rows(known)), "found": found}


def _halves(pictures: list[Picture]) -> np.ndarray:
    found = features(pictures)
    return found[:, : found.shape[1] // 2]


def _changed(picture: Picture, change: Callable[[Image.Image], Image.Image]) -> Picture:
    content = io.BytesIO()
    change(picture.open()).save(content, "PNG")
    return Picture.of_bytes(picture.name, content.getvalue())
