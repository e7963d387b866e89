"""Images that are the same file, or the same picture saved, resized or cropped a little.

A split keeps each group on one side: a near copy of a training image would make a test easy.

Two images are near when at most a share of their strong frequencies differ (one that is strong in
only one of them counts half). Chosen by measurement on all pairs of different images, and on copies
of the 40 photos and of 300 images of each other set:

    pairs that are near at a share of          0.14    0.165    0.19
    40 photos of ImageNet                      0       0        0
    2,000 of CIFAR-10 (32 pixels)              1       1        1
    6,000 of MNIST (28 pixels)                 64      270      889
    of these, of two classes                   0       1        2

    copies found at the shares used            photos  CIFAR-10 MNIST
    saved as JPEG 75 or 40, or WebP 60         1.00    0.99     1.00
    half, 0.7 and twice the size, 10 % lighter 1.00    0.99     1.00, but half 0.61
    2 % (at least a pixel) cut at each edge    0.85    0.52     0.27
    4 % cut at each edge                       0.00    0.08     0.13

Images under 64 pixels hold so little that different ones are alike, so they get the stricter share:
0.14, all others 0.165. Mirrored, turned and strongly cropped copies are not found. Nor are near
copies of flat images and of those under 8 pixels, which are the same only when their bytes are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.errors import DataError
from data.images.picture import Picture

_MOST_SHARE = 0.165
_MOST_SHARE_SMALL = 0.14
# Mean difference of the colours of 16 parts: 10 % brighter changes up to 18, another colour more.
_MOST_COLOUR = 20.0
# Rows compared at once, so few that the numbers stay in the cache of the processor.
_BLOCK = 32
_WORDS = 4
_MOST_APART = int(2 * _MOST_SHARE * 64 * _WORDS)
_COLOURS = slice(64, 112)


@dataclass(frozen=True)
class Pair:
    """Two images that are the same.

    Attributes:
        first: Position of the earlier one.
        second: Position of the later one.
        exact: Whether their bytes are equal.
    """

    first: int
    second: int
    exact: bool


@dataclass(frozen=True)
class Duplicates:
    """Which images of a set are the same.

    Attributes:
        groups: Shape (images,), whole numbers; equal for images that are the same, directly or by
            way of others.
        pairs: Each image that is not the first of its group with an earlier one it is the same as,
            in order of the later one.
        untellable: Positions of images too flat or small for near duplicates to be told.
    """

    groups: np.ndarray
    pairs: tuple[Pair, ...]
    untellable: np.ndarray

    @property
    def exact(self) -> int:
        """Images whose bytes are those of an earlier one."""
        return sum(pair.exact for pair in self.pairs)

    @property
    def near(self) -> int:
        """Images that look like an earlier one without being the same file."""
        return len(self.pairs) - self.exact


def find_duplicates(pictures: Sequence[Picture]) -> Duplicates:
    """Finds exact copies by digest and near ones by perceptual hash.

    Args:
        pictures: The images of a set; those read by `read_images` carry their hash, others are
            opened for it. One that cannot be opened is compared by its bytes alone.
    """
    firsts: dict[str, int] = {}
    origin = np.array(
        [firsts.setdefault(picture.digest, place) for place, picture in enumerate(pictures)],
        dtype=np.int64,
    )
    distinct = np.fromiter(firsts.values(), dtype=np.int64, count=len(firsts))
    looks = [_look(pictures[place]) for place in distinct]
    told = np.array([len(each) > 1 for each in looks], dtype=bool)
    groups = origin.copy()
    near: list[tuple[int, int]] = []
    if told.any():
        places = distinct[told]
        codes = np.frombuffer(b"".join(each for each in looks if len(each) > 1), dtype=np.uint8)
        labels, near = _near(codes.reshape(len(places), -1))
        # The places of distinct images grow, so the least label is the earliest image.
        merged = np.arange(len(pictures))
        merged[places] = places[labels]
        groups = merged[origin]
        near = [(int(places[first]), int(places[second])) for first, second in near]
    copies = np.flatnonzero(origin != np.arange(len(pictures)))
    pairs = [Pair(int(origin[place]), int(place), exact=True) for place in copies]
    pairs += [Pair(first, second, exact=False) for first, second in near]
    blind = np.isin(origin, distinct[~told])
    ordered = tuple(sorted(pairs, key=lambda pair: pair.second))
    return Duplicates(groups, ordered, np.flatnonzero(blind))


def duplicate_groups(pictures: Sequence[Picture]) -> np.ndarray:
    """Returns shape (images,): equal whole numbers for images that no split may part."""
    return find_duplicates(pictures).groups


def _look(picture: Picture) -> bytes:
    if picture.look:
        return picture.look
    from data.images.look import UNTELLABLE, look

    try:
        return look(picture.open(shortest=64))
    except DataError:
        return UNTELLABLE


def _near(codes: np.ndarray) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Labels of images, the least position of each group, and a pair for each later member.

    Sorted by mean colour, images need to be compared only with those near enough in it, and half
    the hash rules most of these out.

    Args:
        codes: Shape (images, 113), as `look` gives them.
    """
    order = np.argsort(codes[:, _COLOURS].mean(axis=1), kind="stable")
    codes = codes[order]
    colours = codes[:, _COLOURS].astype(np.int16)
    means = colours.mean(axis=1)
    hashes = _Hashes.of(codes)
    ends = np.searchsorted(means, means + _MOST_COLOUR, side="right")
    labels = np.arange(len(codes))
    for start in range(0, len(codes), _BLOCK):
        stop = min(start + _BLOCK, len(codes))
        end = int(ends[stop - 1])
        # A thousand frames of a still scene are compared once and not a million times.
        groups = labels[order[start:end]]
        possible = hashes.possible(start, stop, end)
        possible &= groups[: stop - start, None] != groups
        for row in np.flatnonzero(possible.any(axis=1)) + start:
            columns = np.flatnonzero(possible[row - start]) + start
            columns = columns[(columns > row) & (labels[order[columns]] != labels[order[row]])]
            columns = columns[hashes.near(int(row), columns)]
            apart = np.abs(colours[columns] - colours[row]).mean(axis=1)
            same = labels[order[columns[apart <= _MOST_COLOUR]]]
            if len(same):
                group = np.append(same, labels[order[row]])
                labels[np.isin(labels, group)] = group.min()
    members = np.flatnonzero(labels != np.arange(len(codes)))
    return labels, [(int(labels[member]), int(member)) for member in members]


@dataclass(frozen=True)
class _Hashes:
    """Signs and strong frequencies of images as 4 words of 64 bits, and what may differ.

    Attributes:
        signs: Shape (images, 4).
        strong: Shape (images, 4).
        count: Strong frequencies of each.
        share: Share of them that may differ.
    """

    signs: np.ndarray
    strong: np.ndarray
    count: np.ndarray
    share: np.ndarray

    @classmethod
    def of(cls, codes: np.ndarray) -> _Hashes:
        words = np.ascontiguousarray(codes[:, : 16 * _WORDS]).view(np.uint64)
        strong = words[:, _WORDS:]
        small = codes[:, -1] == 1
        share = np.where(small, _MOST_SHARE_SMALL, _MOST_SHARE)
        return cls(
            words[:, :_WORDS], strong, np.bitwise_count(strong).sum(axis=1, dtype=np.int64), share
        )

    def possible(self, start: int, stop: int, end: int) -> np.ndarray:
        """Whether the first 128 bits leave a chance: the rows of a block by those up to `end`."""
        # Wraps to 0 where all 128 bits differ, which `near` then rules out.
        apart = np.zeros((stop - start, end - start), dtype=np.uint8)
        for word in range(_WORDS // 2):
            mine, others = self.strong[start:stop, None, word], self.strong[None, start:end, word]
            turned = self.signs[start:stop, None, word] ^ self.signs[None, start:end, word]
            turned &= mine
            turned &= others
            apart += 2 * np.bitwise_count(turned)
            apart += np.bitwise_count(mine ^ others)
        most = (_MOST_SHARE * self.count).astype(np.uint8) + np.uint8(1)
        return apart <= np.minimum(
            2 * (most[start:stop, None] + most[None, start:end]), np.uint8(_MOST_APART)
        )

    def near(self, row: int, columns: np.ndarray) -> np.ndarray:
        """Whether few enough frequencies differ between an image and each of some others."""
        mine, others = self.strong[row], self.strong[columns]
        turned = np.bitwise_count((self.signs[row] ^ self.signs[columns]) & mine & others)
        lost = np.bitwise_count(mine ^ others)
        either = np.bitwise_count(mine | others).sum(axis=1, dtype=np.int64)
        apart = turned.sum(axis=1, dtype=np.int64) + 0.5 * lost.sum(axis=1, dtype=np.int64)
        return apart <= np.minimum(self.share[row], self.share[columns]) * either
