"""Reads models of scikit-learn from skops files, which are ZIP archives, without surprises."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

from data.errors import DataError

SKOPS_FILE = "model.skops"
FOLDS_TYPE = "sklearn.model_selection._split.StratifiedKFold"  # skops does not know it yet
# The file itself, and a sparse matrix in it, are all that is ever opened as an archive.
DEEPEST = 2


def read_skops(path: Path) -> Any:
    """The object in a file of skops; nothing in the file is executed.

    Raises:
        DataError: the file is missing or damaged, unfolds to more than it is, or holds types that no
            bundle of Litmus has.
    """
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"The bundle lacks {path.name}, or it cannot be read; download it again."
        ) from error
    if not _stored(content):
        raise DataError(
            f"The {path.name} of the bundle would unfold to more than it is, as none that Litmus wrote "
            "does; it was not opened."
        )
    try:
        return skops.io.loads(content, trusted=[FOLDS_TYPE])
    except UntrustedTypesFoundException as error:
        raise DataError(
            f"The {path.name} of the bundle holds types that no bundle of Litmus has; it was not "
            "opened."
        ) from error
    except Exception as error:  # skops checks hardly anything itself, so it can fail in any way
        raise DataError(f"The {path.name} of the bundle is damaged; download it again.") from error


def _stored(content: bytes, depth: int = 1) -> bool:
    """Whether archives, and those in them, hold no more than their own size, as skops writes them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > len(content):
                return False
            return depth == DEEPEST or all(
                _stored(package.read(part), depth + 1) for part in parts
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        # No archive, or a damaged one: whoever reads it says so.
        return True
