"""Pictures laid out in two dimensions, those that look alike close together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.images.picture import Picture
from pipelines.progress import SILENT, Progress
from pipelines.vision.features import features

MOST_FOR_NEIGHBOURS = 3000
DIRECTIONS = 50
FEWEST_FOR_NEIGHBOURS = 12
PERPLEXITY = 30.0


def map_of(
    pictures: Sequence[Picture], *, seed: int = 0, progress: Progress = SILENT
) -> np.ndarray:
    """A place for each picture, shape (pictures, 2).

    t-SNE (van der Maaten and Hinton 2008) of the 50 main directions of the features; of more than
    3,000 pictures, or fewer than 12, the two main directions.

    Raises:
        DataError: a picture cannot be read.
        CancelledRun: the user stopped it.
    """
    progress.stage("Looking at the images", len(pictures))
    found = features(pictures, progress=progress)
    progress.stage("Laying out the map", 0)
    return placed(found, seed)


def placed(found: np.ndarray, seed: int) -> np.ndarray:
    """A place for each row of features, shape (rows, 2); all zero where rows do not differ."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    if len(found) < 2 or not np.ptp(found, axis=0).any():
        return np.zeros((len(found), 2))
    few = len(found) < FEWEST_FOR_NEIGHBOURS
    straight = few or len(found) > MOST_FOR_NEIGHBOURS
    # Whoever asks for a map of a few pictures still needs two columns.
    count = min(2 if straight else DIRECTIONS, *found.shape)
    solver = "full" if few else "randomized"
    main = PCA(count, svd_solver=solver, random_state=seed).fit_transform(found)
    if straight:
        return np.pad(main, ((0, 0), (0, 2 - main.shape[1]))).astype(np.float64)
    perplexity = min(PERPLEXITY, (len(found) - 1) / 3)
    layout = TSNE(2, perplexity=perplexity, init="pca", random_state=seed, n_jobs=1)
    return layout.fit_transform(main).astype(np.float64)
