"""A file that a command is to write: whether it can be, before any work is done, and writing it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from data.errors import OptionError


def check_file(path: Path, endings: Sequence[str]) -> None:
    """Refuse a target that cannot become a file.

    Args:
        endings: those it may have, with their points.

    Raises:
        OptionError: it has another ending, is a folder, or may not be written.
    """
    if path.suffix.lower() not in endings:
        raise OptionError(f"--out has to be a file that ends in {' or '.join(endings)}.")
    try:
        if path.is_dir():
            raise OptionError(f"--out has to be a file, and {path.name} is a folder; name another.")
        if not path.parent.is_dir():
            raise OptionError(f"There is no folder {path.parent}; make it, or name another.")
        if path.exists():
            if not os.access(path, os.W_OK):
                raise _refusal(path)
        else:
            with tempfile.TemporaryFile(dir=path.parent):
                pass
    except (OSError, ValueError):
        raise _refusal(path) from None


def write_file(path: Path, content: bytes) -> None:
    """Write it, or say why not.

    Raises:
        OptionError: it cannot be written.
    """
    try:
        path.write_bytes(content)
    except (OSError, ValueError) as error:
        raise OptionError(
            f"“{str(path)[:100]}” could not be written: {error}; choose another --out."
        ) from error


def _refusal(path: Path) -> OptionError:
    return OptionError(
        f"--out is “{str(path)[:100]}”, and no file can be written there; choose another."
    )
