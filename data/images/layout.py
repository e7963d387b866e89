"""Labels and parts of a set of images, from its folders and file names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.images.names import stem

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_PARTS = {
    "train": TRAIN, "training": TRAIN, "trainset": TRAIN, "train_set": TRAIN,
    "training_set": TRAIN, "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION,
    "dev": VALIDATION, "validation_set": VALIDATION, "test": TEST, "testing": TEST,
    "testset": TEST, "test_set": TEST, "eval": TEST,
}  # fmt: skip
_IMAGENET = re.compile(r"n\d{8}_(.*[^\W\d_].*)")
_CLASS_FIRST = re.compile(r"([^\d]*[^\d\W_])[\W_]*\d[\d\W_]*")
_NUMBER_FIRST = re.compile(r"\d[\d\W_]*[\W_]([^\d]*[^\d\W_])")
# Words that cameras, phones and programs number, which say nothing of what is seen.
_CAMERA = frozenset((
    "cam", "capture", "crop", "download", "dsc", "dscf", "dscn", "file", "frame", "gopr", "image",
    "images", "img", "mvi", "page", "photo", "pic", "picture", "pxl", "sample", "scan",
    "screenshot", "signal", "snap", "unnamed", "untitled", "wa", "whatsapp",
))  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """What the paths of a set say.

    Attributes:
        labels: Label of each path, None where there is none; all None without classes.
        parts: “train”, “validation” or “test” for each path; empty where the paths name no parts.
        outside: Positions of paths that are in none of the parts.
        source: Where the labels are from: “folders”, “file names” or “”.
    """

    labels: tuple[str | None, ...]
    parts: tuple[str, ...]
    outside: tuple[int, ...]
    source: str


def layout(paths: Sequence[str]) -> Layout:
    """Reads labels and parts from paths such as `train/cat/1.jpg`, `cat/1.jpg` or `cat.1.jpg`.

    Folders that hold everything else are passed over. Folders are classes where there are at least
    two; the outermost counts. File names are looked at only where folders say nothing.

    Args:
        paths: Paths of the images, with `/` between folders.
    """
    inner = _within(paths)
    parts, outside, inner = _parts(inner)
    labels = _folder_labels(inner)
    if any(labels):
        return Layout(tuple(labels), parts, outside, "folders")
    labels = [None] * len(paths)
    # The test part of a competition often has bare numbers, so each part is looked at on its own.
    for part in sorted(set(parts)) or [""]:
        places = [place for place in range(len(paths)) if not parts or parts[place] == part]
        found = name_labels([inner[place] for place in places])
        for place, label in zip(places, found, strict=True):
            labels[place] = label
    return Layout(tuple(labels), parts, outside, "file names" if any(labels) else "")


def part_of(word: str) -> str | None:
    """Returns the part that a word such as “training” or “val” stands for."""
    return _PARTS.get(word.strip().casefold().replace(" ", "_").replace("-", "_"))


def name_labels(paths: Sequence[str]) -> list[str | None]:
    """Returns the class in each file name, or None for all where no pattern is common to all.

    Patterns: `n01440764_tench`, `cat.12` or `cat_001`, `12_cat`. There need to be two classes or
    more, no more than one for every two images (but for the names of ImageNet), and none of them
    a word that cameras write, such as “IMG”.
    """
    none: list[str | None] = [None] * len(paths)
    stems = [stem(path) for path in paths]
    for pattern in (_IMAGENET, _CLASS_FIRST, _NUMBER_FIRST):
        matches = [pattern.fullmatch(each) for each in stems]
        if not all(matches):
            continue
        labels = [" ".join(match[1].replace("_", " ").split()) for match in matches if match]
        classes = set(labels)
        if pattern is not _IMAGENET and (2 * len(classes) > len(labels) or _by_camera(classes)):
            return none
        return list(labels) if len(classes) > 1 else none
    return none


def _by_camera(classes: set[str]) -> bool:
    first = (re.match(r"[^\W\d_]+", label.casefold()) for label in classes)
    return any(word is not None and word[0] in _CAMERA for word in first)


def _within(paths: Sequence[str]) -> list[str]:
    """The paths without the folders that hold all of them."""
    inner = list(paths)
    while inner and all("/" in path for path in inner):
        folder = inner[0].split("/", 1)[0]
        if any(path.split("/", 1)[0] != folder for path in inner):
            break
        inner = [path.split("/", 1)[1] for path in inner]
    return inner


def _parts(paths: list[str]) -> tuple[tuple[str, ...], tuple[int, ...], list[str]]:
    """The parts of the set, the paths outside of them, and the paths below the parts."""
    found = [part_of(path.split("/", 1)[0]) if "/" in path else None for path in paths]
    if len({part for part in found if part}) < 2:
        return (), (), paths
    outside = tuple(place for place, part in enumerate(found) if part is None)
    below = [path.split("/", 1)[1] if part else path
             for path, part in zip(paths, found, strict=True)]  # fmt: skip
    return tuple(part or "" for part in found), outside, below


def _folder_labels(paths: list[str]) -> list[str | None]:
    labels = [path.split("/", 1)[0] if "/" in path else None for path in paths]
    classes = {label for label in labels if label is not None}
    one_each = len(classes) == len(paths) and len(paths) > 10
    return [None] * len(paths) if len(classes) < 2 or one_each else labels
