"""Two convolutions with batch normalisation, trained from scratch on slightly moved images."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from pipelines.progress import Progress
from pipelines.tasks.images.small_network import SmallNetworkPipeline

if TYPE_CHECKING:
    import torch

    from pipelines.vision.from_scratch import Fitted, PixelLessons
    from pipelines.vision.networks import SmallNetwork


class TwoConvPipeline(SmallNetworkPipeline):
    """28 x 28 grey levels where all training images are grey, else 32 x 32 in colour."""

    def _takes_colour(self, images: Sequence[np.ndarray]) -> bool:
        return any(image.shape[2] == 3 for image in images)

    def _build(self, classes: int, channels: int, generator: torch.Generator) -> SmallNetwork:
        from pipelines.vision.networks import two_conv_network
        from pipelines.vision.pixels import COLOUR_SIDE, GREY_SIDE

        side = COLOUR_SIDE if channels == 3 else GREY_SIDE
        return two_conv_network(classes, channels, side, generator)

    def _train(
        self, classes: int, lessons: PixelLessons, progress: Progress
    ) -> Fitted:
        from pipelines.vision.augment import Augment
        from pipelines.vision.from_scratch import fit_mirrored_where_it_helps
        from pipelines.vision.training import Recipe

        channels = lessons.images.shape[1]
        colour = channels == 3
        # On 4,500 MNIST images, 1,000 others judging: 0.985 without the bends, 0.990 with them; a
        # kernel of 5 takes three times as long for the same, batches of 128 are worse. Bends did
        # not help on CIFAR-10.
        augment = Augment(
            turn=12, scale=0.15, shift=2, slant=0.15,
            bend=0.0 if colour else 1.5, light=0.2 if colour else 0.0,
        )
        recipe = Recipe(
            epochs=24 if colour else 16, batch=64, learning_rate=2e-3, weight_decay=0.01,
            patience=0.5,
        )
        return fit_mirrored_where_it_helps(
            partial(self._build, classes, channels), lessons.augmented(augment), recipe,
            seed=self.config.seed, name=f"{self.card.title}: training", progress=progress,
        )
