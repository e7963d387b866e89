"""Sets of drawn images, packed as a user packs them."""

from __future__ import annotations

import io
import zipfile

import numpy as np
from PIL import Image

from tests.vision.drawn import shape


def shapes_zip(a_class: int = 10, folder: str = "", kinds: tuple[str, ...] = ("bar across", "disc"),
               seed: int = 0) -> bytes:
    """A ZIP of drawn shapes in a folder for each class, below `folder`."""
    rng = np.random.default_rng(seed)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for kind in kinds:
            for number in range(a_class):
                content = io.BytesIO()
                Image.fromarray(shape(kind, rng, 48)).save(content, "PNG")
                package.writestr(f"{folder}{kind}/{number:03}.png", content.getvalue())
    return buffer.getvalue()


def joined_zip(*parts: bytes) -> bytes:
    """One ZIP with the files of several."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for part in parts:
            with zipfile.ZipFile(io.BytesIO(part)) as inner:
                for name in inner.namelist():
                    package.writestr(name, inner.read(name))
    return buffer.getvalue()
