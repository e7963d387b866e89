"""Where the bytes of an image are, so that they are held once or not at all."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from data.errors import DataError

_LOCAL_HEADER = b"PK\x03\x04"


class Source(Protocol):
    """Gives the bytes of one file.

    Attributes:
        fixed: Whether they are the same each time.
    """

    @property
    def fixed(self) -> bool: ...

    def read(self, name: str) -> bytes:
        """Returns the bytes; `name` is what messages call the file."""
        ...


@dataclass(frozen=True)
class InMemory:
    """Bytes that came on their own."""

    content: bytes = field(repr=False)
    fixed: ClassVar[bool] = True

    def read(self, name: str) -> bytes:
        return self.content


@dataclass(frozen=True)
class OnDisk:
    """A file of this machine, read when it is asked for."""

    path: Path
    limit: int
    fixed: ClassVar[bool] = False

    def read(self, name: str) -> bytes:
        try:
            with self.path.open("rb") as stream:
                content = stream.read(self.limit + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "the path is not valid"
            raise DataError(f"“{name}” cannot be read: {reason}; check the file.") from None
        if len(content) > self.limit:
            raise DataError(
                f"“{name}” is over {self.limit / 2**20:,.0f} MB; raise LITMUS_MAX_FILE_MB, or save "
                "it smaller."
            )
        return content


@dataclass(frozen=True)
class Packed:
    """A member of a ZIP archive whose bytes all members share.

    The member is unfolded here and not by `zipfile`, whose open archives are neither cheap to
    hold for each image nor free of locks between threads. Never more than the declared size is
    unfolded.
    """

    archive: bytes = field(repr=False)
    offset: int
    packed: int
    unfolded: int
    method: int
    checksum: int
    fixed: ClassVar[bool] = True

    @classmethod
    def of(cls, archive: bytes, member: zipfile.ZipInfo) -> Packed:
        """Returns the source of a member that `zipfile` listed."""
        return cls(
            archive,
            member.header_offset,
            member.compress_size,
            member.file_size,
            member.compress_type,
            member.CRC,
        )

    def read(self, name: str) -> bytes:
        try:
            content = self._unfold()
        except (struct.error, zlib.error):
            raise _damaged(name) from None
        if content is None:
            raise DataError(
                f"“{name}” is packed in a way that is not read; pack the images as a plain ZIP."
            )
        if len(content) != self.unfolded or zlib.crc32(content) != self.checksum:
            raise _damaged(name)
        return content

    def _unfold(self) -> bytes | None:
        """The bytes of the member, None for a method other than stored and deflate."""
        start = self.offset
        if self.archive[start : start + 4] != _LOCAL_HEADER:
            raise struct.error("no local header")
        name_size, extra_size = struct.unpack_from("<HH", self.archive, start + 26)
        start += 30 + name_size + extra_size
        raw = memoryview(self.archive)[start : start + self.packed]
        if self.method == zipfile.ZIP_STORED:
            return bytes(raw)
        if self.method != zipfile.ZIP_DEFLATED:
            return None
        # One byte more than declared shows a member that is larger than it says.
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, self.unfolded + 1)


def _damaged(name: str) -> DataError:
    return DataError(f"“{name}” is damaged in the archive; pack the images again.")
