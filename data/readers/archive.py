"""Unpacks gzip, and ZIP archives of one table, in memory and never past a limit."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib

from data.errors import DataError
from data.limits import Limits
from data.readers import columns, signatures

_CHUNK = 1 << 20
# Below this, text of one repeated letter may well unfold a thousandfold without harm.
_HARMLESS = 16 << 20
_IGNORED = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)", re.IGNORECASE)


def gunzip(content: bytes, name: str, limits: Limits) -> tuple[bytes, str]:
    """Returns what a gzip file holds and its name without `.gz`.

    Raises:
        DataError: It is damaged, unfolds past a limit, or holds another archive.
    """
    parts: list[bytes] = []
    size = 0
    rest = content
    try:
        while rest.startswith(signatures.GZIP):
            unpacker = zlib.decompressobj(wbits=31)
            block = unpacker.decompress(rest, _CHUNK)
            while block or unpacker.unconsumed_tail:
                size += len(block)
                _check_size(name, size, len(content), limits)
                parts.append(block)
                block = unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)
            if not unpacker.eof:
                raise _damaged(name, "gzip file")
            rest = unpacker.unused_data.lstrip(b"\x00")
    except zlib.error as error:
        raise _damaged(name, "gzip file") from error
    inner = re.sub(r"\.(gz|gzip)$", "", name, flags=re.IGNORECASE)
    return _not_nested(b"".join(parts), name), inner


def unzip(content: bytes, name: str, limits: Limits) -> tuple[bytes, str]:
    """Returns the one table of a ZIP archive and its name.

    Raises:
        DataError: The archive is damaged, has a password, climbs out of its folder, holds links,
            unfolds past a limit, holds another archive, or does not hold exactly one file.
    """
    package = opened(content, name, limits)
    files = [
        part
        for part in package.infolist()
        if not part.is_dir() and not _IGNORED.search(part.filename)
    ]
    if not files:
        raise DataError(f"{name} holds no file. Pack one table into it: {signatures.READABLE}.")
    if len(files) > 1:
        raise DataError(
            f"{name} holds {len(files):,} files: "
            f"{columns.listed([part.filename for part in files])}. "
            "One table is read at a time: pack one file, or upload it unpacked."
        )
    part = files[0]
    try:
        with package.open(part) as stream:
            unpacked = stream.read(limits.expanded_mb * 2**20 + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise _damaged(name, "ZIP archive") from error
    _check_size(name, len(unpacked), len(content), limits)
    return _not_nested(unpacked, name), part.filename.rsplit("/", 1)[-1]


def opened(
    content: bytes, name: str, limits: Limits, holds: str = "the table"
) -> zipfile.ZipFile:
    """Returns the archive once its directory is safe: sizes, paths, links, passwords.

    Args:
        content: The bytes of the archive.
        name: Its name, used in messages.
        limits: What it may unfold to.
        holds: What people pack into it, as the messages call it.

    Raises:
        DataError: One of these is not.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise _damaged(name, "ZIP archive", holds) from error
    if len(parts) > limits.archive_members:
        raise DataError(
            f"{name} holds {len(parts):,} entries; at most {limits.archive_members:,} are "
            f"looked at. Pack {holds} alone, or a part."
        )
    for part in parts:
        path = part.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or re.match(r"^[A-Za-z]:", path):
            raise DataError(
                f"{name} holds the path {part.filename[:80]!r}, which climbs out of the archive. "
                f"Pack {holds} again from inside one folder."
            )
        if stat.S_ISLNK(part.external_attr >> 16):
            raise DataError(
                f"{name} holds a link ({part.filename[:80]!r}) in place of a file. Pack the "
                "file itself."
            )
        if part.flag_bits & 0x1:
            raise DataError(f"{name} is protected by a password. Pack {holds} without one.")
    _check_size(name, sum(part.file_size for part in parts), len(content), limits, holds)
    return package


def _check_size(
    name: str, unfolded: int, packed: int, limits: Limits, holds: str = "the table"
) -> None:
    found = f"{name} is {_size(packed)} and unfolds to {_size(unfolded)} or more"
    if unfolded > limits.expanded_mb * 2**20:
        raise DataError(
            f"{found}; at most {limits.expanded_mb:,} MB are unpacked. Upload a part of {holds}."
        )
    if unfolded > _HARMLESS and unfolded > limits.expansion_ratio * max(packed, 1):
        raise DataError(
            f"{found}; at most {limits.expansion_ratio:,} times the packed size is unpacked. "
            f"Upload a part of {holds}."
        )


def _size(size: int) -> str:
    return f"{size / 2**20:,.1f} MB" if size >= 2**20 else f"{max(1, size // 1024):,} KB"


def _damaged(name: str, kind: str, holds: str = "the table") -> DataError:
    return DataError(f"{name} is a {kind} that is damaged or cut short. Pack {holds} again.")


def _not_nested(content: bytes, name: str) -> bytes:
    package = signatures.is_zip(content) and b"[Content_Types].xml" not in content[:65536]
    package = package and b"[Content_Types].xml" not in content[-65536:]
    if package or content.startswith(signatures.GZIP) or content[257:262] == b"ustar":
        raise DataError(f"{name} holds another archive. Pack the table itself, once.")
    return content
