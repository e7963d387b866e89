"""Boxes drawn on, or blurred in, a copy of an image; what is written carries no metadata."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from data.images.picture import Picture
from pipelines.vision.boxes import Box, Boxes

if TYPE_CHECKING:
    from PIL import Image

# Told apart with the common kinds of colour blindness (Okabe and Ito 2008), on light and dark.
COLOURS = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (204, 121, 167),
           (213, 94, 0))
# A face of six by six grey cells, smoothed, shows no features; chin and hair are covered as well.
CELLS = 6
MARGIN = 0.15
QUALITY = 92
# Archives without a date of their own have the same bytes each time.
_DAY = (2026, 1, 1, 0, 0, 0)


def colour_of(label: str, labels: Sequence[str]) -> tuple[int, int, int]:
    """The colour of a label among all that are shown."""
    place = list(labels).index(label) if label in labels else 0
    return COLOURS[place % len(COLOURS)]


def drawn(
    image: Image.Image, boxes: Iterable[Box], labels: Sequence[str] = (), *, named: bool = True
) -> Image.Image:
    """A copy of the image with each box drawn, and its label and score above it.

    Args:
        image: RGB, upright.
        boxes: in pixels of the image.
        labels: all that are shown beside each other; they decide the colours.
        named: whether labels and scores are written.
    """
    from PIL import ImageDraw, ImageFont

    copy = image.copy()
    pen = ImageDraw.Draw(copy)
    width = max(2, round(max(copy.size) / 250))
    font = ImageFont.load_default(size=max(10, round(max(copy.size) / 40)))
    for box in boxes:
        colour = colour_of(box.label, labels)
        pen.rectangle((box.x0, box.y0, box.x1, box.y1), outline=(0, 0, 0), width=width + 2)
        pen.rectangle((box.x0, box.y0, box.x1, box.y1), outline=colour, width=width)
        if named:
            text = f"{box.label[:40]} {box.score:.2f}"
            left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
            y = max(0.0, box.y0 - (bottom - top) - 6)
            pen.rectangle((box.x0, y, box.x0 + right - left + 6, y + bottom - top + 6), fill=colour)
            pen.text((box.x0 + 3 - left, y + 3 - top), text, fill=(0, 0, 0), font=font)
    return copy


def scaled(boxes: Iterable[Box], scale: float) -> Boxes:
    """The boxes of a copy of the image that is `scale` times its size."""
    return tuple(
        Box(b.label, b.score, b.x0 * scale, b.y0 * scale, b.x1 * scale, b.y1 * scale) for b in boxes
    )


def blurred(image: Image.Image, boxes: Iterable[Box]) -> Image.Image:
    """A copy of the image in which what the boxes hold cannot be made out.

    Each box, a little enlarged, is brought down to a few cells and smoothed: the pixels are gone
    and not merely mixed.
    """
    from PIL import Image as Pil
    from PIL import ImageFilter

    # Made anew from the pixels, so that nothing else of the file comes along.
    copy = Pil.fromarray(np.array(image.convert("RGB")))
    for box in boxes:
        across, down = MARGIN * (box.x1 - box.x0), MARGIN * (box.y1 - box.y0)
        x0, y0 = max(0, int(box.x0 - across)), max(0, int(box.y0 - down))
        x1 = min(copy.width, round(box.x1 + across) + 1)
        y1 = min(copy.height, round(box.y1 + down) + 1)
        if x1 <= x0 or y1 <= y0:
            continue
        part = copy.crop((x0, y0, x1, y1))
        few = part.resize(
            (min(CELLS, part.width), min(CELLS, part.height)), Pil.Resampling.BOX
        )
        covered = few.resize(part.size, Pil.Resampling.NEAREST)
        radius = max(part.size) / (2 * CELLS)
        copy.paste(covered.filter(ImageFilter.GaussianBlur(radius)), (x0, y0))
    return copy


def preview(
    picture: Picture, boxes: Boxes, longest: int, labels: Sequence[str] = (), *,
    hidden: bool = False,
) -> bytes:
    """A small copy as JPEG with the boxes drawn or, where `hidden`, with what they hold blurred.

    Args:
        picture: decoded no larger than needed.
        boxes: in pixels of the upright image.
        longest: pixels of the long side of the copy at most.
        labels: all that are shown beside each other.
        hidden: whether to blur in place of drawing.

    Raises:
        DataError: the picture cannot be opened.
    """
    from data.images import decoding

    seen = decoding.decode_small(picture.read(), picture.name, picture.pixels, longest)
    small = scaled(boxes, seen.image.width / seen.width)
    shown = blurred(seen.image, small) if hidden else drawn(seen.image, small, labels, named=False)
    return written(shown, jpeg=True)


def written(image: Image.Image, jpeg: bool) -> bytes:
    """The image as JPEG, or else as PNG; without EXIF, position, camera, comment or profile."""
    from PIL import Image as Pil

    bare = Pil.fromarray(np.array(image.convert("RGB")))
    out = io.BytesIO()
    if jpeg:
        bare.save(out, "JPEG", quality=QUALITY)
    else:
        bare.save(out, "PNG")
    return out.getvalue()


def write_blurred(pictures: Sequence[Picture], found: Sequence[Boxes], out: BinaryIO) -> None:
    """Write a ZIP of every picture, blurred where it has boxes, under its own name.

    JPEG files stay JPEG and all others become PNG, upright and without metadata. The names come
    from the user's file and may say more than one wants.

    Raises:
        DataError: a picture cannot be opened any more.
    """
    taken: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for picture, boxes in zip(pictures, found, strict=True):
            image = picture.open()
            jpeg = picture.read()[:2] == b"\xff\xd8"
            name = _free(_safe(picture.name), "jpg" if jpeg else "png", taken)
            archive.writestr(
                zipfile.ZipInfo(name, _DAY), written(blurred(image, boxes), jpeg)
            )


def _safe(name: str) -> PurePosixPath:
    """The name as a path that stays within the archive."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts
             if part not in ("/", "..", ".")]
    return PurePosixPath(*[part.replace(":", "_") for part in parts] or ["image"])


def _free(path: PurePosixPath, suffix: str, taken: set[str]) -> str:
    name, number = str(path.with_suffix(f".{suffix}")), 2
    while name.casefold() in taken:
        name = str(path.with_name(f"{path.stem}_{number}.{suffix}"))
        number += 1
    taken.add(name.casefold())
    return name
