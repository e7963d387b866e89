"""Decodes the bytes of an image to upright RGB of 8 bits, whatever they hold.

Formats are told by content. Size is checked from the header before a pixel is decoded. Colour
profiles are left aside, as the networks that look at the images were trained without them.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import numpy as np
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from data.errors import DataError
from data.images import orientation
from data.images.kinds import Format, foreign, format_of


class _Jpeg(JpegImagePlugin.JpegImageFile):
    """A JPEG whose EXIF is not parsed on opening: it may be corrupt, and only turns matter."""

    def getexif(self) -> Image.Exif:
        return Image.Exif()


# Opened by class and not by Image.open, whose warning about large images cannot be silenced in
# one thread alone; the limit here is the stricter one.
_OPENERS: dict[Format, type[ImageFile.ImageFile]] = {
    "JPEG": _Jpeg,
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset((5, 6, 7, 8))
_WIDE = frozenset(("I;16", "I;16L", "I;16B", "I;16N", "I", "F"))


@dataclass(frozen=True)
class Decoded:
    """An image and what its header says.

    Attributes:
        image: Upright RGB of 8 bits, maybe smaller than the file's.
        format: What the file is.
        width: Pixels of the upright image in the file.
        height: Likewise.
    """

    image: Image.Image
    format: Format
    width: int
    height: int


def decode(content: bytes, name: str, pixels: int, *, shortest: int | None = None) -> Image.Image:
    """Returns the upright RGB image; see `Picture.open`.

    Raises:
        DataError: It is no image that is read, is damaged, or has more pixels than allowed.
    """
    return _guarded(content, name, pixels, shortest, None).image


def decode_small(content: bytes, name: str, pixels: int, longest: int) -> Decoded:
    """Returns the image with its long side at most `longest` pixels, and what the header says.

    Raises:
        DataError: As `decode`.
    """
    decoded = _guarded(content, name, pixels, None, longest)
    size = fitted(decoded.image.size, longest)
    if size == decoded.image.size:
        return decoded
    small = decoded.image.resize(size, Image.Resampling.BOX)
    return Decoded(small, decoded.format, decoded.width, decoded.height)


def fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Returns width and height scaled down so that neither is over `longest`; never under 1."""
    scale = longest / max(size)
    if scale >= 1:
        return size
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _guarded(
    content: bytes, name: str, pixels: int, shortest: int | None, longest: int | None
) -> Decoded:
    kind = format_of(content, name)
    if kind is None:
        raise DataError(f"“{name}” is {foreign(content, name)}; save it as JPEG or PNG.")
    try:
        return _decoded(content, name, kind, pixels, shortest, longest)
    except DataError:
        raise
    except Exception:
        # A damaged or hostile file makes the decoders raise anything, MemoryError included.
        raise DataError(
            f"“{name}” is a {kind} image that is damaged or cut short; save it again."
        ) from None


def _decoded(
    content: bytes,
    name: str,
    kind: Format,
    pixels: int,
    shortest: int | None,
    longest: int | None,
) -> Decoded:
    if kind == "WebP":
        # Its decoder reserves the whole canvas on opening.
        _check_size(_webp_canvas(content), name, pixels)
    with _OPENERS[kind](io.BytesIO(content)) as opened:
        width, height = opened.size
        _check_size((width, height), name, pixels)
        if kind == "JPEG" and (shortest or longest):
            least = (shortest, shortest) if shortest else fitted(opened.size, longest or 1)
            opened.draft(None, least)
        opened.load()
        # TIFF images are turned by the decoder, which knows their tags; in a PNG the block may
        # follow the pixels.
        turn = 1 if kind == "TIFF" else orientation.of(opened.info.get("exif"))
        image = _rgb(opened)
    if turn in _TURNS:
        image = image.transpose(_TURNS[turn])
    if turn in _SIDEWAYS:
        width, height = height, width
    return Decoded(image, kind, width, height)


def _check_size(size: tuple[int, int], name: str, pixels: int) -> None:
    width, height = size
    if width * height > pixels:
        raise DataError(
            f"“{name}” has {width:,} × {height:,} pixels, and at most {pixels / 1e6:,.3g} million "
            "are opened; save it smaller."
        )


def _webp_canvas(content: bytes) -> tuple[int, int]:
    chunk = content[12:16]
    if chunk == b"VP8X":
        return _uint24(content, 24) + 1, _uint24(content, 27) + 1
    if chunk == b"VP8L":
        bits = struct.unpack_from("<I", content, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no image chunk")


def _uint24(content: bytes, start: int) -> int:
    return int.from_bytes(content[start : start + 3], "little")


def _rgb(image: Image.Image) -> Image.Image:
    """The image as RGB: wide numbers brought to 8 bits, transparency laid on white."""
    if image.mode in _WIDE:
        return Image.fromarray(_eight_bits(np.asarray(image))).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGB", clear.size, (255, 255, 255))
        white.paste(clear, mask=clear.getchannel("A"))
        return white
    return image.convert("RGB")


def _eight_bits(values: np.ndarray) -> np.ndarray:
    """Grey levels of 16 bits, 32 bits or floats as 0 to 255.

    Whole numbers fill the range that they can be taken to use: 8, 12 (as many scanners) or 16
    bits. Floats are taken as 0 to 1 or 0 to 255 where they lie there. All others are stretched
    from the least to the largest value of the image; what is not finite counts as the least.
    """
    wide = values.astype(np.float32)
    finite = np.isfinite(wide)
    low = float(wide[finite].min()) if finite.any() else 0.0
    high = float(wide[finite].max()) if finite.any() else 0.0
    tops = (1.0, 255.0) if values.dtype.kind == "f" else (255.0, 4095.0, 65535.0)
    top = next((top for top in tops if high <= top), None)
    bottom = 0.0
    if low < 0 or top is None:
        bottom, top = low, high
    scaled = (np.where(finite, wide, low) - bottom) * (255.0 / max(top - bottom, 1e-30))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
