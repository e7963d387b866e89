"""The two small networks are what the articles and the design say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from pipelines.vision.networks import (
    SeededDropout,
    SmallNetwork,
    dense_network,
    two_conv_network,
)
from pipelines.vision.training import seeded


def layers(network: SmallNetwork) -> list[str]:
    return [type(layer).__name__ for layer in network.layers]


def test_the_dense_network_is_that_of_the_articles() -> None:
    network = dense_network(10, 28, seeded(0))
    assert layers(network) == ["Flatten", "Linear", "ReLU", "SeededDropout", "Linear"]
    first, second = (layer for layer in network.layers if isinstance(layer, nn.Linear))
    assert (first.in_features, first.out_features) == (784, 128)
    assert (second.in_features, second.out_features) == (128, 10)
    assert network.layers[3].share == 0.2


@pytest.mark.parametrize(("channels", "side"), [(1, 28), (3, 32)])
def test_two_conv_has_two_convolutions_with_normalisation_and_pooling(
    channels: int, side: int
) -> None:
    network = two_conv_network(4, channels, side, seeded(0))
    names = layers(network)
    assert names.count("Conv2d") == names.count("MaxPool2d") == names.count("BatchNorm2d") == 2
    assert "SeededDropout" in names
    assert network.eval()(torch.rand(2, channels, side, side)).shape == (2, 4)


def test_inputs_are_standardised_as_numpy_does_it() -> None:
    images = torch.randint(0, 200, (9, 3, 32, 32), dtype=torch.uint8, generator=seeded(1))
    network = two_conv_network(2, 3, 32, seeded(0))
    network.standardise(images)
    scaled = images.numpy() / 255
    np.testing.assert_allclose(network.mean.flatten(), scaled.mean(axis=(0, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(network.deviation.flatten(), scaled.std(axis=(0, 2, 3)), rtol=1e-5)


def test_flat_images_do_not_divide_by_zero() -> None:
    network = dense_network(2, 28, seeded(0))
    network.standardise(torch.full((4, 1, 28, 28), 7, dtype=torch.uint8))
    assert torch.isfinite(network.eval()(torch.full((1, 1, 28, 28), 7 / 255))).all()


def test_weights_depend_on_the_seed_and_not_on_the_generator_of_the_process() -> None:
    torch.manual_seed(1)
    first = two_conv_network(3, 1, 28, seeded(5)).state_dict()
    torch.manual_seed(2)
    second = two_conv_network(3, 1, 28, seeded(5)).state_dict()
    other = two_conv_network(3, 1, 28, seeded(6)).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["layers.0.weight"], other["layers.0.weight"])


def test_dropout_leaves_the_generator_of_the_process_alone() -> None:
    network = dense_network(3, 28, seeded(0)).train()
    before = torch.get_rng_state()
    network(torch.rand(4, 1, 28, 28, generator=seeded(1)))
    assert torch.equal(torch.get_rng_state(), before)


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    dropout = SeededDropout(0.2, seeded(0)).train()
    dropped = dropout(torch.ones(20_000))
    assert (dropped == 0).double().mean().item() == pytest.approx(0.2, abs=0.02)
    assert dropped.mean().item() == pytest.approx(1.0, abs=0.02)
    assert torch.equal(dropout.eval()(torch.ones(5)), torch.ones(5))
