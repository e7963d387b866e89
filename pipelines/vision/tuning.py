"""Fine-tuning of the last blocks of the network that own classes are learnt with.

It begins as own classes are: the published network under the linear rule of `pipelines.vision.head`.
The early blocks stay as published, see each image and its mirror image once, and what they give is
kept, so that training costs a small part of the network. Batch normalisation is folded into the
convolutions: a row does not depend on its batch.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from data.images.picture import Picture
from pipelines.progress import SILENT, Progress
from pipelines.runtime.device import choose_device
from pipelines.vision.backbone import Backbone, backbone
from pipelines.vision.efficientnet import FastNetwork, pooled, published_network, variant
from pipelines.vision.features import WHOLE
from pipelines.vision.head import LinearHead, learn
from pipelines.vision.holding_back import Parts, hold_back
from pipelines.vision.loading import batches
from pipelines.vision.networks import SeededDropout
from pipelines.vision.training import (
    Lessons,
    Recipe,
    Trained,
    seeded,
    temperature_of,
    train,
)

# Three blocks, the last convolution and its ReLU6: half of the weights, a tenth of the work.
LATE_LAYERS = 5
DROPOUT = 0.2
ROWS_AT_ONCE = 64
# The root has no slope at 0; its square is far below what 16 bits of a feature tell apart.
LEAST = 1e-6
# On 1,200 images of CIFAR-10, 500 others judging, twice: log loss 0.655 and 0.682 where the whole
# way is kept, 0.622 and 0.637 where three quarters are, 0.602 and 0.614 where half is (accuracy
# 0.800, 0.807, 0.792); own classes of all 1,500 images gave 0.617 and 0.635 (accuracy 0.780).
RECIPE = Recipe(
    epochs=6, batch=32, learning_rate=3e-4, weight_decay=0.01, patience=0.5, steps=100,
    most_epochs=16, mixed=True, way=0.65,
)


class TunedNetwork(nn.Module):
    """The last blocks and a linear rule for the user's classes.

    Attributes:
        late, last: from early maps to those before the last convolution, and from there on.
        centre, scale, head: the linear rule, as `LinearHead` has it.
        unit: whether features are brought to unit length before the rule.
    """

    centre: torch.Tensor
    scale: torch.Tensor

    def __init__(
        self, network: FastNetwork, classes: int, unit: bool, generator: torch.Generator
    ) -> None:
        super().__init__()
        layers: Any = copy.deepcopy(network.maps[-LATE_LAYERS:]).float().requires_grad_(True)
        # The types of torch do not know that modules take a memory format.
        layers.to(memory_format=torch.channels_last)
        self.late, self.last = layers[:-2], layers[-2:]
        features = 2 * (layers[-2].out_channels + layers[-2].in_channels)
        self.register_buffer("centre", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.dropout = SeededDropout(DROPOUT, generator)
        self.head = nn.Linear(features, classes)
        self.unit = unit

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Logits, shape (rows, classes), of early maps as `described` takes them."""
        features = (self.described(maps) - self.centre) * self.scale
        if self.unit:
            features = nn.functional.normalize(features, dim=1)
        logits: torch.Tensor = self.head(self.dropout(features))
        return logits

    def described(self, maps: torch.Tensor) -> torch.Tensor:
        """Features as `pipelines.vision.features.described` gives them, float32.

        Args:
            maps: shape (rows, 2, channels, side, side), the image and its mirror image.
        """
        both = maps.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        before = self.late(both)
        rooted = pooled(self.last(before)).clamp(min=LEAST).sqrt()
        views = torch.cat([rooted, pooled(before)], dim=1)
        one, other = views[0::2], views[1::2]
        return torch.cat([(one + other) / 2, (one - other) / 2], dim=1)

    @torch.no_grad()
    def begin_with(self, head: LinearHead) -> None:
        """Take over a linear rule."""
        for mine, its in (
            (self.centre, head.centre), (self.scale, head.scale),
            (self.head.weight, head.weights), (self.head.bias, head.bias),
        ):
            mine.copy_(torch.from_numpy(its))


class MapLessons(Lessons):
    """Labelled early maps.

    Attributes:
        maps: float16, one array of shape (2, channels, side, side) a row.
    """

    def __init__(
        self, maps: Sequence[np.ndarray], codes: torch.Tensor, parts: Parts, device: torch.device
    ) -> None:
        super().__init__(codes, parts)
        self.maps = maps
        self.device = device

    def varied(self, rows: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        return self.plain(rows)

    def plain(self, rows: torch.Tensor) -> torch.Tensor:
        stacked = np.stack([self.maps[row] for row in rows.tolist()])
        return torch.from_numpy(stacked).to(self.device).float()

    def together(self, rows: torch.Tensor, most: int) -> list[torch.Tensor]:
        return by_side(self.maps, rows, most)


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """A network in evaluation mode.

    Attributes:
        temperature: what its logits are divided by.
        trained: how tuning went; None when it was not tried.
        notes: sentences on how it went.
    """

    network: TunedNetwork
    temperature: float
    trained: Trained | None
    notes: tuple[str, ...]


def eyes(side: int, device: str) -> Backbone:
    """The published network for squares of a side."""
    return backbone(WHOLE.network, side, device, classes=False)


def published() -> FastNetwork:
    """The published network in float32, as the one at hand may be rounded to bfloat16."""
    return FastNetwork(published_network(variant(WHOLE.network)))


def early_maps(
    pictures: Sequence[Picture], device: str, progress: Progress = SILENT
) -> list[np.ndarray]:
    """What the early blocks make of each picture and its mirror image, in order.

    Returns:
        Float16 of shape (2, channels, side, side) a picture; 38 KB, or 19 KB for tiny ones.

    Raises:
        DataError: a picture cannot be read.
        CancelledRun: the user stopped it.
    """
    found: list[np.ndarray] = [np.zeros(0)] * len(pictures)
    for batch in batches(pictures, WHOLE.square(), lambda side: eyes(side, device).batch):
        network = eyes(batch.squares.shape[1], device)
        with network.lock, torch.inference_mode():
            inputs = network.inputs(batch.squares)
            # Both views of a row at once: the convolutions of one image alone round otherwise.
            maps = network.network.maps[:-LATE_LAYERS](torch.cat([inputs, inputs.flip(3)]))
            views = maps.to(torch.float16).cpu().contiguous().numpy()
        straight, mirrored = np.split(views, 2)
        for row, one, other in zip(batch.rows, straight, mirrored, strict=True):
            found[row] = np.stack([one, other])
        progress.advance(len(batch.rows))
    return found


def tune(
    maps: Sequence[np.ndarray], codes: np.ndarray, *, groups: np.ndarray, seed: int,
    device: str, name: str, progress: Progress = SILENT,
) -> Tuned:
    """Learn the linear rule of own classes, then tune it together with the last blocks.

    The tuned network is kept only when its loss on rows held back is lower than that of the rule
    alone; else the rule is, fitted to all rows, which is what own classes are.

    Args:
        maps: of `early_maps`.
        codes: class number of each row, each class from 0 present.
        groups: rows of equal number stay on one side of the part held back.
        name: of the stage that progress shows.

    Raises:
        CancelledRun: the user stopped it.
    """
    parts = hold_back(codes, groups, seed)
    generator = seeded(seed)
    where = choose_device(device)
    lessons = MapLessons(maps, torch.from_numpy(codes).to(where), parts, where)
    rows = _described(untuned(1, False, device), lessons, f"{name}, features", progress)
    progress.stage(f"{name}, linear rule", 0)
    head = _rule(rows, codes, parts.train, groups, seed)
    if head.unit or not len(parts.validation):
        whole = _rule(rows, codes, np.arange(len(codes)), groups, seed)
        return Tuned(
            network=_with(whole, device), temperature=1.0, trained=None, notes=(
                f"{len(codes)} images are too few to tell whether tuning helps; they were learnt as "
                "own classes are.",
            ),
        )
    network = _with(head, device, generator)
    trained = train(
        network, lessons, RECIPE, generator, name=name, keep_start=True, progress=progress
    )
    temperature = temperature_of(network, lessons)
    if not trained.best_epoch:
        # Nothing has to be held back any more.
        whole = _rule(rows, codes, np.arange(len(codes)), groups, seed)
        network, temperature = _with(whole, device), 1.0
    return Tuned(
        network=network, temperature=temperature, trained=trained, notes=(_note(trained, parts),)
    )


def untuned(
    classes: int, unit: bool, device: str, generator: torch.Generator | None = None
) -> TunedNetwork:
    """The published blocks under a rule that is still to be set, in evaluation mode."""
    network = TunedNetwork(published(), classes, unit, generator or seeded(0))
    return network.to(choose_device(device)).eval()


def probabilities(
    network: TunedNetwork, maps: Sequence[np.ndarray], temperature: float,
    progress: Progress = SILENT,
) -> np.ndarray:
    """Calibrated probabilities, float64, shape (rows, classes), of maps of `early_maps`."""
    device = network.centre.device
    found = np.zeros((len(maps), network.head.out_features))
    with torch.inference_mode():
        for rows in by_side(maps, torch.arange(len(maps)), ROWS_AT_ONCE):
            stacked = np.stack([maps[row] for row in rows.tolist()])
            logits = network(torch.from_numpy(stacked).to(device).float())
            found[rows.numpy()] = torch.softmax(logits.cpu().double() / temperature, dim=1).numpy()
            progress.advance(len(rows))
    return found


def by_side(
    maps: Sequence[np.ndarray], rows: torch.Tensor, most: int
) -> list[torch.Tensor]:
    """Rows in near equal lists of at most `most`, those of each size of map among themselves."""
    sides = torch.tensor([maps[row].shape[-1] for row in rows.tolist()])
    found: list[tuple[int, torch.Tensor]] = []
    for side in sorted(set(sides.tolist())):
        places = torch.nonzero(sides == side).flatten()
        for some in torch.tensor_split(places, -(-len(places) // most)):
            found.append((int(some[0]), rows[some]))
    # By first place, so that sizes take turns in training.
    return [some for _, some in sorted(found, key=lambda each: each[0])]


def _described(
    network: TunedNetwork, lessons: MapLessons, name: str, progress: Progress
) -> list[np.ndarray]:
    """What own classes are learnt from, one array a row."""
    rows = torch.arange(len(lessons.maps))
    progress.stage(name, len(rows))
    found: list[np.ndarray] = [np.zeros(0)] * len(rows)
    with torch.inference_mode():
        for some in lessons.together(rows, ROWS_AT_ONCE):
            values = network.described(lessons.plain(some)).cpu().numpy().astype(np.float16)
            for row, value in zip(some.tolist(), values, strict=True):
                found[row] = value
            progress.advance(len(some))
    return found


def _rule(
    rows: Sequence[np.ndarray], codes: np.ndarray, chosen: np.ndarray, groups: np.ndarray, seed: int
) -> LinearHead:
    # Names sort as numbers do with leading zeros.
    names = [f"{code:09d}" for code in codes[chosen]]
    return learn([rows[row] for row in chosen], names, seed, groups[chosen])


def _with(
    head: LinearHead, device: str, generator: torch.Generator | None = None
) -> TunedNetwork:
    network = untuned(len(head.classes), head.unit, device, generator)
    network.begin_with(head)
    return network


def _note(trained: Trained, parts: Parts) -> str:
    rows, held = len(parts.train), len(parts.validation)
    if not trained.best_epoch:
        return (
            f"Tuning on {rows} images was no better on {held} held back than own classes without "
            "tuning, so those were kept and learnt from all of them."
        )
    assert trained.validation is not None, "a best epoch was told by validation rows"
    return (
        f"Tuned on {rows} images; on {held} held back, epoch {trained.best_epoch} of "
        f"{trained.epochs} was best and was kept, with an accuracy of "
        f"{trained.validation.accuracy:.3f}."
    )
