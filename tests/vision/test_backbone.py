"""The fast network says what the published one says."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from data.errors import OptionError
from pipelines.runtime.packaged import WeightsError
from pipelines.vision.backbone import Backbone, backbone
from pipelines.vision.efficientnet import (
    FEATURES,
    VARIANTS,
    FastNetwork,
    published_network,
    variant,
    weights_path,
)

LITE0 = "efficientnet-lite0"


@cache
def lite0() -> Backbone:
    return backbone(LITE0, device="cpu")


def squares(count: int, side: int = 224, seed: int = 0) -> np.ndarray:
    """Blocks of colour, uint8, shape (count, side, side, 3)."""
    coarse = np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)
    return coarse.repeat(side // 8, axis=1).repeat(side // 8, axis=2)


@pytest.mark.parametrize(("name", "side"), [(LITE0, 224), ("efficientnet-lite2", 160)])
def test_folding_leaves_the_published_numbers(name: str, side: int) -> None:
    published = published_network(variant(name), side)
    images = torch.from_numpy(squares(2, side)).permute(0, 3, 1, 2).float().sub(127).div(128)
    with torch.inference_mode():
        logits = published(images)
        maps = published.extract_features(images)
        fast = FastNetwork(published_network(variant(name), side))
        features = fast(images)
    torch.testing.assert_close(features[:, :FEATURES], maps.mean((2, 3)), atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(
        fast.classifier(features[:, :FEATURES]), logits, atol=1e-4, rtol=1e-4
    )


def test_pixels_are_scaled_as_the_weights_were_trained() -> None:
    images = squares(2)
    found = lite0().inputs(images).float().permute(0, 2, 3, 1).numpy()
    np.testing.assert_array_equal(found, (images.astype(np.float64) - 127) / 128)


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_an_image_is_seen_the_same_alone_and_in_company(rows: int) -> None:
    images = squares(8)
    np.testing.assert_allclose(
        lite0().features(images[:rows]), lite0().features(images)[:rows], atol=2e-6
    )


def test_mirrored_is_the_mirror_image() -> None:
    images = squares(3)
    np.testing.assert_array_equal(
        lite0().features(images, mirrored=True),
        lite0().features(np.ascontiguousarray(images[:, :, ::-1])),
    )
    assert not np.array_equal(lite0().features(images), lite0().features(images, mirrored=True))


def test_changed_weights_are_not_read() -> None:
    with pytest.raises(WeightsError, match="SHA-256"):
        weights_path(replace(VARIANTS[LITE0], sha256="0" * 64))
    with pytest.raises(WeightsError, match="not installed"):
        weights_path(replace(VARIANTS[LITE0], module="no_such_package"))


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(OptionError, match=r"“efficientnet-b9”.*efficientnet-lite0"):
        backbone("efficientnet-b9")
