"""A loaded EfficientNet-lite: square images in, features out, shared by all sessions."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, cast

import numpy as np
import torch

from pipelines.runtime.batching import halve_when_full
from pipelines.runtime.device import CPU, choose_device
from pipelines.runtime.precision import choose_precision
from pipelines.runtime.residents import RESIDENTS
from pipelines.vision.efficientnet import FEATURES, FastNetwork, published_network, variant

# On a CPU the maps of 8 images stay in its cache: 249 images/s against 197 in batches of 32.
CPU_BATCH = 8
GPU_BATCH = 64


class Backbone:
    """A network on its device, in the precision that is fastest there.

    Attributes:
        size: pixels of a side of the images it takes.
        classifier: weights (1000, 1280) and bias (1000,) of its own classes, float32.
        lock: held by whoever runs the network or watches it run.
    """

    def __init__(self, name: str, size: int, device: torch.device, classes: bool) -> None:
        self.name = name
        self.size = size
        self.device = device
        self.batch = CPU_BATCH if device.type == CPU else GPU_BATCH
        self.lock = threading.Lock()
        network = FastNetwork(published_network(variant(name), size))
        weights, bias = network.classifier.weight.numpy(), network.classifier.bias.numpy()
        self.classifier = (weights.copy(), bias.copy())
        # The types of torch do not know that modules take a memory format.
        cast(Any, network).to(device=device, memory_format=torch.channels_last)
        found, self.precision = choose_precision(
            f"{name}@{size}{'' if classes else ' features'}", network,
            {"images": _probe(size).to(device)}, _chances if classes else _likenesses,
        )
        assert isinstance(found, FastNetwork), "both precisions are the same network"
        self.network = found

    @property
    def versions(self) -> dict[str, str]:
        """The versions that decide what the features are."""
        packages = ("torch", "pillow", variant(self.name).package)
        return {name: version(name) for name in packages}

    def memory_mb(self) -> float:
        """Megabytes of the weights."""
        return sum(each.nbytes for each in self.network.parameters()) / 1e6

    def inputs(self, images: np.ndarray) -> torch.Tensor:
        """What the network takes, of uint8 images of shape (images, size, size, 3).

        The weights were trained on (x - 127) / 128, which bfloat16 holds without rounding.
        """
        writable = torch.from_numpy(np.require(images, requirements="W"))
        stacked = writable.to(self.device).permute(0, 3, 1, 2)
        return stacked.to(next(self.network.parameters()).dtype).sub_(127).div_(128)

    def features(self, images: np.ndarray, *, mirrored: bool = False) -> np.ndarray:
        """Pooled features of uint8 images, float32, shape (images, features).

        Args:
            images: shape (images, size, size, 3).
            mirrored: look at the mirror images.
        """
        with self.lock, torch.inference_mode():
            return halve_when_full(
                lambda rows: self._forward(images[rows], mirrored), np.arange(len(images))
            )

    def _forward(self, images: np.ndarray, mirrored: bool) -> np.ndarray:
        # In float32 the convolutions of a single image round otherwise than those of several.
        alone = len(images) == 1
        inputs = self.inputs(np.repeat(images, 2, axis=0) if alone else images)
        found: torch.Tensor = self.network(inputs.flip(3) if mirrored else inputs)
        return found[: len(images)].cpu().numpy()


def backbone(
    name: str, size: int | None = None, device: str = "auto", *, classes: bool = True
) -> Backbone:
    """The network of that name for images of `size`, its own when None; loaded once a process.

    Args:
        classes: whether its own classes are asked for, so that a lower precision may not move their
            probabilities; else it may not move how alike images are. bfloat16 passes the second
            test but not the first: on 40 photos it moved a probability by up to 0.05, no label.

    Raises:
        OptionError: there is no such network or device.
        WeightsError: its package is missing or its weights were changed.
    """
    where = choose_device(device)
    side = size or variant(name).size
    key = (f"{name}@{side}", where.type, classes)
    return RESIDENTS.get(key, lambda: Backbone(name, side, where, classes))


def _chances(network: torch.nn.Module, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Probabilities of the 1,000 classes."""
    assert isinstance(network, FastNetwork)
    features = _features(network, inputs)
    return network.classifier(features.to(network.classifier.weight.dtype)).float().softmax(dim=1)


def _likenesses(network: torch.nn.Module, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Cosines between the features of the images."""
    directions = torch.nn.functional.normalize(_features(network, inputs), dim=1)
    return directions @ directions.T


def _features(network: torch.nn.Module, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    images = inputs["images"].to(next(network.parameters()).dtype)
    found: torch.Tensor = network(images)
    return found[:, :FEATURES]


def _probe(size: int) -> torch.Tensor:
    """Noise with the spectrum of photographs, amplitude 1 / frequency (Field 1987).

    Returns:
        Shape (8, 3, size, size), from -1 to 1, channels partly alike as colours are.
    """
    generator = torch.Generator().manual_seed(0)
    shape = (CPU_BATCH, 3, size, size)
    grey = torch.randn((CPU_BATCH, 1, size, size), generator=generator)
    waves = torch.fft.rfft2(grey + 0.6 * torch.randn(shape, generator=generator))
    down, across = torch.fft.fftfreq(size)[:, None], torch.fft.rfftfreq(size)[None]
    frequency = (down**2 + across**2).sqrt().clamp(min=1 / size)
    images = torch.fft.irfft2(waves / frequency, s=(size, size))
    images = 0.45 * images / images.std(dim=(1, 2, 3), keepdim=True)
    return images.clamp(-1, 1).contiguous(memory_format=torch.channels_last)
