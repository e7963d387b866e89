"""Draws small images for tests and writes them in many formats."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image


def scene(seed: int, width: int = 96, height: int = 72) -> Image.Image:
    """A smooth picture of coloured hills, another for each seed."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def written(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture(seed: int, kind: str = "PNG", **options: object) -> bytes:
    """The bytes of a scene."""
    return written(scene(seed), kind, **options)


def png_header(width: int, height: int) -> bytes:
    """A PNG that declares a size and holds a few bytes of it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\x00" * 64)), (b"IEND", b""))
    )


def webp_header(width: int, height: int) -> bytes:
    """A WebP whose header declares a canvas and that holds nothing else."""
    body = b"\x00" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def exif(orientation: int, order: str = "<") -> bytes:
    """An EXIF block that says how the camera was held."""
    mark = b"II" if order == "<" else b"MM"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\x00\x00" + mark + struct.pack(f"{order}HIH", 42, 8, 1) + entry + b"\x00" * 4
