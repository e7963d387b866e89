"""The articles' network: 784 grey pixels, 128 hidden units, dropout, classes."""

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


class DenseNetworkPipeline(SmallNetworkPipeline):
    """28 x 28 grey levels through 128 units with ReLU and dropout 0.2; cross-entropy and Adam.

    Training images are moved a little each time they are seen.
    """

    # Without convolutions there are no maps to weigh.
    heat_is = "Saliency: the prediction changes most with the warm pixels, for or against"

    def _takes_colour(self, images: Sequence[np.ndarray]) -> bool:
        return False

    def _build(self, classes: int, channels: int, generator: torch.Generator) -> SmallNetwork:
        from pipelines.vision.networks import dense_network
        from pipelines.vision.pixels import GREY_SIDE

        return dense_network(classes, GREY_SIDE, generator)

    def _train(
        self, classes: int, lessons: PixelLessons, progress: Progress
    ) -> Fitted:
        from pipelines.vision.augment import Augment
        from pipelines.vision.from_scratch import fit_small
        from pipelines.vision.training import Recipe

        # On 4,500 MNIST images, 1,000 others judging: 0.969 with the moves, 0.939 without. Adam is
        # AdamW without decay. Steps this small gain nothing from bfloat16.
        augment = Augment(turn=8, scale=0.1, shift=1, slant=0.1, bend=1)
        recipe = Recipe(epochs=24, batch=64, learning_rate=3e-3, lower_precision=False)
        return fit_small(
            partial(self._build, classes, 1), lessons.augmented(augment), recipe, seed=self.config.seed,
            name=f"{self.card.title}: training", progress=progress,
        )
