"""A sample of group pictures whose people are drawn: how many faces are in each is known."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

_DAY = (2026, 1, 1, 0, 0, 0)
_WIDTH, _HEIGHT = 480, 320
_PICTURES = 60
_MOST = 4
SKINS = ((236, 196, 166), (214, 164, 128), (170, 118, 86), (110, 74, 54))
_HAIR = ((40, 28, 20), (90, 60, 30), (20, 20, 24), (150, 120, 80))
# Faces are drawn this much larger, then brought down, which smooths their edges.
_FINE = 3
_LIGHTS = ("bright", "dim")


def drawn_faces() -> bytes:
    """A ZIP of 60 drawn scenes with 0 to 4 people, and a table of how many faces show in each.

    Drawn with Pillow from NumPy's generator, seed 0. Most people look ahead in good light; a third
    of the scenes are dim, and some people are far away, lean over, or wear a mask, which makes them
    hard to find. They count as faces all the same. No photo and no real person is in it.
    """
    rng = np.random.default_rng(0)
    lines = ["image,faces,light"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number in range(_PICTURES):
            light = _LIGHTS[int(rng.random() < 1 / 3)]
            faces = int(rng.integers(0, _MOST + 1))
            buffer = io.BytesIO()
            scene(rng, faces, dim=light == "dim").save(buffer, "PNG")
            name = f"scene_{number:02}.png"
            archive.writestr(zipfile.ZipInfo(name, _DAY), buffer.getvalue())
            lines.append(f"{name},{faces},{light}")
        archive.writestr(zipfile.ZipInfo("faces.csv", _DAY), "\n".join(lines) + "\n")
    return out.getvalue()


def scene(
    rng: np.random.Generator, faces: int, *, dim: bool = False, hard: bool = True,
    skin: int | None = None,
) -> Image.Image:
    """One picture with so many people beside each other.

    Args:
        rng: decides everything that is drawn.
        faces: how many people.
        dim: whether the light is low.
        hard: whether some are far away, lean over or wear a mask.
        skin: one of `SKINS` for all of them, from 0 for the lightest; drawn for each by default.
    """
    from PIL import Image, ImageDraw

    slope = np.linspace(-25, 25, _WIDTH)[None, :, None] + rng.uniform(110, 190, 3)
    wall = np.repeat(np.clip(slope, 0, 255).astype(np.uint8), _HEIGHT, axis=0)
    image = Image.fromarray(wall)
    pen = ImageDraw.Draw(image)
    room = _WIDTH / max(faces, 1)
    for place in range(faces):
        x = (place + 0.5) * room
        far, leans, masked = rng.random(3) < (0.06, 0.08, 0.06) if hard else (False,) * 3
        side = int(rng.uniform(26, 34) if far else rng.uniform(76, min(126, room)))
        y = rng.uniform(10, _HEIGHT - 1.6 * side)
        turn = float(rng.choice((-1, 1)) * rng.uniform(28, 45)) if leans else 0.0
        shirt = tuple(int(each) for each in rng.uniform(40, 200, 3))
        pen.ellipse((x - 0.55 * side, y + 0.9 * side, x + 0.55 * side, y + 2.2 * side), fill=shirt)
        face = _face(rng, side, skin, masked=bool(masked)).rotate(turn, Image.Resampling.BICUBIC)
        image.paste(face, (int(x - side / 2), int(y)), face)
    return image.point(lambda level: level * 0.4) if dim else image


def _face(
    rng: np.random.Generator, side: int, tone: int | None, *, masked: bool
) -> Image.Image:
    """A face on a clear square."""
    from PIL import Image, ImageDraw, ImageFilter

    size = _FINE * side
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    skin, hair = (np.array(rng.choice(each), dtype=float) for each in (SKINS, _HAIR))
    if tone is not None:
        skin = np.array(SKINS[tone], dtype=float)

    def colour(levels: np.ndarray) -> tuple[int, ...]:
        return (*(int(level) for level in np.clip(levels, 0, 255)), 255)

    def oval(x: float, y: float, wide: float, high: float, levels: np.ndarray) -> None:
        box = ((x - wide) * size, (y - high) * size, (x + wide) * size, (y + high) * size)
        pen.ellipse(box, fill=colour(levels))

    oval(0.5, 0.46, 0.34, 0.42, hair)
    oval(0.5, 0.53, 0.30, 0.39, skin)
    oval(0.5, 0.60, 0.26, 0.30, skin * 1.05)
    for x in (0.385, 0.615):
        oval(x, 0.475, 0.085, 0.05, skin * 0.62)
        oval(x, 0.49, 0.06, 0.03, np.array((238, 236, 232)))
        oval(x, 0.49, 0.03, 0.03, np.array((40, 30, 26)))
        brow = [((x - 0.085) * size, 0.43 * size), (x * size, 0.405 * size),
                ((x + 0.085) * size, 0.43 * size)]
        pen.line(brow, fill=colour(hair * 0.8), width=max(1, int(0.028 * size)))
    if masked:
        oval(0.5, 0.72, 0.27, 0.19, np.array((225, 232, 238)))
    else:
        nose = [(0.5 * size, 0.47 * size), (0.455 * size, 0.64 * size), (0.545 * size, 0.64 * size)]
        pen.polygon(nose, fill=colour(skin * 1.14))
        oval(0.5, 0.645, 0.055, 0.02, skin * 0.68)
        oval(0.5, 0.745, 0.10, 0.032, np.array((150, 60, 60)))
        oval(0.5, 0.738, 0.085, 0.010, np.array((90, 36, 36)))
    soft = image.filter(ImageFilter.GaussianBlur(0.012 * size))
    return soft.resize((side, side), Image.Resampling.LANCZOS)
