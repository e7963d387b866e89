"""Reads the documents of a ZIP archive; what is no document is left out and said."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from data.errors import DataError
from data.limits import Limits
from data.readers import archive, columns, signatures
from data.readers.documents import formats
from data.readers.documents.naming import below_shared_folder
from data.readers.documents.outline import Section
from data.readers.opening import suffix

# Folders and files that systems and programs put beside the documents, and hidden ones.
_IGNORED = re.compile(r"(^|/)(__MACOSX/|\.[^/]|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_ARCHIVES = frozenset(("zip", "gz", "tgz", "tar", "7z", "rar", "bz2", "xz", "zst"))
_TABLES = frozenset(
    ("csv", "tsv", "tab", "xlsx", "xlsm", "xls", "parquet", "pq", "json", "jsonl", "ndjson")
)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
# Longer paths are shown from behind, where their names are.
_LONGEST_PATH = 200
# Sentences on single documents; those past this many are counted.
_MOST_NOTES = 20


@dataclass
class _Found:
    """What the files of an archive turned out to be."""

    sections: list[tuple[str, Section]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    archives: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def holds_documents(content: bytes, name: str, limits: Limits) -> bool:
    """Tells whether an archive has a file that is a document by its name or its first bytes.

    Raises:
        DataError: The archive is damaged, made to harm, or over a limit.
    """
    with archive.opened(content, name, limits, "the documents") as package:
        for part, path in _files(package):
            ending = suffix(path)
            if ending in formats.SUFFIXES:
                return True
            if ending in _TABLES or ending in _ARCHIVES:
                continue
            try:
                with package.open(part) as stream:
                    if formats.kind_of(stream.read(1024), path) is not None:
                        return True
            except (DataError, *_BROKEN):
                continue
    return False


def holds_table(content: bytes, name: str, limits: Limits) -> bool:
    """Tells whether an archive has a file that is a table by its name, or has no ending.

    Raises:
        DataError: The archive is damaged, made to harm, or over a limit.
    """
    with archive.opened(content, name, limits, "the documents") as package:
        return any(suffix(path) in (*_TABLES, "") for _, path in _files(package))


def read(content: bytes, name: str, limits: Limits) -> tuple[list[tuple[str, Section]], list[str]]:
    """Returns the path and the sections of every document, and notes on what was left out.

    Paths begin below the folders that all files of the archive lie in. Of several entries of one
    path the last counts, as it does when the archive is unpacked.

    Raises:
        DataError: The archive is damaged, made to harm or over a limit, or none of its files can
            be read.
    """
    found = _Found()
    characters = 0
    with archive.opened(content, name, limits, "the documents") as package:
        repeated = _repeated(package)
        for part, path in _files(package):
            before = len(found.sections)
            _take(package, part, path, limits, found)
            characters += sum(len(section.text) for _, section in found.sections[before:])
            if characters > limits.expanded_mb * 2**20:
                raise DataError(
                    f"The documents in {name} hold more than {limits.expanded_mb:,} million "
                    "characters. Upload a part of them."
                )
    if not found.sections:
        raise _nothing(name, found)
    return found.sections, [*_notes(found), *repeated]


def _files(package: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """The files that a person put in, with their paths fit to show, in the order of paths."""
    last = {_path(part): part for part in _entries(package)}
    paths = ["".join(filter(str.isprintable, path))[-_LONGEST_PATH:] for path in last]
    files = zip(last.values(), below_shared_folder(paths), strict=True)
    yield from sorted(files, key=lambda each: each[1])


def _repeated(package: zipfile.ZipFile) -> list[str]:
    """A sentence on the paths that the archive holds more than once, if there are any."""
    times = Counter(map(_path, _entries(package)))
    repeated = (path for path, count in times.items() if count > 1)
    paths = ["".join(filter(str.isprintable, path))[-_LONGEST_PATH:] for path in repeated]
    if not paths:
        return []
    return [
        f"More than once in the archive: {columns.listed(paths)}; the last was read, which is the "
        "one that unpacking leaves."
    ]


def _entries(package: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for part in package.infolist():
        if not part.is_dir() and not _IGNORED.search(_path(part)):
            yield part


def _path(part: zipfile.ZipInfo) -> str:
    return part.filename.replace("\\", "/").removeprefix("./")


def _take(
    package: zipfile.ZipFile, part: zipfile.ZipInfo, path: str, limits: Limits, found: _Found
) -> None:
    try:
        with package.open(part) as stream:
            content = stream.read(limits.expanded_mb * 2**20 + 1)
    except _BROKEN:
        found.notes.append(f"{path} is damaged in the archive and was left out.")
        return
    ending = suffix(path)
    try:
        kind = formats.kind_of(content, path)
        if kind is not None:
            document = formats.read_document(content, path, kind, limits)
            found.sections += [(path, section) for section in document.sections]
            found.notes += document.notes
        elif ending in _TABLES:
            found.tables.append(path)
        elif ending in _ARCHIVES or signatures.is_zip(content):
            found.archives.append(path)
        else:
            found.others.append(path)
    except DataError as error:
        found.notes.append(f"Left out: {error}")


def _notes(found: _Found) -> list[str]:
    notes = found.notes[:_MOST_NOTES]
    if len(found.notes) > _MOST_NOTES:
        notes.append(f"{len(found.notes) - _MOST_NOTES:,} more documents were read in part or not.")
    for paths, sentence in (
        (found.tables, "Tables among the documents were left out; upload one on its own"),
        (found.archives, "Archives inside the archive were left out; unpack them first"),
        (found.others, "Files that are no documents were left out"),
    ):
        if paths:
            notes.append(f"{sentence}: {columns.listed(paths)}.")
    return notes


def _nothing(name: str, found: _Found) -> DataError:
    needed = f"Needed is {signatures.READABLE_DOCUMENTS}."
    if found.archives:
        return DataError(
            f"{name} holds another archive ({columns.listed(found.archives)}) and no document "
            "beside it. Pack the documents themselves, once."
        )
    if found.notes:
        more = len(found.notes) - 1
        rest = f" ({more:,} more file{'s' if more > 1 else ''} could not be read either.)"
        return DataError(
            f"None of the documents in {name} can be read. "
            f"{found.notes[0].removeprefix('Left out: ')}{rest if more else ''}"
        )
    files = [*found.tables, *found.others]
    if files:
        return DataError(f"{name} holds no document: {columns.listed(files)}. {needed}")
    return DataError(f"{name} holds no file. {needed}")
