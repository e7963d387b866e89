"""Share of drawn faces that the packaged detector finds, by the light and by how dark the skin is."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from data.images.picture import Picture
from data.samples.drawn_faces import SKINS, scene
from pipelines.vision.faces import face_detector

SCENES = 200
THRESHOLD = 0.5


def measure(data: Path | None = None, scenes: int = SCENES) -> dict[str, Any]:
    """Scenes of one person who looks ahead: the same ones in each light and with each skin.

    Args:
        data: not needed.
        scenes: of each.
    """
    return {
        light: {
            f"skin of {sum(skin) / 3:.0f} of 255": round(_found(light == "dim", tone, scenes), 3)
            for tone, skin in enumerate(SKINS)
        }
        for light in ("bright", "dim")
    }


def _found(dim: bool, tone: int, scenes: int) -> float:
    """The share of scenes in which exactly the one face is found."""
    pictures = []
    for seed in range(scenes):
        content = io.BytesIO()
        drawn = scene(np.random.default_rng(seed), 1, dim=dim, hard=False, skin=tone)
        drawn.save(content, "PNG")
        pictures.append(Picture.of_bytes(f"{seed}.png", content.getvalue()))
    found = face_detector().find(pictures, THRESHOLD)
    return float(np.mean([len(boxes) == 1 for boxes in found]))
