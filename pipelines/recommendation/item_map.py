"""Items laid out in two dimensions, those that the same people take close together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.progress import SILENT, Progress
from pipelines.recommendation.interactions import Interactions

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MOST_ITEMS = 2_000
DIRECTIONS = 30
# With fewer items neighbourhoods mean nothing, and the two main directions say all.
FEWEST_FOR_NEIGHBOURS = 12
PERPLEXITY = 30.0


@dataclass(frozen=True)
class ItemMap:
    """Places of the items that were taken most.

    Attributes:
        items: (n,) positions, the most popular first.
        users: (n,) number of users who took each.
        places: (n, 2) across and up.
    """

    items: np.ndarray
    users: np.ndarray
    places: np.ndarray


def item_map(
    interactions: Interactions, most: int = MOST_ITEMS, seed: int = 0, progress: Progress = SILENT
) -> ItemMap:
    """Lays out items by who took them.

    An item is the column of the users who took it, those who take much counting less (TF-IDF), at
    unit length. The 30 main directions of these columns are laid out by t-SNE (van der Maaten and
    Hinton 2008), of fewer than 12 items the first two.

    Args:
        interactions: who took what.
        most: items drawn, the most popular.
        seed: of the layout.
        progress: hears of the stages.

    Raises:
        CancelledRun: the user asked to stop.
    """
    progress.stage("Laying out the map", 0)
    users = np.bincount(interactions.item, minlength=len(interactions.items))
    order = np.lexsort((np.arange(len(users)), -users))
    items = order[users[order] > 0][:most]
    return ItemMap(items, users[items], _placed(_profiles(interactions, items), seed))


def _profiles(interactions: Interactions, items: np.ndarray) -> csr_matrix:
    """(n, U) who took each item, rare takers counting more, rows at unit length."""
    from scipy.sparse import diags

    matrix = interactions.matrix().astype(np.float64)
    matrix.data[:] = 1.0
    taken = np.diff(matrix.indptr)
    rarity = np.log((1.0 + matrix.shape[1]) / (1.0 + taken))
    columns = (diags(rarity) @ matrix).tocsc()[:, items].T.tocsr()
    norms = np.sqrt(np.asarray(columns.multiply(columns).sum(axis=1)).ravel())
    return (diags(1.0 / np.maximum(norms, 1e-12)) @ columns).tocsr()


def _placed(profiles: csr_matrix, seed: int) -> np.ndarray:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.manifold import TSNE

    count = profiles.shape[0]
    if count < FEWEST_FOR_NEIGHBOURS or min(profiles.shape) <= DIRECTIONS:
        return _two_directions(profiles.toarray())
    main = TruncatedSVD(DIRECTIONS, random_state=seed).fit_transform(profiles)
    perplexity = min(PERPLEXITY, (count - 1) / 3)
    layout = TSNE(2, perplexity=perplexity, init="pca", random_state=seed, n_jobs=1)
    return layout.fit_transform(main).astype(np.float64)


def _two_directions(profiles: np.ndarray) -> np.ndarray:
    """The two main directions of a few profiles, signs fixed; zeros where they do not differ."""
    centred = profiles - profiles.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    found = (left * sizes)[:, :2]
    largest = np.abs(found).argmax(axis=0)
    found = found * np.where(found[largest, np.arange(found.shape[1])] < 0, -1.0, 1.0)
    return np.pad(found, ((0, 0), (0, 2 - found.shape[1])))
