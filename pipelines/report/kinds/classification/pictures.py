"""Small copies of images inside the page, so few and small that it can still be sent by mail."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.errors import DataError
from data.images.picture import Picture
from data.images.thumbnail import thumbnail
from pipelines.report.sections import Evidence, Example

LONGEST = 96
MOST_BYTES = 40_000


def with_pictures(
    evidence: Evidence, found: Sequence[Example], positions: Sequence[int] | np.ndarray,
    most_bytes: int = MOST_BYTES,
) -> tuple[Example, ...]:
    """The examples with their images, as long as all addresses together stay below a size.

    Args:
        positions: of each example among the predicted rows.
        most_bytes: of the addresses in the page; an image that does not fit any more is left out.
    """
    if evidence.pictures is None:
        return tuple(found)
    shown, used = [], 0
    for example, position in zip(found, positions, strict=True):
        address = _address(evidence.pictures.iloc[int(position)])
        if used + len(address) > most_bytes:
            address = ""
        used += len(address)
        shown.append(replace(example, picture=address))
    return tuple(shown)


def _address(picture: Picture) -> str:
    try:
        content = thumbnail(picture, LONGEST)
    except DataError:
        # Read at first and gone since: the words about it still stand.
        return ""
    return f"data:image/jpeg;base64,{b64encode(content).decode()}"
