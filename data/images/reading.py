"""Reads a set of images into a table: a ZIP archive, a folder, or a single image."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.errors import DataError
from data.images import gathering, kinds, notes
from data.images.examining import Examined, Refused, examine_all
from data.images.framing import framed
from data.images.gathering import Gathered
from data.images.layout import layout
from data.images.names import unique
from data.images.picture import Picture, digest_of
from data.images.sidecar import SUFFIXES as TABLES
from data.images.sidecar import read_sidecar
from data.images.source import InMemory, Source
from data.limits import Limits
from data.readers import is_workbook, read_table, signatures
from data.readers.opening import clean_name, content_of, suffix
from data.table import Table, fingerprint

_READ_AS = {"read_as": "images"}


@dataclass(frozen=True)
class Readable:
    """An image of the set that can be opened."""

    path: str
    source: Source
    seen: Examined


def read_images(content: bytes, name: str, *, limits: Limits | None = None) -> Table:
    """Reads the images of a ZIP archive, or one image file, told by content; or a CSV beside images.

    Args:
        content: The bytes of the file.
        name: Its name, used in messages and for a single image.
        limits: What is accepted; by default read from the environment.

    Returns:
        A row for each image that can be opened, in order of paths. Columns: `image` (key of
        `Table.pictures`); `label` (text, from a table in the archive, folders or file names) and
        `split` (“train”, “validation”, “test”) where they are known; `width`, `height` (pixels,
        upright), `brightness` (0 to 1), `sharpness` (see `Examined`), `format`, `size_kb`; then
        the other columns of the table. The notes say what was left out and why. Of a CSV or TSV, its
        own rows and columns, without pictures.

    Raises:
        DataError: It is neither, is damaged, made to harm or over a limit, or none of its images
            can be opened.
    """
    limits = limits or Limits.from_environment()
    name = clean_name(name)
    large = limits.too_large(name, len(content))
    if large:
        raise DataError(f"{large} Bring a part of the images, or save them smaller.")
    marked = fingerprint(content, _READ_AS)
    if suffix(name) in TABLES and not signatures.is_zip(content):
        # It may lie beside images that come one by one; see `joining`.
        return read_table(content, name, limits=limits)
    if kinds.format_of(content, name) is not None:
        single = Gathered(((name, InMemory(content)),), (), ())
        return _table(single, name, marked, limits)
    if signatures.is_zip(content) and not is_workbook(content):
        return _table(gathering.from_archive(content, name, limits), name, marked, limits)
    raise DataError(
        f"{name} is {kinds.foreign(content, name)}; needed is a ZIP of images, or one image as "
        f"{kinds.READABLE}."
    )


def read_image_folder(path: Path | str, limits: Limits | None = None) -> Table:
    """Reads the images of a folder of this machine, or a file as `read_images` does.

    The images are not held in memory: they are read from the folder each time they are opened.

    Raises:
        DataError: It cannot be opened, holds more images than allowed, or none can be opened.
    """
    limits = limits or Limits.from_environment()
    path = Path(path)
    if not path.is_dir():
        return read_images(content_of(path, limits), path.name, limits=limits)
    gathered = gathering.from_folder(path, limits)
    return _table(gathered, clean_name(path.resolve().name), None, limits)


def _table(gathered: Gathered, name: str, marked: str | None, limits: Limits) -> Table:
    results = examine_all(gathered.files, limits.pixels)
    good = [
        Readable(path, source, seen)
        for (path, source), seen in zip(gathered.files, results, strict=True)
        if isinstance(seen, Examined)
    ]
    refused = [
        (path, seen)
        for (path, _), seen in zip(gathered.files, results, strict=True)
        if isinstance(seen, Refused)
    ]
    if not good:
        raise notes.nothing(name, gathered, refused)
    marked = marked or _marked(good, gathered.tables)
    laid = layout([each.path for each in good])
    outside = set(laid.outside)
    if outside:
        good = [each for place, each in enumerate(good) if place not in outside]
        laid = layout([each.path for each in good])
    side, said = read_sidecar(gathered.tables, [each.path for each in good], limits)
    keys = unique(each.path for each in good)
    frame, labelled = framed(keys, [each.seen for each in good], laid, side)
    return Table(
        name=name,
        frame=frame,
        fingerprint=marked,
        notes=(
            notes.opening(len(good), labelled),
            *notes.on_labels(frame, side, len(outside)),
            *([] if "label" in frame else notes.on_one_folder(keys)),
            *said,
            *notes.on_files(gathered, [(each.path, each.seen.format) for each in good], refused),
        ),
        total_rows=len(frame),
        first_row=1,
        pictures={key: _picture(key, each, limits) for key, each in zip(keys, good, strict=True)},
    )


def _picture(key: str, image: Readable, limits: Limits) -> Picture:
    seen = image.seen
    return Picture(key, seen.digest, image.source, look=seen.look, pixels=limits.pixels)


def _marked(good: Sequence[Readable], tables: Sequence[gathering.File]) -> str:
    """The fingerprint of a folder: paths and contents of the images and tables that were read."""
    whole = hashlib.sha256()
    for each in good:
        whole.update(f"{each.path}\0{each.seen.digest}\n".encode())
    for path, source in tables:
        try:
            whole.update(f"{path}\0{digest_of(source.read(path))}\n".encode())
        except DataError:
            continue
    return fingerprint(whole.digest(), _READ_AS)
