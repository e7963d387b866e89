"""How a camera was held, from the EXIF block of a photo.

Only the one tag is looked for, by hand: EXIF is often corrupt, and a full parser then warns or
fails where a photo can still be shown as it is.
"""

from __future__ import annotations

import struct

_TAG = 0x0112
_SHORT = 3
_MOST_ENTRIES = 512


def of(exif: object) -> int:
    """Returns the EXIF orientation, 1 (upright) to 8; 1 where there is none or it is corrupt.

    Args:
        exif: The EXIF block as PIL keeps it in `info["exif"]`, None without one.
    """
    if not isinstance(exif, bytes):
        return 1
    block = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return 1
    try:
        start = struct.unpack_from(f"{order}I", block, 4)[0]
        count = struct.unpack_from(f"{order}H", block, start)[0]
        for entry in range(min(count, _MOST_ENTRIES)):
            place = start + 2 + 12 * entry
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, place)
            if tag == _TAG:
                return value if kind == _SHORT and 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1
