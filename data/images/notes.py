"""Sentences on how a set of images was read, and on what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from data.errors import DataError
from data.images import kinds
from data.images.examining import Refused
from data.images.gathering import Gathered
from data.images.sidecar import Sidecar
from data.readers.columns import listed

# Sentences on single images; those past this many are counted.
MOST = 20


def opening(images: int, source: str) -> str:
    """Returns the first note: how many images there are, and where their labels are from."""
    from_where = f"; their labels are from {source}" if source else ""
    return f"{_images(images)} read{from_where}."


def on_labels(frame: pd.DataFrame, side: Sidecar | None, outside: int) -> list[str]:
    """Returns notes on images without a label, a row or a part of the set."""
    found = []
    if outside:
        found.append(
            f"{_images(outside)} outside the folders of the parts (such as train and test) "
            f"{'was' if outside == 1 else 'were'} left out."
        )
    if side is not None:
        found += side.notes
        if not side.named.all():
            found.append(f"No row of the table names {_images(int((~side.named).sum()))}.")
    if "label" in frame and frame["label"].isna().any():
        missing = int(frame["label"].isna().sum())
        found.append(f"{_images(missing)} {'has' if missing == 1 else 'have'} no label.")
    return found


def on_one_folder(paths: Sequence[str]) -> list[str]:
    """Returns a note where unlabelled images all lie in one folder, which may be meant as a label.

    Args:
        paths: Of all images, at least one.
    """
    folders = {path.rpartition("/")[0] for path in paths}
    name = min(folders).rpartition("/")[2]
    if len(folders) > 1 or not name or len(paths) < 2:
        return []
    return [
        f"All images lie in one folder, “{name}”, which was not taken for a label: telling classes "
        "apart takes a folder for each, two or more."
    ]


def on_files(
    gathered: Gathered,
    read: Sequence[tuple[str, kinds.Format]],
    refused: Sequence[tuple[str, Refused]],
) -> list[str]:
    """Returns notes on images under a wrong ending, and on files that were left out.

    Args:
        gathered: The files of the set.
        read: Paths and formats of the images.
        refused: Paths of the other files, and why they were refused.
    """
    found = []
    odd = [
        (path, kind) for path, kind in read if kinds.named_format(path) not in (kind, None)
    ]
    if odd:
        path, kind = odd[0]
        are, was = ("is", "was") if len(odd) == 1 else ("are", "were")
        found.append(
            f"{_images(len(odd))} {are} not of the format of the name and {was} read by content: "
            f"“{path}” is {kind}{' and so on' if len(odd) > 1 else ''}."
        )
    damaged, others, archives = _sorted(gathered, refused)
    found += [seen.reason for seen in damaged[:MOST]]
    if len(damaged) > MOST:
        found.append(f"{_images(len(damaged) - MOST, 'more ')} could not be read.")
    for paths, sentence in (
        (archives, "Archives inside were left out; unpack them first"),
        (gathered.links, "Links were not followed"),
        (others, "Files that are no images were left out"),
    ):
        if paths:
            found.append(f"{sentence}: {listed(list(paths))}.")
    return found


def nothing(name: str, gathered: Gathered, refused: Sequence[tuple[str, Refused]]) -> DataError:
    """Returns the error of a set in which no image can be opened."""
    damaged, others, archives = _sorted(gathered, refused)
    needed = f"needed is {kinds.READABLE}"
    if len(gathered.files) == 1 and damaged and damaged[0].image:
        return DataError(damaged[0].reason)
    if damaged:
        what = Counter(seen.content for seen in damaged if seen.content).most_common(1)
        if what and what[0][1] == len(damaged) > 1:
            return DataError(
                f"None of the {len(damaged):,} images in {name} can be read, as each is "
                f"{what[0][0]}; {needed}."
            )
        return DataError(f"No image in {name} can be read; the first: {damaged[0].reason}")
    if archives:
        return DataError(
            f"{name} holds another archive ({listed(archives)}) and no image beside it; pack the "
            "images themselves, once."
        )
    files = [*(path for path, _ in gathered.tables), *others]
    if files:
        return DataError(f"{name} holds no image but {listed(files)}; {needed}.")
    return DataError(f"{name} holds no file; {needed}.")


def _sorted(
    gathered: Gathered, refused: Sequence[tuple[str, Refused]]
) -> tuple[list[Refused], list[str], list[str]]:
    """Images that cannot be opened, files that are none, and archives, under any ending."""
    damaged, others, archives = [], [], list(gathered.archives)
    for path, seen in refused:
        if seen.image or kinds.promises_image(path) or not seen.content:
            damaged.append(seen)
        elif seen.content == kinds.ARCHIVE:
            archives.append(path)
        else:
            others.append(path)
    return damaged, others, archives


def _images(count: int, more: str = "") -> str:
    return f"{count:,} {more}image" if count == 1 else f"{count:,} {more}images"
