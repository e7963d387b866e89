"""Heat lies where the class was seen, by the formula of the paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_image

from data.images.picture import Picture
from pipelines.pipeline import LoadConfig
from pipelines.tasks.images.own_classes import OwnClassesPipeline
from pipelines.vision.backbone import backbone
from pipelines.vision.heat_map import published_heat
from pipelines.vision.loading import centre
from tests.vision.drawn import card, picture

PALACE = 698


def marked(colour: tuple[int, int, int], right: bool, seed: int) -> Picture:
    """Grey noise, twice as wide as high, with a striped mark in its left or right half."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(110, 140, (160, 320, 3), dtype=np.uint8)
    left = 60 + 160 * right + int(rng.integers(-20, 20))
    pixels[50:110, left - 30 : left + 30] = colour
    pixels[50:110:12, left - 30 : left + 30] = 255
    return picture(pixels, f"{seed}.png")


def test_published_heat_is_a_class_activation_map() -> None:
    """For a linear layer on pooled maps Grad-CAM is the weighted sum of the maps (Zhou 2016)."""
    network = backbone("efficientnet-lite0", device="cpu")
    china = picture(load_sample_image("china.jpg")[:, 106:533], "square.png")
    square = centre(china, 224, 32)
    with torch.inference_mode():
        maps = network.network.maps(network.inputs(square[None]))[0].float()
    weights = torch.from_numpy(network.classifier[0][PALACE])
    expected = torch.einsum("c,chw->hw", weights, maps).clamp(min=0).numpy()
    found = published_heat(china, network, [PALACE])
    assert found.shape == (224, 224)
    assert (found.min(), found.max()) == (0, 1)
    # The middle of the picture was looked at: 7 x 7 places on 196 of its 224 pixels.
    grown = np.asarray(Image.fromarray(expected).resize((196, 196), Image.Resampling.BILINEAR))
    inside = found[14:210, 14:210]
    assert np.corrcoef(grown[14:-14, 14:-14].ravel(), inside[14:-14, 14:-14].ravel())[0, 1] > 0.98
    assert found[:6].max() == 0, "what was cut off was not looked at"


@pytest.mark.parametrize("rows", [8, 20])
def test_heat_of_own_classes_lies_on_what_tells_them_apart(rows: int) -> None:
    colours = {"blue": (20, 40, 220), "orange": (240, 140, 20)}
    names = [("blue", "orange")[row % 2] for row in range(rows)]
    pictures = [marked(colours[name], bool(row // 2 % 2), row) for row, name in enumerate(names)]
    config = LoadConfig(classes=tuple(colours), device="cpu")
    model = OwnClassesPipeline(card("own-classes"), config).load()
    model.fit(pd.DataFrame({"image": pictures}), pd.Series(names))
    shares = []
    for name in colours:
        for right in (False, True):
            heat = model.heat(marked(colours[name], right, 90), name)
            assert heat is not None
            assert heat.shape == (112, 224)
            assert 0 <= heat.min() < heat.max() == 1
            shares.append((heat[:, 112:] if right else heat[:, :112]).sum() / heat.sum())
    assert min(shares) > 0.5
    assert np.mean(shares) > 0.65
    assert model.heat(pictures[0], "green") is None
