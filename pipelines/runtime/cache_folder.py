"""Where measurements and converted weights are kept between starts."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """LITMUS_CACHE_DIR, or `litmus` in the user's cache folder."""
    given = os.environ.get("LITMUS_CACHE_DIR")
    if given:
        folder = Path(given)
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
        folder = (Path(base) if base else Path.home() / ".cache") / "litmus"
    return folder


def read_json(name: str) -> dict[str, Any]:
    """A remembered mapping; empty when it is missing, damaged or not to be read."""
    try:
        found = json.loads((cache_folder() / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(name: str, content: Mapping[str, Any]) -> None:
    """Remember a mapping; a folder that cannot be written costs a measurement, not the run."""
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=folder, prefix=name, delete=False, encoding="utf-8"
        ) as draft:
            json.dump(content, draft, indent=1)
        os.replace(draft.name, folder / name)
    except OSError as error:
        log.warning("%s could not be remembered: %s", name, error)
