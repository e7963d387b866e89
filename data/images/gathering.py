"""The files of an archive or a folder, as paths and where their bytes are."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from data.errors import DataError
from data.images import names
from data.images.sidecar import SUFFIXES as TABLES
from data.images.source import OnDisk, Packed, Source
from data.limits import Limits
from data.readers import archive
from data.readers.opening import suffix

_ARCHIVES = frozenset(("zip", "gz", "tgz", "tar", "7z", "rar", "bz2", "xz", "zst"))

File = tuple[str, Source]


@dataclass(frozen=True)
class Gathered:
    """The files of a set, by what their names say.

    Attributes:
        files: Paths fit to show, and sources, of all that may be images, in order of paths.
        tables: Likewise, of tables that may say more about them.
        archives: Paths of archives, which are not opened.
        links: Paths of links, which are not followed.
    """

    files: tuple[File, ...]
    tables: tuple[File, ...]
    archives: tuple[str, ...]
    links: tuple[str, ...] = ()


def from_archive(content: bytes, name: str, limits: Limits) -> Gathered:
    """Lists a ZIP archive.

    Raises:
        DataError: It is damaged, made to harm, or over a limit.
    """
    # macOS packs a second entry for each file, and folders have entries too.
    entries = replace(limits, archive_members=3 * limits.images + limits.archive_members)
    with archive.opened(content, name, entries, "the images") as package:
        files = [
            (names.member_path(member), Packed.of(content, member))
            for member in package.infolist()
            if not member.is_dir()
        ]
    return _sorted(files, name, limits)


def from_folder(folder: Path, limits: Limits) -> Gathered:
    """Lists a folder of this machine and those below it; links are not followed.

    Raises:
        DataError: It cannot be listed, or holds more files than images are read.
    """
    files: list[File] = []
    links: list[str] = []
    for path, status in _walked(folder):
        relative = path.relative_to(folder).as_posix()
        if stat.S_ISLNK(status.st_mode):
            links.append(names.shown(relative))
        elif stat.S_ISREG(status.st_mode):
            files.append((relative, OnDisk(path, limits.file_mb * 2**20)))
    return replace(_sorted(files, folder.name or "The folder", limits), links=tuple(sorted(links)))


def _walked(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    def fail(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise DataError(f"{folder} cannot be opened: {error.strerror}. Check the path.")

    for parent, folders, files in os.walk(folder, onerror=fail):
        inside = Path(parent)
        # Folders that are links are listed among the folders but not entered.
        for each in (*files, *(name for name in folders if (inside / name).is_symlink())):
            try:
                yield inside / each, (inside / each).lstat()
            except OSError:
                continue


def _sorted(found: list[tuple[str, Packed]] | list[File], name: str, limits: Limits) -> Gathered:
    kept = [(names.shown(path), source) for path, source in found if not names.ignored(path)]
    kept.sort(key=lambda file: file[0])
    tables = tuple(file for file in kept if suffix(file[0]) in TABLES)
    archives = tuple(path for path, _ in kept if suffix(path) in _ARCHIVES)
    files = tuple(file for file in kept if suffix(file[0]) not in (*TABLES, *_ARCHIVES))
    if len(files) > limits.images:
        raise DataError(
            f"{name} holds {len(files):,} files; at most {limits.images:,} images are read. "
            "Use a part of them, or raise LITMUS_MAX_IMAGES."
        )
    return Gathered(files, tables, archives)
