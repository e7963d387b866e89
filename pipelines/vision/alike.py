"""Images that look alike to the packaged network: mirrored, cropped or turned copies of one picture.

Copies by bytes and by perceptual hash are found by `data.images.duplicates`, without a network. This
adds what a hash is blind to, by the cosine of the first half of the features that own classes are
learnt from (`features.WHOLE`), which is the same for an image and its mirror image.

How near counts depends on the set: drawn scratches on one kind of metal have cosines up to 0.99
without being copies, photos of different things hardly 0.5. So two images look alike when their
cosine is at least 0.9 and their distance (one less the cosine) is at most a fifth of the median
distance to the fifth nearest image of the set. Measured by `python -m benchmarks images_alike
--data FOLDER`, on different images and on copies of 60 (photos: 40) of each set:

                              photos  CIFAR-10  MNIST  digits  drawn surfaces
    images                    40      1,000     1,000  600     180
    pairs of different ones   0       0         0      0       0
    copies found: mirrored    1.00    1.00      1.00   1.00    1.00
    4 % cut at each edge      0.97    0.97      0.87   0.00    0.00
    10 % cut at each edge     0.90    0.37      0.00   0.00    0.00
    a quarter brighter        1.00    0.82      0.78   0.03    0.00
    turned by 3 degrees       1.00    0.08      0.48   0.78    0.00

So it finds nearly all such copies among photos, and among images that all look much the same only
mirrored ones: there, telling more would call different images copies.

The network looks only at sets of 10 to 20,000 different images whose shorter side is 64 pixels or
more in the median. Of smaller pictures the hash stays the only judge, and mirrored ones are not
found: small digits and icons are learnt in seconds, and looking would take far longer than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.images.duplicates import duplicate_groups
from data.images.picture import Picture
from pipelines.arrangement import SAME
from pipelines.progress import SILENT, Progress
from pipelines.vision.features import WHOLE, feature_rows

LEAST_COSINE = 0.9
SHARE_OF_USUAL = 0.2
NEIGHBOUR = 5
# In a smaller set it cannot be told how near different images usually are.
FEWEST = 10
# Beyond, all pairs would take minutes; and the features would no longer be remembered.
MOST = 20_000
BLOCK = 256
LEAST_SIDE = 64
# So many tell the median of a set well enough.
MEASURED = 99


@dataclass(frozen=True)
class AlikePair:
    """Two images that look alike.

    Attributes:
        first, second: positions, the earlier one first.
        cosine: of their features.
    """

    first: int
    second: int
    cosine: float


def groups_of(
    batch: pd.DataFrame, device: str = "auto", progress: Progress = SILENT
) -> np.ndarray:
    """As `alike_groups`, of the images of a batch: those of the run it is from, if that looked.

    Args:
        batch: frame with the column `image`.
    """
    if SAME in batch:
        return batch[SAME].to_numpy()
    return alike_groups(batch["image"].tolist(), device, progress)


def alike_groups(
    pictures: Sequence[Picture], device: str = "auto", progress: Progress = SILENT
) -> np.ndarray:
    """Equal whole numbers for images that are copies or look alike, directly or by way of others.

    Copies by bytes and by hash count in every set.

    Returns:
        Shape (pictures,).

    Raises:
        DataError: a picture cannot be read.
        CancelledRun: the user stopped it.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    copies = np.unique(duplicate_groups(pictures), return_inverse=True)[1]
    pairs = alike_pairs(pictures, device, progress)
    if not pairs:
        return copies
    ends = copies[np.array([(pair.first, pair.second) for pair in pairs])]
    number = int(copies.max()) + 1
    joined = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(number, number))
    return connected_components(joined, directed=False)[1][copies].astype(np.int64)


def alike_pairs(
    pictures: Sequence[Picture], device: str = "auto", progress: Progress = SILENT
) -> tuple[AlikePair, ...]:
    """Pairs of images that look alike and are not the same file, in order of positions.

    Args:
        pictures: of a set. What the network sees is remembered, and not looked at again by own
            classes. Fewer than 10 or more than 20,000 different ones give no pairs, nor do those
            under 64 pixels.

    Raises:
        DataError: a picture cannot be read.
        CancelledRun: the user stopped it.
    """
    firsts: dict[str, int] = {}
    for place, picture in enumerate(pictures):
        firsts.setdefault(picture.digest, place)
    places = list(firsts.values())
    distinct = [pictures[place] for place in places]
    if not FEWEST <= len(places) <= MOST or _usual_side(distinct) < LEAST_SIDE:
        return ()
    progress.stage("Looking for images that look alike", len(distinct))
    found = feature_rows(distinct, WHOLE, device, progress)
    half = len(found[0]) // 2
    progress.stage("Comparing the images", len(distinct))
    pairs = near_rows(np.stack([each[:half] for each in found]).astype(np.float32), progress)
    return tuple(AlikePair(places[one], places[two], cosine) for one, two, cosine in pairs)


def _usual_side(pictures: Sequence[Picture]) -> float:
    """The median shorter side in pixels; of large sets by 99 images, and large ones up to a point."""
    some = np.linspace(0, len(pictures) - 1, min(len(pictures), MEASURED)).astype(int)
    return float(np.median([min(pictures[place].open(LEAST_SIDE).size) for place in some]))


def near_rows(rows: np.ndarray, progress: Progress = SILENT) -> list[tuple[int, int, float]]:
    """Pairs of rows that are far nearer to each other than is usual among all of them.

    A block of rows is compared with all at a time, so that memory grows with the rows alone.

    Args:
        rows: float32, shape (rows, features).

    Returns:
        Positions, the lesser first, and cosine of each pair; none of fewer than 10 rows.
    """
    if len(rows) < FEWEST:
        return []
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    usual = np.empty(len(unit), dtype=np.float32)
    near: list[tuple[int, int, float]] = []
    for start in range(0, len(unit), BLOCK):
        cosines = unit[start : start + BLOCK] @ unit.T
        count = np.arange(len(cosines))
        # No row is its own neighbour.
        cosines[count, count + start] = -np.inf
        usual[start : start + BLOCK] = np.partition(cosines, -NEIGHBOUR, axis=1)[:, -NEIGHBOUR]
        for one, two in np.argwhere(cosines >= LEAST_COSINE):
            if one + start < two:
                near.append((int(one) + start, int(two), float(cosines[one, two])))
        progress.advance(len(cosines))
    least = max(LEAST_COSINE, 1 - SHARE_OF_USUAL * (1 - float(np.median(usual))))
    return [pair for pair in near if pair[2] >= least]
