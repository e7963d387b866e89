"""Trains small networks from scratch on pixels held in memory, and asks them afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import torch

from pipelines.progress import SILENT, Progress
from pipelines.vision.augment import Augment
from pipelines.vision.holding_back import Parts, hold_back
from pipelines.vision.networks import SmallNetwork
from pipelines.vision.training import (
    Lessons,
    Recipe,
    Trained,
    seeded,
    temperature_of,
    train,
)

ROWS_AT_ONCE = 256
# A network that has seen no mirrored image and loses more accuracy than this on them has classes
# that a mirror changes, as digits are; CIFAR-10 passes.
MOST_LOST_TO_A_MIRROR = 0.1

Build = Callable[[torch.Generator], SmallNetwork]


class PixelLessons(Lessons):
    """Labelled images, one byte a pixel and channel.

    Attributes:
        images: uint8, shape (rows, channels, height, width), in channels_last order.
        augment: what training images go through.
    """

    def __init__(
        self, images: torch.Tensor, codes: torch.Tensor, parts: Parts, device: torch.device,
        augment: Augment,
    ) -> None:
        super().__init__(codes, parts)
        self.images = images
        self.device = device
        self.augment = augment

    @classmethod
    def of(
        cls, pixels: np.ndarray, codes: np.ndarray, *, groups: np.ndarray, seed: int,
        device: torch.device,
    ) -> Self:
        """Lessons without augmentation, a part of them held back.

        Args:
            pixels: uint8, shape (rows, height, width, channels).
            codes: class number of each row.
            groups: rows of equal number stay on one side.
        """
        parts = hold_back(codes, groups, seed)
        return cls(_tensor(pixels), torch.from_numpy(codes).to(device), parts, device, Augment())

    def augmented(self, augment: Augment) -> PixelLessons:
        """The same lessons with another augmentation."""
        return PixelLessons(self.images, self.codes, self.parts, self.device, augment)

    def varied(self, rows: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        return self.augment(self.plain(rows), generator)

    def plain(self, rows: torch.Tensor) -> torch.Tensor:
        return _scaled(self.images[rows], self.device)


class _MirroredLessons(PixelLessons):
    """The same lessons seen in a mirror."""

    def plain(self, rows: torch.Tensor) -> torch.Tensor:
        return super().plain(rows).flip(-1)


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A network in evaluation mode.

    Attributes:
        temperature: what its logits are divided by.
        notes: sentences on how training went.
    """

    network: SmallNetwork
    temperature: float
    trained: Trained
    notes: tuple[str, ...]


def fit_small(
    build: Build, lessons: PixelLessons, recipe: Recipe, *, seed: int, name: str,
    curve: str = "", progress: Progress = SILENT,
) -> Fitted:
    """Train a network on standardised inputs and calibrate it on the rows held back.

    Args:
        build: makes the untrained network from a generator.
        name: as `train` takes it.

    Raises:
        CancelledRun: the user stopped it.
    """
    generator = seeded(seed)
    network = build(generator)
    network.standardise(lessons.images[torch.from_numpy(lessons.parts.train)])
    network = network.to(lessons.device)
    trained = train(
        network, lessons, recipe, generator, name=name, curve=curve, progress=progress
    )
    return Fitted(
        network=network, temperature=temperature_of(network, lessons), trained=trained,
        notes=(_note(trained, lessons),),
    )


def fit_mirrored_where_it_helps(
    build: Build, lessons: PixelLessons, recipe: Recipe, *, seed: int, name: str,
    progress: Progress = SILENT,
) -> Fitted:
    """Train without mirrored images, then with them if that may help, and keep the better network.

    Both questions are decided on the rows held back: the second training is tried only when the
    first network recognises mirrored images about as well as others, and kept when its validation
    loss is lower.

    Raises:
        CancelledRun: the user stopped it.
    """
    straight = fit_small(build, lessons, recipe, seed=seed, name=name, progress=progress)
    if not _mirror_may_help(straight, lessons, progress):
        return straight
    augment = replace(lessons.augment, mirror=True)
    both = fit_small(
        build, lessons.augmented(augment), recipe, seed=seed,
        name=f"{name}, with mirrored images", curve=", mirrored", progress=progress,
    )
    first, second = straight.trained.validation, both.trained.validation
    assert first is not None and second is not None, "a mirror is tried with validation rows only"
    if second.loss >= first.loss:
        note = "Training on mirrored images, too, did not lower the validation loss."
        return replace(straight, notes=(*straight.notes, note))
    return replace(both, notes=(
        *both.notes, "Training images were mirrored, which lowered the validation loss.",
    ))


def _mirror_may_help(fitted: Fitted, lessons: PixelLessons, progress: Progress) -> bool:
    from pipelines.vision.training import watch

    seen = fitted.trained.validation
    if seen is None:
        return False
    mirror = _MirroredLessons(
        lessons.images, lessons.codes, lessons.parts, lessons.device, Augment()
    )
    turned = watch(fitted.network, mirror, progress)
    return seen.accuracy - turned.accuracy <= MOST_LOST_TO_A_MIRROR


def probabilities(
    network: SmallNetwork, pixels: np.ndarray, temperature: float, device: torch.device,
    progress: Progress = SILENT,
) -> np.ndarray:
    """Calibrated probabilities of a network in evaluation mode, float64, shape (rows, classes).

    Args:
        pixels: uint8, shape (rows, height, width, channels).
    """
    images = _tensor(pixels)
    found = []
    with torch.inference_mode():
        for some in torch.split(images, ROWS_AT_ONCE):
            logits = network(_scaled(some, device))
            found.append(torch.softmax(logits.cpu().double() / temperature, dim=1))
            progress.advance(len(some))
    return torch.cat(found).numpy()


def _tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(0, 3, 1, 2)


def _scaled(images: torch.Tensor, device: torch.device) -> torch.Tensor:
    return images.to(device).float().div_(255).contiguous(memory_format=torch.channels_last)


def _note(trained: Trained, lessons: Lessons) -> str:
    rows, held = len(lessons.parts.train), len(lessons.parts.validation)
    if trained.validation is None:
        return f"Trained on {rows} images for {trained.epochs} epochs; too few to hold any back."
    return (
        f"Trained on {rows} images; on {held} held back, epoch {trained.best_epoch} of "
        f"{trained.epochs} was best and was kept, with an accuracy of "
        f"{trained.validation.accuracy:.3f}."
    )
