"""Two small image networks that are trained from scratch."""

from __future__ import annotations

import math
from typing import Any, cast

import torch
from torch import nn

HIDDEN = 128
DENSE_DROPOUT = 0.2
CONV_DROPOUT = 0.3
CONV_CHANNELS = (32, 64)
KERNEL = 3


class SeededDropout(nn.Module):
    """Dropout that draws from a generator of its own.

    The one of torch draws from the process's generator, which other sessions use at the same time.
    """

    def __init__(self, share: float, generator: torch.Generator) -> None:
        super().__init__()
        self.share = share
        self.generator = generator

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return inputs
        # Drawn where the generator lives, so that a seed means the same on every device.
        kept = torch.empty(inputs.shape, device=self.generator.device)
        kept.bernoulli_(1 - self.share, generator=self.generator)
        return inputs * kept.to(inputs) / (1 - self.share)


class SmallNetwork(nn.Module):
    """Layers behind standardised inputs.

    Attributes:
        mean, deviation: of the training images by channel, on the scale 0 to 1.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, layers: nn.Sequential, channels: int, side: int) -> None:
        super().__init__()
        self.layers = layers
        self.shape = (channels, side, side)
        self.register_buffer("mean", torch.zeros(1, channels, 1, 1))
        self.register_buffer("deviation", torch.ones(1, channels, 1, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Logits, shape (rows, classes).

        Args:
            images: 0 to 1, shape (rows, channels, height, width).
        """
        return cast(torch.Tensor, self.layers((images - self.mean) / self.deviation))

    def standardise(self, images: torch.Tensor) -> None:
        """Take over mean and standard deviation of training images.

        Args:
            images: uint8, shape (rows, channels, height, width).
        """
        levels = torch.arange(256, dtype=torch.float64) / 255
        for channel in range(images.shape[1]):
            # Counted by level: a float copy of 60,000 images would take a gigabyte.
            counts = torch.bincount(images[:, channel].flatten(), minlength=256).double()
            mean = (counts * levels).sum() / counts.sum()
            variance = (counts * (levels - mean) ** 2).sum() / counts.sum()
            self.mean[0, channel] = mean
            self.deviation[0, channel] = variance.sqrt().clamp(min=1 / 255)


def dense_network(classes: int, side: int, generator: torch.Generator) -> SmallNetwork:
    """The articles' network: pixels, 128 hidden units with ReLU, dropout 0.2, classes."""
    layers = nn.Sequential(
        nn.Flatten(), nn.Linear(side * side, HIDDEN), nn.ReLU(),
        SeededDropout(DENSE_DROPOUT, generator), nn.Linear(HIDDEN, classes),
    )
    return _initialised(SmallNetwork(layers, 1, side), generator)


def two_conv_network(
    classes: int, channels: int, side: int, generator: torch.Generator
) -> SmallNetwork:
    """Two convolutions with batch normalisation and pooling, and one hidden layer.

    Pooling stands before normalisation and ReLU, which then cost a quarter.
    """
    first, second = CONV_CHANNELS
    layers = nn.Sequential(
        *_convolution(channels, first), *_convolution(first, second), nn.Flatten(),
        SeededDropout(CONV_DROPOUT / 2, generator),
        nn.Linear((side // 4) ** 2 * second, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(),
        SeededDropout(CONV_DROPOUT, generator), nn.Linear(HIDDEN, classes),
    )
    return _initialised(SmallNetwork(layers, channels, side), generator)


def _convolution(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(inputs, outputs, KERNEL, padding=KERNEL // 2, bias=False),
        nn.MaxPool2d(2), nn.BatchNorm2d(outputs), nn.ReLU(),
    )


def _initialised(network: SmallNetwork, generator: torch.Generator) -> SmallNetwork:
    """Weights drawn from the generator and from nothing else; uniform, as torch draws them."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            bound = 1 / math.sqrt(layer.weight[0].numel())
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            if layer.bias is not None:
                nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
    # The types of torch do not know that modules take a memory format.
    return cast(SmallNetwork, cast(Any, network).to(memory_format=torch.channels_last))
