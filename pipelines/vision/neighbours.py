"""The images most like one another, by what the packaged network sees in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.errors import DataError
from data.images.picture import Picture


def nearest(picture: Picture, others: Sequence[Picture], k: int) -> list[tuple[int, float]]:
    """Positions of the `k` most similar images and their likeness, the most similar first.

    The image itself, and copies of it by bytes, are left out.

    Returns:
        Pairs of position and cosine of the features, -1 to 1; empty when the image is unreadable.
    """
    from pipelines.vision.features import features

    try:
        own = features([picture])[0]
    except DataError:
        return []
    rows = [place for place, other in enumerate(others) if other.digest != picture.digest]
    if not rows:
        return []
    known = features([others[place] for place in rows])
    likeness = known @ own / (np.linalg.norm(known, axis=1) * np.linalg.norm(own) + 1e-12)
    best = np.argsort(-likeness, kind="stable")[:k]
    return [(rows[place], float(likeness[place])) for place in best]
