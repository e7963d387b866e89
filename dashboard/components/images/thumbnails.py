"""Small copies of images, made when they are first shown and kept for the session."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from dashboard.session import Workspace
from data.errors import DataError
from data.images.picture import Picture
from data.images.thumbnail import thumbnail

SIDE = 96
# About 3 KB each.
MOST_KEPT = 4_000
# An empty grey square: an image that could be read once and cannot be any more.
BLANK = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='96' height='96'>"
    b"<rect width='96' height='96' fill='#9993'/></svg>"
)


def thumbnails(space: Workspace, pictures: Sequence[Picture], longest: int = SIDE) -> list[bytes]:
    """JPEG bytes of each picture, or a grey square."""
    kept: dict[tuple[str, int], bytes] = space.memo.setdefault("thumbnails", {})
    if len(kept) > MOST_KEPT:
        kept.clear()
    found = []
    for picture in pictures:
        key = (picture.digest, longest)
        if key not in kept:
            try:
                kept[key] = thumbnail(picture, longest)
            except DataError:
                kept[key] = BLANK
        found.append(kept[key])
    return found


def thumbnail_urls(
    space: Workspace, pictures: Sequence[Picture], longest: int = SIDE
) -> list[str]:
    """The same as addresses that hold the image itself, for tables and charts."""
    return [data_url(content) for content in thumbnails(space, pictures, longest)]


def data_url(content: bytes) -> str:
    """An address that holds the image itself."""
    kind = "svg+xml" if content.startswith(b"<svg") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(content).decode()}"
