"""Heat lies where the class was seen, by the formula of the paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_image

from data.images.picture import Picture
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.tasks.images.dense_network import DenseNetworkPipeline
from pipelines.tasks.images.own_classes import OwnClassesPipeline
from pipelines.tasks.images.tuned import TunedPipeline
from pipelines.tasks.images.two_conv import TwoConvPipeline
from pipelines.vision.backbone import backbone
from pipelines.vision.heat_map import published_heat, small_heat
from pipelines.vision.loading import centre
from pipelines.vision.networks import SmallNetwork
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


def striped(colour: str, right: bool, seed: int) -> Picture:
    """Noise with bars across or down in its left or right half, 56 pixels a side."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 60, (56, 56), dtype=np.uint8)
    left = 30 if right else 4
    if colour == "across":
        pixels[16:40:6, left : left + 22] = 250
    else:
        pixels[16:40, left : left + 22 : 6] = 250
    return picture(pixels, f"{seed}.png")


def taught(rows: int) -> tuple[pd.DataFrame, pd.Series]:
    names = [("across", "down")[row % 2] for row in range(rows)]
    pictures = [striped(name, bool(row // 2 % 2), row) for row, name in enumerate(names)]
    return pd.DataFrame({"image": pictures}), pd.Series(names)


@pytest.mark.parametrize(
    "kind", [DenseNetworkPipeline, TwoConvPipeline], ids=["dense", "two convolutions"]
)
def test_heat_of_a_network_from_scratch_lies_on_the_bars(kind: type[Pipeline]) -> None:
    model = kind(card("small"), LoadConfig(classes=("across", "down", "dot"), device="cpu")).load()
    model.fit(*taught(80))
    shares = []
    for name in ("across", "down"):
        for right in (False, True):
            heat = model.heat(striped(name, right, 900), name)
            assert heat is not None
            assert heat.shape == (224, 224)
            assert 0 <= heat.min() < heat.max() == 1
            middle = heat[60:164]
            shares.append((middle[:, 112:] if right else middle[:, :112]).sum() / heat.sum())
    # A quarter of the image holds the bars; the dense network weighs the same pixels whatever
    # the image shows.
    assert np.mean(shares) > (0.4 if kind is TwoConvPipeline else 0.25)
    assert model.heat(striped("down", True, 900), "dot") is None


def test_saliency_of_a_linear_network_is_its_weights() -> None:
    """Without hidden units the slope of a logit is the weight of each pixel."""
    layers = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 3))
    network = SmallNetwork(layers, 1, 4)
    weights = torch.arange(48, dtype=torch.float32).reshape(3, 16).sin()
    with torch.no_grad():
        layers[1].weight.copy_(weights)
    pixels = np.arange(16, dtype=np.uint8).reshape(1, 4, 4, 1)
    found = small_heat(picture(np.zeros((4, 4), dtype=np.uint8)), network, pixels, 2)
    expected = (weights[2] - weights.mean(dim=0)).abs().reshape(4, 4).numpy()
    # Grown by interpolation, the middle of each pixel keeps its value.
    middles = found[28::56, 28::56]
    np.testing.assert_allclose(middles / middles.max(), expected / expected.max(), atol=0.03)


def test_heat_of_a_tuned_network_that_was_not_tuned_is_that_of_own_classes() -> None:
    colours = {"blue": (20, 40, 220), "orange": (240, 140, 20)}
    names = [("blue", "orange")[row % 2] for row in range(12)]
    pictures = [marked(colours[name], bool(row // 2 % 2), row) for row, name in enumerate(names)]
    config = LoadConfig(classes=tuple(colours), device="cpu")
    frame, truth = pd.DataFrame({"image": pictures}), pd.Series(names)
    # So few images are learnt as own classes are.
    tuned = TunedPipeline(card("own-classes-tuned"), config).load().fit(frame, truth)
    own = OwnClassesPipeline(card("own-classes"), config).load().fit(frame, truth)
    shown = marked(colours["blue"], True, 91)
    first, second = tuned.heat(shown, "blue"), own.heat(shown, "blue")
    assert first is not None and second is not None
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.95
    assert tuned.heat(shown, "green") is None
