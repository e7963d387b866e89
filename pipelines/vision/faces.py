"""Finds faces seen from the front, with the cascade that opencv-python-headless 4.x carries.

Viola and Jones (2001) with the features of Lienhart and Maydt (2002): it looks for a pattern of
light and dark, knows nobody, and gives no feature by which a person could be told from another.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data.images.picture import Picture
from pipelines.progress import SILENT, Progress
from pipelines.runtime.packaged import WeightsError, check_hash
from pipelines.runtime.residents import RESIDENTS
from pipelines.vision.ahead import ahead
from pipelines.vision.boxes import Box, Boxes, in_order, inside

FACE = "face"
# Of the four frontal cascades of the package this one had the fewest boxes on 49 photos of other
# things, at the same share of faces found (98 of 100 press photos).
CASCADE = "haarcascade_frontalface_alt.xml"
CASCADE_SHA256 = "6281df13459cc218ff047d02b2ae3859b12ff14a93ffe8952f7b33fad7b9697b"
LONGEST = 1024
SMALLEST = 24
STEP = 1.1
# So many windows around one place have to agree for a score of one half.
HALF = 5
BATCH = 16

# The numbers are those of `python -m benchmarks faces_by_light`.
USE = (
    "For counting faces and for blurring them, never for telling who somebody is. It misses profiles, "
    "small, turned, covered and badly lit faces, and now and then takes a pattern for a face. In dim "
    "light it misses dark faces most: of 200 drawn ones each it found 100 % of the lightest skin and "
    "52 % of the darkest, in good light 100 % and 98.5 %. How that is on your photos nobody has "
    "measured: look through the results before you publish, and count some by hand."
)


class FaceDetector:
    """The loaded cascade, shared by all sessions."""

    def __init__(self, path: Path) -> None:
        import cv2

        self._cascade: Any = cv2.CascadeClassifier(str(path))
        # It keeps the image it works on.
        self._lock = threading.Lock()

    def memory_mb(self) -> float:
        """Megabytes of the cascade, about."""
        return 2.0

    def find(
        self, pictures: Sequence[Picture], threshold: float, progress: Progress = SILENT
    ) -> list[Boxes]:
        """The faces in each picture, in order.

        A score is n / (n + 5) where n windows around the face agreed; it is no probability.

        Args:
            pictures: looked at with their long side brought down to 1,024 pixels; faces under 24
                pixels are then not found.
            threshold: of the score.

        Raises:
            DataError: a picture cannot be read.
        """
        found: list[Boxes] = []
        for some in ahead(pictures, _grey, BATCH):
            for grey, width, height in some:
                boxes = self._in(grey, width, height)
                found.append(tuple(box for box in boxes if box.score >= threshold))
                progress.advance(1)
        return found

    def _in(self, grey: np.ndarray, width: int, height: int) -> Boxes:
        with self._lock:
            corners, agreed = self._cascade.detectMultiScale2(
                grey, scaleFactor=STEP, minNeighbors=1, minSize=(SMALLEST, SMALLEST)
            )
        across, down = width / grey.shape[1], height / grey.shape[0]
        boxes = (
            inside(
                Box(FACE, float(n / (n + HALF)), x * across, y * down, (x + w) * across,
                    (y + h) * down),
                width, height,
            )
            for (x, y, w, h), n in zip(
                np.asarray(corners, dtype=float).reshape(-1, 4),
                np.asarray(agreed, dtype=float).reshape(-1), strict=True,
            )
        )
        return in_order(box for box in boxes if box is not None)


def face_detector() -> FaceDetector:
    """The detector, loaded once.

    Raises:
        WeightsError: the package is not installed, or is one without this cascade.
    """
    return RESIDENTS.get((CASCADE,), lambda: FaceDetector(_cascade_path()))


def _cascade_path() -> Path:
    found = importlib.util.find_spec("cv2")
    advice = "run `pip install -r requirements-faces.txt`, or choose a Hub model"
    if found is None or found.origin is None:
        raise WeightsError(f"The package opencv-python-headless is not installed; {advice}.")
    path = Path(found.origin).parent / "data" / CASCADE
    if not path.is_file():
        raise WeightsError(
            f"The installed release of opencv-python-headless carries no face detector; {advice}."
        )
    return check_hash(path, CASCADE_SHA256)


def _grey(picture: Picture) -> tuple[np.ndarray, int, int]:
    """Brightness of the picture, at most 1,024 pixels long, and its own width and height."""
    from data.images import decoding

    seen = decoding.decode_small(picture.read(), picture.name, picture.pixels, LONGEST)
    return np.array(seen.image.convert("L")), seen.width, seen.height
