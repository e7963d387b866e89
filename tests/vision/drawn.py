"""Small pictures drawn for tests: bars, discs and coloured patches, told apart at a glance."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from data.images.picture import Picture
from pipelines.progress import CancelledRun, Progress
from pipelines.task import ModelCard

SHAPES = ("bar across", "bar down", "disc")


def shape(kind: str, rng: np.random.Generator, side: int = 28) -> np.ndarray:
    """uint8 grey levels, shape (side, side): one shape at a drawn place on a noisy ground."""
    image = rng.integers(0, 60, (side, side))
    level = rng.integers(150, 255)
    row, column = rng.integers(8, side - 8, 2)
    if kind == "bar across":
        image[row - 2 : row + 2, 2 : side - 2] = level
    elif kind == "bar down":
        image[2 : side - 2, column - 2 : column + 2] = level
    else:
        rows, columns = np.mgrid[:side, :side]
        image[(rows - row) ** 2 + (columns - column) ** 2 < 36] = level
    return image.astype(np.uint8)


def picture(pixels: np.ndarray, name: str = "drawn.png") -> Picture:
    """A PNG of grey levels (height, width) or RGB (height, width, 3)."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return Picture.of_bytes(name, content.getvalue())


def shapes(rows: int, seed: int = 0, kinds: tuple[str, ...] = SHAPES) -> tuple[pd.DataFrame, pd.Series]:
    """Pictures of the shapes in turn, and their names."""
    rng = np.random.default_rng(seed)
    names = [kinds[row % len(kinds)] for row in range(rows)]
    pictures = [picture(shape(name, rng), f"{row}.png") for row, name in enumerate(names)]
    return pd.DataFrame({"image": pd.Series(pictures, dtype=object)}), pd.Series(names)


def patches(rows: int, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Pictures as bright as each other that differ by colour alone: red or green."""
    rng = np.random.default_rng(seed)
    names = [("green", "red")[row % 2] for row in range(rows)]
    pictures = []
    for row, name in enumerate(names):
        strong = rng.integers(120, 200)
        # Luma weighs green 1.96 times as much as red.
        colour = (strong, 0, 0) if name == "red" else (0, round(strong / 1.96), 0)
        pixels = np.zeros((40, 40, 3)) + colour + rng.integers(0, 20, (40, 40, 3))
        pictures.append(picture(pixels.clip(0, 255).astype(np.uint8), f"{row}.png"))
    return pd.DataFrame({"image": pd.Series(pictures, dtype=object)}), pd.Series(names)


def card(model: str) -> ModelCard:
    """A card for a model that is fitted."""
    return ModelCard(
        id=model, title=model, summary="", factory="", source="fitted", license="", size_mb=0,
        needs_labels=True,
    )


class Recorder(Progress):
    """Keeps what it is told; stops the work after some rows if asked to."""

    def __init__(self, stop_after: float = float("inf")) -> None:
        self.stop_after = stop_after
        self.rows = 0
        self.stages: list[tuple[str, int]] = []
        self.curves: dict[str, list[tuple[float, float]]] = {}

    def stage(self, name: str, total: int) -> None:
        self.stages.append((name, total))

    def advance(self, rows: int) -> None:
        self.rows += rows
        if self.rows >= self.stop_after:
            raise CancelledRun("stopped by the test")

    def figure(self, name: str, step: float, value: float) -> None:
        self.curves.setdefault(name, []).append((step, value))


def weights_of(pipeline: Any) -> dict[str, np.ndarray]:
    """The weights of a fitted network, by name."""
    return {name: each.numpy() for name, each in pipeline._network.state_dict().items()}
