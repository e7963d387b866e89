"""What a network sees in pictures, as numbers; no picture is looked at twice in one process.

Two ways to look. The middle of a picture is how the published weights were judged, and feeds their
own classes. `WHOLE` describes pictures to whoever learns from them, and was chosen on CIFAR-10
(means of 5 to 8 draws: 1,600 images to learn from and 400 to judge; 10 images a class to learn
from):

    EfficientNet-lite2, 224 pixels a side                0.765     0.660
    mean of the image and its mirror image               0.787     0.667
    160 pixels a side for tiny images in place of 224    0.793     0.683
    with EfficientNet-lite0 beside it                    0.794     0.685

What the mirror image changes is kept too, more quietly, so that left and right can be told apart.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from data.images.picture import Picture
from pipelines.progress import SILENT, Progress
from pipelines.vision.backbone import Backbone, backbone
from pipelines.vision.efficientnet import FEATURES, variant
from pipelines.vision.loading import Batch, Squarer, batches, centre, whole

# The published margin: short side to 256 for squares of 224, to 292 for 260.
MARGIN = 32
LARGE, SMALL = 224, 160
SMALL_SIDE = 64
MEMORY_MB = 256


@dataclass(frozen=True)
class Look:
    """A way to look at pictures.

    Attributes:
        network: name of the weights.
        descriptive: whole pictures and their mirror images, described for a learner; else the
            middle of each, for the published classes.
    """

    network: str
    descriptive: bool

    @property
    def sides(self) -> tuple[int, ...]:
        """Pixels of a side of the squares that it takes."""
        return (LARGE, SMALL) if self.descriptive else (variant(self.network).size,)

    def square(self) -> Squarer:
        """What brings a picture to a square."""
        if self.descriptive:
            return partial(whole, side=LARGE, small=SMALL_SIDE, small_side=SMALL)
        return partial(centre, side=self.sides[0], margin=MARGIN)

    def describe(self, network: Backbone, squares: np.ndarray) -> np.ndarray:
        """Features of uint8 squares, shape (squares, features)."""
        straight = network.features(squares)
        if not self.descriptive:
            return straight[:, :FEATURES]
        return described(straight, network.features(squares, mirrored=True))


def described(straight: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
    """The mean of both views, then half their difference, float16; see `rooted`."""
    one, other = rooted(straight), rooted(mirrored)
    return np.concatenate([(one + other) / 2, (one - other) / 2], axis=1).astype(np.float16)


def rooted(pooled: np.ndarray) -> np.ndarray:
    """Pooled features with the square root of those that are never negative.

    A few large ones would else outweigh the rest (power normalisation, Perronnin et al. 2010).
    """
    return np.concatenate([np.sqrt(pooled[:, :FEATURES]), pooled[:, FEATURES:]], axis=1)


WHOLE = Look("efficientnet-lite2", descriptive=True)


def features(
    pictures: Sequence[Picture], look: Look = WHOLE, device: str = "auto",
    progress: Progress = SILENT,
) -> np.ndarray:
    """Features of each picture in order, float32, shape (pictures, features).

    Raises:
        DataError: a picture cannot be read.
        CancelledRun: the user stopped it.
    """
    found = feature_rows(pictures, look, device, progress)
    return np.stack(found).astype(np.float32) if found else np.zeros((0, 0), dtype=np.float32)


def feature_rows(
    pictures: Sequence[Picture], look: Look = WHOLE, device: str = "auto",
    progress: Progress = SILENT,
) -> list[np.ndarray]:
    """As `features`, one array a picture: what is remembered is not copied.

    Raises:
        DataError: a picture cannot be read.
        CancelledRun: the user stopped it.
    """
    found = {each.digest: _MEMORY.get((each.digest, look, device)) for each in pictures}
    progress.advance(sum(found[each.digest] is not None for each in pictures))
    missing: dict[str, list[Picture]] = {}
    for each in pictures:
        if found[each.digest] is None:
            missing.setdefault(each.digest, []).append(each)
    unseen = [same[0] for same in missing.values()]
    began = time.perf_counter()
    for batch in batches(unseen, look.square(), lambda side: _network(look, side, device).batch):
        values = look.describe(_network(look, batch.squares.shape[1], device), batch.squares)
        seconds, began = time.perf_counter() - began, time.perf_counter()
        for row, value in zip(batch.rows, values, strict=True):
            digest = unseen[row].digest
            # A row of its own, as a view would hold on to the whole batch.
            found[digest] = kept = value.copy()
            _MEMORY.put((digest, look, device), kept, seconds / len(batch.rows))
        progress.advance(_pictures_in(batch, unseen, missing))
    return [_known(found[each.digest]) for each in pictures]


def seconds_spared(pictures: Sequence[Picture], look: Look = WHOLE, device: str = "auto") -> float:
    """How long it took to look at those pictures that are remembered now."""
    return sum(_MEMORY.seconds((each, look, device)) for each in {each.digest for each in pictures})


def _network(look: Look, side: int, device: str) -> Backbone:
    return backbone(look.network, side, device, classes=not look.descriptive)


def _pictures_in(batch: Batch, unseen: list[Picture], same: dict[str, list[Picture]]) -> int:
    return sum(len(same[unseen[row].digest]) for row in batch.rows)


def _known(value: np.ndarray | None) -> np.ndarray:
    assert value is not None, "every picture is remembered or was looked at"
    return value


class _Memory:
    """The features seen last, within a limit of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._values: OrderedDict[tuple[str, Look, str], np.ndarray] = OrderedDict()
        self._seconds: dict[tuple[str, Look, str], float] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[str, Look, str]) -> np.ndarray | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def seconds(self, key: tuple[str, Look, str]) -> float:
        """What the features took; 0 where they are not there."""
        with self._lock:
            return self._seconds.get(key, 0.0)

    def put(self, key: tuple[str, Look, str], value: np.ndarray, seconds: float) -> None:
        with self._lock:
            if key in self._values:
                return
            self._values[key], self._seconds[key] = value, seconds
            self._held += value.nbytes
            while self._held > self._limit:
                oldest, dropped = self._values.popitem(last=False)
                self._held -= dropped.nbytes
                del self._seconds[oldest]

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._seconds.clear()
            self._held = 0


_MEMORY = _Memory(MEMORY_MB * 1_000_000)
