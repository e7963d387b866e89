"""Where measurements and converted weights are kept between starts."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """LITMUS_CACHE_DIR, or `litmus` in the user's cache folder; made when missing."""
    given = os.environ.get("LITMUS_CACHE_DIR")
    if given:
        folder = Path(given)
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
        folder = (Path(base) if base else Path.home() / ".cache") / "litmus"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
