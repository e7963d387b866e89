"""Training images shifted, turned, scaled, slanted and mirrored a little, a whole batch at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch.nn import functional

# Places across and down that a bend moves on their own; a stroke of a digit spans about one.
POINTS = 5


@dataclass(frozen=True, kw_only=True)
class Augment:
    """How far images are moved; each image draws its own amounts, evenly up to these.

    Attributes:
        turn: degrees either way.
        scale: share larger or smaller.
        shift: pixels in either direction.
        slant: pixels that a row moves aside for each row down.
        bend: pixels that parts of the image move by, each its own way and softly between.
        light: share brighter or darker.
        mirror: whether every other image is mirrored left to right.
    """

    turn: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    slant: float = 0.0
    bend: float = 0.0
    light: float = 0.0
    mirror: bool = False

    def __call__(self, images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Other views of the same images.

        Args:
            images: 0 to 1, shape (rows, channels, height, width), on the generator's device or
                another one.
            generator: decides what is drawn.

        Returns:
            Images of the same shape, 0 to 1; where the border moved in, its pixels are repeated.
        """
        if self == Augment():
            return images
        moves = self._moves(len(images), images.shape[-1], generator).to(images.device)
        grid = functional.affine_grid(moves, list(images.shape), align_corners=False)
        if self.bend:
            grid = grid + self._bends(images, generator)
        moved = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
        if self.light:
            light = 1 + self._drawn(len(images), generator) * self.light
            moved = (moved * light.to(images.device)[:, None, None, None]).clamp(0, 1)
        return moved

    def _moves(self, rows: int, side: int, generator: torch.Generator) -> torch.Tensor:
        """From places in the new image to places in the old one, shape (rows, 2, 3)."""
        angle = self._drawn(rows, generator) * math.radians(self.turn)
        scale = 1 + self._drawn(rows, generator) * self.scale
        # A side is 2 long in the units of the grid.
        across, down = (self._drawn(rows, generator) * self.shift * 2 / side for _ in range(2))
        slant = self._drawn(rows, generator) * self.slant
        cosine, sine = angle.cos() / scale, angle.sin() / scale
        sign = torch.ones(rows)
        if self.mirror:
            sign[torch.rand(rows, generator=generator) < 0.5] = -1.0
        return torch.stack([
            torch.stack([sign * cosine, slant - sine, across], dim=1),
            torch.stack([sign * sine, cosine, down], dim=1),
        ], dim=1)

    def _bends(self, images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Offsets of places, shape (rows, height, width, 2), in units of the grid."""
        height, width = images.shape[-2:]
        coarse = torch.rand((len(images), 2, POINTS, POINTS), generator=generator) * 2 - 1
        soft = functional.interpolate(
            coarse.to(images.device), size=(height, width), mode="bicubic", align_corners=True
        )
        return soft.permute(0, 2, 3, 1) * (self.bend * 2 / width)

    @staticmethod
    def _drawn(rows: int, generator: torch.Generator) -> torch.Tensor:
        return torch.rand(rows, generator=generator) * 2 - 1


def mirrored(images: torch.Tensor) -> torch.Tensor:
    """The images with left and right exchanged."""
    return images.flip(-1)
