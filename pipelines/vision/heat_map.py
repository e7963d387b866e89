"""Where in a picture a class was seen: Grad-CAM (Selvaraju et al. 2017) through captum.

The maps of the last convolution, weighted by what each does to the logit of the class. It is
coarse (7 x 7 for 224 pixels), and says where, not why. A network without convolutions has no maps;
for it there is the slope of the logit by each pixel (saliency, Simonyan et al. 2013).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from captum.attr import LayerGradCam, Saliency
from PIL import Image
from torch import nn

from data.images.picture import Picture
from pipelines.vision.backbone import Backbone, backbone
from pipelines.vision.efficientnet import FEATURES, pooled
from pipelines.vision.features import MARGIN, WHOLE
from pipelines.vision.head import LinearHead
from pipelines.vision.loading import centre, middle

if TYPE_CHECKING:
    from pipelines.vision.networks import SmallNetwork
    from pipelines.vision.tuning import TunedNetwork

LONGEST = 224
BILINEAR = Image.Resampling.BILINEAR
# Below it the slope of the root is too steep to mean anything.
LEAST = 1e-4


def published_heat(picture: Picture, network: Backbone, outputs: Sequence[int]) -> np.ndarray:
    """Heat of the network's own classes, shape (h, w), 0 to 1, at the picture's aspect.

    Args:
        picture: any; only its middle was looked at, so the heat beyond is 0.
        network: that looks.
        outputs: of the 1,000, those that stand for the class.

    Raises:
        DataError: the picture cannot be read.
    """
    weights, bias = (torch.from_numpy(each).to(network.device) for each in network.classifier)
    wanted = list(outputs)

    def logit(images: torch.Tensor) -> torch.Tensor:
        features = pooled(network.network.maps(images))
        return (features @ weights[wanted].T + bias[wanted]).logsumexp(dim=1)

    side = network.size
    inputs = network.inputs(centre(picture, side, MARGIN)[None])
    with network.lock:
        heat = _cam(network.network.maps[-1], logit, inputs)[0]
    size = picture.open(shortest=LONGEST).size
    left, top, cut = middle(size, side, MARGIN)
    # Placed where the square was cut out; the rest of the picture was not looked at.
    spread = Image.fromarray(heat).transform(
        size, Image.Transform.AFFINE,
        (len(heat) / cut, 0, -left * len(heat) / cut, 0, len(heat) / cut, -top * len(heat) / cut),
        BILINEAR,
    )
    return _shown(np.asarray(spread), size)


def described_heat(
    picture: Picture, head: LinearHead, position: int, device: str = "auto"
) -> np.ndarray:
    """Heat of a class that was learnt on features, shape (h, w), 0 to 1, at the picture's aspect.

    The gradient goes the whole way back from the logit, less the mean of all logits: through the
    linear rule, the root, and the mean of the image and its mirror image. Both layers that are
    pooled count, each by what it adds to the logit.

    Args:
        picture: any.
        head: the rule that was learnt.
        position: of the class in `head.classes`.

    Raises:
        DataError: the picture cannot be read.
    """
    square = WHOLE.square()(picture)
    network = backbone(WHOLE.network, len(square), device, classes=False)
    straight = network.inputs(square[None])
    views = torch.cat([straight, straight.flip(3)])
    rule = _Rule(head, position, network.device)
    layers = network.network.maps

    def by_last(images: torch.Tensor) -> torch.Tensor:
        before = layers[:-2](images)
        return rule(pooled(layers[-2:](before)), pooled(before).detach())

    def by_one_before(images: torch.Tensor) -> torch.Tensor:
        before = layers[:-2](images)
        return rule(pooled(layers[-2:](before)).detach(), pooled(before))

    with network.lock:
        both = _cam(layers[-1], by_last, views) + _cam(layers[-3], by_one_before, views)
    heat = both[0] + both[1, :, ::-1]
    size = picture.open(shortest=LONGEST).size
    return _shown(heat, size)


def tuned_heat(picture: Picture, network: TunedNetwork, position: int, device: str) -> np.ndarray:
    """As `described_heat`, through blocks that were tuned to the classes.

    Args:
        picture: any.
        network: that was tuned.
        position: of the class among those it learnt.
        device: where the early blocks look.

    Raises:
        DataError: the picture cannot be read.
    """
    from pipelines.vision.tuning import early_maps

    # captum hangs hooks on the layers, which predictions of other sessions would set off.
    network = copy.deepcopy(network).eval()
    where = network.centre.device
    mean, scale, weights, bias = (
        each.detach().cpu().numpy()
        for each in (network.centre, network.scale, network.head.weight, network.head.bias)
    )
    rule = _Rule(LinearHead((), mean, scale, weights, bias, network.unit), position, where)
    views = torch.from_numpy(early_maps([picture], device)[0]).to(where).float()

    def by_last(maps: torch.Tensor) -> torch.Tensor:
        before = network.late(maps)
        return rule(pooled(network.last(before)), pooled(before).detach())

    def by_one_before(maps: torch.Tensor) -> torch.Tensor:
        before = network.late(maps)
        return rule(pooled(network.last(before)).detach(), pooled(before))

    both = _cam(network.last[-1], by_last, views) + _cam(network.late[-1], by_one_before, views)
    return _shown(both[0] + both[1, :, ::-1], picture.open(shortest=LONGEST).size)


def small_heat(
    picture: Picture, network: SmallNetwork, pixels: np.ndarray, position: int
) -> np.ndarray:
    """Heat of a network trained from scratch, shape (h, w), 0 to 1, at the picture's aspect.

    Grad-CAM on its last convolution; of a network without any, how steeply the logit of the class,
    less the mean of all, rises or falls with each pixel.

    Args:
        picture: any.
        network: in evaluation mode.
        pixels: what it takes of the picture, uint8, shape (1, height, width, channels).
        position: of the class among those it learnt.

    Raises:
        DataError: the picture cannot be read.
    """
    network = copy.deepcopy(network).eval()
    # Where `mean` lies, the weights lie.
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).to(network.mean.device).float() / 255

    def logit(some: torch.Tensor) -> torch.Tensor:
        logits = network(some)
        return logits[:, position] - logits.mean(dim=1)

    layers = list(network.layers)
    flat = next(place for place, each in enumerate(layers) if isinstance(each, nn.Flatten))
    if flat:
        heat = _cam(layers[flat - 1], logit, images)[0]
    else:
        slopes = Saliency(logit).attribute(images.requires_grad_(True))
        heat = slopes[0].sum(dim=0).detach().cpu().numpy()
    return _shown(heat, picture.open(shortest=LONGEST).size)


class _Rule:
    """The logit of a class from pooled features of a picture and its mirror image, in torch."""

    def __init__(self, head: LinearHead, position: int, device: torch.device) -> None:
        weights = head.weights[position] - head.weights.mean(axis=0)
        self._weights, self._centre, self._scale = (
            torch.from_numpy(np.asarray(each, dtype=np.float32)).to(device)
            for each in (weights, head.centre, head.scale)
        )
        self._unit = head.unit

    def __call__(self, last: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
        """The logit, twice, as captum wants one for each image; arguments of shape (2, maps)."""
        assert last.shape[1] == FEATURES, "the root is taken of these"
        one, other = torch.cat([last.clamp(min=LEAST).sqrt(), before], dim=1)
        shifted = (torch.cat([one + other, one - other]) / 2 - self._centre) * self._scale
        if self._unit:
            # The length is the same for every class: it makes them surer, but chooses none.
            shifted = shifted / shifted.norm().detach()
        return (shifted @ self._weights).expand(2)


def _cam(
    layer: nn.Module, logit: Callable[[torch.Tensor], torch.Tensor], images: torch.Tensor
) -> np.ndarray:
    """What each place of the maps of a layer adds to the logit, shape (images, height, width)."""
    # Weights are frozen: only through the images does captum find a gradient to follow.
    watched = images.detach().clone().requires_grad_(True)
    found = LayerGradCam(logit, layer).attribute(watched)
    return found[:, 0].detach().float().cpu().numpy()


def _shown(heat: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """What speaks for the class, brought to 0 to 1 and to the aspect of (width, height)."""
    scale = LONGEST / max(size)
    target = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    positive = Image.fromarray(np.ascontiguousarray(np.maximum(heat, 0), dtype=np.float32))
    grown = np.asarray(positive.resize(target, BILINEAR))
    highest = float(grown.max())
    return grown / highest if highest > 0 else grown
