"""One image of a set: its name, what its bytes hash to, and how it is opened."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from data.errors import DataError
from data.images.source import InMemory, Source
from data.limits import Limits

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class Picture:
    """An image that is read and decoded each time it is asked for.

    Two pictures are equal when name and bytes are.

    Attributes:
        name: Path in the set, unique there and fit to show.
        digest: SHA-256 of the bytes of the file, as 64 hexadecimal digits.
        look: Perceptual hash, as `data.images.look.look` gives it; empty where it was not taken.
        pixels: Most pixels that are decoded.
    """

    name: str
    digest: str
    _source: Source = field(repr=False, compare=False)
    look: bytes = field(default=b"", repr=False, compare=False)
    pixels: int = field(default=Limits.pixels, repr=False, compare=False)

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> Picture:
        """Returns a picture of bytes in memory; whether they are an image shows on opening.

        Args:
            name: Name to show.
            content: The bytes of the file.
        """
        pixels = Limits.from_environment().pixels
        return cls(name, digest_of(content), InMemory(content), pixels=pixels)

    def read(self) -> bytes:
        """Returns the bytes of the file.

        Raises:
            DataError: The file is gone, or is another than it was when the set was read.
        """
        content = self._source.read(self.name)
        if not self._source.fixed and digest_of(content) != self.digest:
            raise DataError(
                f"“{self.name}” was changed after the folder was read; read the folder again."
            )
        return content

    def open(self, shortest: int | None = None) -> Image.Image:
        """Returns the image, upright, as RGB of 8 bits; the first frame of an animation.

        Args:
            shortest: Pixels that the short side needs at least. A large JPEG is then decoded at
                1/2, 1/4 or 1/8 of its size, which is much faster; a small one is never enlarged.

        Returns:
            An image of shape height, width, 3; transparency lies on white, 16 bits and floats are
            brought to 0 to 255 (see `data.images.decoding`).

        Raises:
            DataError: It is no image that is read, is damaged, or has more pixels than allowed.
        """
        from data.images import decoding

        return decoding.decode(self.read(), self.name, self.pixels, shortest=shortest)


def digest_of(content: bytes) -> str:
    """Returns the SHA-256 of the bytes as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
