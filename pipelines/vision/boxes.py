"""Boxes around what was found in images, and how many there are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data.errors import DataError

COLUMNS = ("image", "label", "score", "x0", "y0", "x1", "y1")


@dataclass(frozen=True)
class Box:
    """Something found in an image.

    Attributes:
        label: what it is.
        score: 0 to 1, how sure the model is; no probability unless the model says so.
        x0, y0, x1, y1: left, top, right and bottom edge in pixels of the upright image.
    """

    label: str
    score: float
    x0: float
    y0: float
    x1: float
    y1: float

    def to_json(self) -> dict[str, Any]:
        """The box with rounded numbers."""
        edges = {name: round(getattr(self, name), 1) for name in ("x0", "y0", "x1", "y1")}
        return {"label": self.label, "score": round(self.score, 4), **edges}


Boxes = tuple[Box, ...]


def in_order(boxes: Iterable[Box]) -> Boxes:
    """The surest first; of equally sure ones the left and then the upper one."""
    return tuple(sorted(boxes, key=lambda box: (-box.score, box.x0, box.y0, box.label)))


def inside(box: Box, width: int, height: int) -> Box | None:
    """The part of the box that lies in an image of that size; None when nothing of it does."""
    x0, x1 = (min(max(x, 0.0), float(width)) for x in (box.x0, box.x1))
    y0, y1 = (min(max(y, 0.0), float(height)) for y in (box.y0, box.y1))
    if x1 <= x0 or y1 <= y0:
        return None
    return Box(box.label, box.score, x0, y0, x1, y1)


def words(boxes: Sequence[Box]) -> str:
    """What was found, as in "2 dog, 1 person"; the most frequent first."""
    held = Counter(box.label for box in boxes)
    return ", ".join(
        f"{number} {label}" for label, number in sorted(held.items(), key=lambda e: (-e[1], e[0]))
    )


def table(names: Sequence[str], found: Sequence[Boxes]) -> pd.DataFrame:
    """One row a box, with the columns image, label, score, x0, y0, x1 and y1.

    Args:
        names: of the images.
        found: the boxes of each.
    """
    rows = [
        {"image": name, **box.to_json()}
        for name, boxes in zip(names, found, strict=True) for box in boxes
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


@dataclass(frozen=True)
class BoxPredictions:
    """How many there are in each image, and where.

    Attributes:
        counts: int64, shape (rows,); of a model that looks, the number of its boxes.
        boxes: the boxes of each image, the surest first; empty for a baseline that does not look.
    """

    counts: np.ndarray
    boxes: tuple[Boxes, ...]

    @classmethod
    def of(cls, found: Sequence[Boxes]) -> BoxPredictions:
        """The predictions that boxes make."""
        return cls(np.array([len(boxes) for boxes in found], dtype=np.int64), tuple(found))

    def __len__(self) -> int:
        return len(self.counts)

    def take(self, rows: np.ndarray) -> BoxPredictions:
        return BoxPredictions(self.counts[rows], tuple(self.boxes[int(row)] for row in rows))

    def replaced(self, pieces: Sequence[tuple[np.ndarray, BoxPredictions]]) -> BoxPredictions:
        counts, boxes = self.counts.copy(), list(self.boxes)
        for rows, others in pieces:
            counts[rows] = others.counts
            for row, own in zip(rows, others.boxes, strict=True):
                boxes[int(row)] = own
        return BoxPredictions(counts, tuple(boxes))

    def frame(self) -> pd.DataFrame:
        """The count, what was found in words, and the boxes as JSON."""
        return pd.DataFrame({
            "prediction": self.counts,
            "found": pd.Series([words(own) for own in self.boxes], dtype=object),
            "boxes": pd.Series(
                [json.dumps([box.to_json() for box in own], ensure_ascii=False)
                 for own in self.boxes],
                dtype=object,
            ),
        })

    def per_label(self) -> dict[str, int]:
        """Boxes of each label over all images, the most frequent first."""
        held = Counter(box.label for own in self.boxes for box in own)
        return dict(sorted(held.items(), key=lambda each: (-each[1], each[0])))


def label_called(word: str, labels: Sequence[str], whose: str) -> str:
    """The label that a user's word means: "" for the empty word, which means all of them.

    Args:
        whose: who has the labels, for the sentence.

    Raises:
        DataError: there is none.
    """
    wanted = _plain(word)
    if not wanted:
        return ""
    found = next((label for label in labels if _plain(label) == wanted), None)
    if found is None:
        some = ", ".join(f"“{label}”" for label in labels[:5])
        only = f"finds {some}{' and more' if len(labels) > 5 else ' only'}"
        raise DataError(
            f"{whose} {only}, not “{word}”; set the option what to one of these, or leave it empty."
        )
    return found


def only(found: Sequence[Boxes], label: str) -> list[Boxes]:
    """The boxes of that label; all of them for ""."""
    return [tuple(box for box in boxes if label in ("", box.label)) for boxes in found]


def _plain(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())
