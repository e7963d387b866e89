"""A small copy of an image for galleries and tooltips."""

from __future__ import annotations

import io

from data.images.picture import Picture

_QUALITY = 82


def thumbnail(picture: Picture, longest: int = 96) -> bytes:
    """Returns a JPEG of the picture.

    Args:
        picture: The picture.
        longest: Pixels of the long side at most; a smaller image is not enlarged.

    Raises:
        DataError: The picture cannot be opened.
        ValueError: `longest` is under 1.
    """
    if longest < 1:
        raise ValueError(f"longest is {longest}; it needs at least 1")
    from PIL import Image

    from data.images import decoding

    # Twice the size is decoded, so that the last step smooths and does not only pick pixels.
    content = picture.read()
    image = decoding.decode_small(content, picture.name, picture.pixels, 2 * longest).image
    size = decoding.fitted(image.size, longest)
    if size != image.size:
        image = image.resize(size, Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
