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
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.images.picture import Picture
from pipelines.progress import SILENT, Progress
from pipelines.split import Split
from pipelines.vision.features import WHOLE, feature_rows

LEAST_COSINE = 0.9
SHARE_OF_USUAL = 0.2
NEIGHBOUR = 5
# In a smaller set it cannot be told how near different images usually are.
FEWEST = 10
# Beyond, all pairs would take minutes; and the features would no longer be remembered.
MOST = 20_000
BLOCK = 256


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


def alike_pairs(
    pictures: Sequence[Picture], device: str = "auto", progress: Progress = SILENT
) -> tuple[AlikePair, ...]:
    """Pairs of images that look alike and are not the same file, in order of positions.

    Args:
        pictures: of a set; those in a run of own classes were looked at already, which is not
            done again. Fewer than 10 or more than 20,000 different ones give no pairs.

    Raises:
        DataError: a picture cannot be read.
        CancelledRun: the user stopped it.
    """
    firsts: dict[str, int] = {}
    for place, picture in enumerate(pictures):
        firsts.setdefault(picture.digest, place)
    places = list(firsts.values())
    if not FEWEST <= len(places) <= MOST:
        return ()
    found = feature_rows([pictures[place] for place in places], WHOLE, device, progress)
    half = len(found[0]) // 2
    pairs = near_rows(np.stack([each[:half] for each in found]).astype(np.float32))
    return tuple(AlikePair(places[one], places[two], cosine) for one, two, cosine in pairs)


def near_rows(rows: np.ndarray) -> list[tuple[int, int, float]]:
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
    least = max(LEAST_COSINE, 1 - SHARE_OF_USUAL * (1 - float(np.median(usual))))
    return [pair for pair in near if pair[2] >= least]


def kept_apart(
    pictures: Sequence[Picture], split: Split, device: str = "auto",
    lessons: Sequence[Picture] = (),
) -> tuple[Split, str]:
    """The split without judging images that look like one that models learn from, and a sentence.

    The split is made before any network looks, so such an image cannot change sides any more; it
    is predicted but does not judge. In a split that the user gave it still judges.

    Args:
        pictures: the predicted ones, looked at already in the run.
        split: positions among them.
        lessons: of a training file of its own, if models learnt from one.

    Returns:
        The split that judges, and what to tell the user: empty where there is nothing to tell.
    """
    every = [*pictures, *lessons]
    learnt = np.arange(len(pictures), len(every)) if lessons else split.train
    parts = split.folds or ((learnt, split.test),)
    both = _on_both_sides(alike_pairs(every, device), parts, len(every))
    twins = split.test[both[split.test]]
    if not len(twins):
        return split, ""
    one = len(twins) == 1
    found = (
        f"{len(twins):,} test {'image looks' if one else 'images look'} like one that models learnt "
        "from (mirrored, cropped or turned, by what the network sees)"
    )
    if split.kind == "given" or len(twins) == len(split.test):
        return split, f"{found}, which flatters every model fitted to it."
    kept = split.test[~both[split.test]]
    return replace(split, test=kept), f"{found} and {'was' if one else 'were'} left out of judging."


def _on_both_sides(
    pairs: Sequence[AlikePair], parts: Sequence[tuple[np.ndarray, np.ndarray]], count: int
) -> np.ndarray:
    """Whether each image judges and looks like one that was learnt from for it, shape (count,).

    Args:
        parts: positions to learn from and to judge.
    """
    both = np.zeros(count, dtype=bool)
    for train, test in parts:
        learnt, judges = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        learnt[train], judges[test] = True, True
        for pair in pairs:
            for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
                both[one] |= judges[one] and learnt[other]
    return both
