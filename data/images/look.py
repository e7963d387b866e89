"""What an image looks like, in 113 bytes: a perceptual hash and the colours of its parts.

The hash holds the signs of the 16 x 16 lowest frequencies of a discrete cosine transform of the
grey levels (after Zauner, "Implementation and benchmarking of perceptual image hash functions",
2010), and which of them are strong enough to be told from the noise of saving: a smooth image has
few. Saving again, resizing and small crops change few of the strong ones. Colours are kept beside
it, as the same shirt in red and in blue is not the same picture.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image

FREQUENCIES = 16
CELLS = 4
# An image with next to no pixels or shapes: a hash would say nothing.
UNTELLABLE = b"\x00"

_SIDE = 64
_SMALL_UNDER = 64
_LEAST_SIDE = 8
_LEAST_STRONG = 24
# Of a transform that keeps lengths, on grey levels 0 to 255: noise of one level at each of the 64
# x 64 places has a strength of one. Measured with 0, 8 and 16, see `duplicates`.
_NOISE = 8.0


def look(image: Image.Image) -> bytes:
    """Returns the perceptual hash of an image.

    Args:
        image: Upright RGB; a reduced copy of at least 64 pixels gives the same hash but for a few
            bits.

    Returns:
        32 bytes of signs (0 where weak), 32 of which are strong, 48 of colour (4 x 4 parts, RGB)
        and one that is 1 for images under 64 pixels on the long side; or `UNTELLABLE` where the
        image is under 8 pixels wide or high or has fewer than 24 strong frequencies.
    """
    if min(image.size) < _LEAST_SIDE:
        return UNTELLABLE
    grey = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    waves = _cosines()
    strengths = (waves @ np.asarray(grey, dtype=np.float32) @ waves.T).ravel()
    # The first is the mean of the image, which the colours hold.
    strengths[0] = 0.0
    strong = np.abs(strengths) > _NOISE
    if np.count_nonzero(strong) < _LEAST_STRONG:
        return UNTELLABLE
    signs = np.packbits(strong & (strengths > 0)).tobytes() + np.packbits(strong).tobytes()
    colours = image.resize((CELLS, CELLS), Image.Resampling.BOX).tobytes()
    return signs + colours + bytes((max(image.size) < _SMALL_UNDER,))


@cache
def _cosines() -> np.ndarray:
    """Rows of the orthonormal type II discrete cosine transform, shape (16, 64)."""
    places = (np.arange(_SIDE) + 0.5) * (np.pi / _SIDE)
    waves = np.cos(np.outer(np.arange(FREQUENCIES), places)) * np.sqrt(2 / _SIDE)
    waves[0] /= np.sqrt(2)
    return waves.astype(np.float32)
