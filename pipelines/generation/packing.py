"""What plain packing needs for given texts: the honest baseline of bits per byte."""

from __future__ import annotations

import lzma
import math
import zlib
from collections.abc import Iterable


def packed_bits_per_byte(texts: Iterable[str]) -> dict[str, float]:
    """Bits for each byte that zlib and LZMA need for the texts, one a line, without headers.

    What any model has to beat to have learnt something about these texts.
    """
    content = "\n".join(texts).encode("utf-8", "replace")
    if not content:
        return {"zlib": math.nan, "lzma": math.nan}
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(content) + deflate.flush()
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]
    lzma_packed = lzma.compress(content, lzma.FORMAT_RAW, filters=filters)
    return {"zlib": 8 * len(packed) / len(content), "lzma": 8 * len(lzma_packed) / len(content)}
