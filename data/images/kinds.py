"""What a file is, told by its first bytes: an image that is read, or what it is instead."""

from __future__ import annotations

from typing import Literal

from data.readers import signatures
from data.readers.opening import suffix

Format = Literal["JPEG", "PNG", "GIF", "BMP", "TIFF", "WebP"]

READABLE = "JPEG, PNG, WebP, GIF, BMP or TIFF"
ARCHIVE = "a ZIP archive or an office file"
SUFFIXES: dict[Format, tuple[str, ...]] = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif", "mpo"),
    "PNG": ("png", "apng"),
    "GIF": ("gif",),
    "BMP": ("bmp", "dib"),
    "TIFF": ("tif", "tiff"),
    "WebP": ("webp",),
}
_BY_SUFFIX = {ending: kind for kind, endings in SUFFIXES.items() for ending in endings}
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_BMP_HEADERS = frozenset((12, 16, 40, 52, 56, 64, 108, 124))
# Raw files of cameras are mostly TIFF inside, of which only a thumbnail would be read.
_RAW = frozenset(("arw", "cr2", "cr3", "crw", "dng", "nef", "nrw", "orf", "pef", "raf", "raw",
                  "rw2", "srw"))  # fmt: skip
_FOREIGN = (
    (b"8BPS", "a Photoshop file"),
    (b"FUJIFILMCCD-RAW", "a raw photo of a camera"),
    (b"IIRO", "a raw photo of a camera"),
    (b"IIU\x00", "a raw photo of a camera"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL image"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 image"),
    (b"\xffO\xffQ", "a JPEG 2000 image"),
    (b"\x00\x00\x01\x00", "an icon (.ico)"),
    (b"%!PS", "a PostScript file"),
)
_BOXES = {
    b"avif": "an AVIF image", b"avis": "an AVIF image", b"crx ": "a raw photo of a camera",
    b"heic": "a HEIC photo", b"heix": "a HEIC photo", b"heim": "a HEIC photo",
    b"heis": "a HEIC photo", b"hevc": "a HEIC photo", b"hevx": "a HEIC photo",
    b"mif1": "a HEIC photo", b"msf1": "a HEIC photo",
}  # fmt: skip


def format_of(content: bytes, name: str) -> Format | None:
    """Returns the format of an image that is read, by content; None for anything else.

    Args:
        content: The bytes of the file; the first 32 are enough.
        name: Its name, as raw photos of cameras cannot be told from TIFF otherwise.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WebP"
    if content.startswith(b"BM") and int.from_bytes(content[14:18], "little") in _BMP_HEADERS:
        return "BMP"
    if content.startswith(_TIFF) and content[8:10] != b"CR" and suffix(name) not in _RAW:
        return "TIFF"
    return None


def named_format(name: str) -> Format | None:
    """Returns the format that the ending of a name promises, None for other endings."""
    return _BY_SUFFIX.get(suffix(name))


def promises_image(name: str) -> bool:
    """Tells whether a name ends like that of an image, of one that is not read included."""
    other = ("heic", "heif", "avif", "svg", "psd", "jp2", "jxl", "ico", "dcm", "eps", "ai")
    return suffix(name) in (*_BY_SUFFIX, *other, *_RAW)


def foreign(content: bytes, name: str) -> str:
    """Returns what a file is that is no image to read, to follow “name is”."""
    if not content:
        return "empty (0 bytes)"
    for magic, kind in _FOREIGN:
        if content.startswith(magic):
            return kind
    if content[4:8] == b"ftyp":
        return _BOXES.get(content[8:12], "a video")
    if content.startswith(_TIFF):
        return "a raw photo of a camera"
    if content[128:132] == b"DICM":
        return "a DICOM scan"
    if b"<svg" in content[:4096].lower():
        return "a drawing (SVG)"
    if signatures.is_zip(content):
        return ARCHIVE
    known = signatures.foreign(content)
    if known and not known[0].endswith(" image"):
        return known[0]
    head = content[:512]
    if all(byte >= 32 or byte in (9, 10, 13) for byte in head):
        return "text and no image"
    return "no image that is known here"
