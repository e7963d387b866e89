"""A file as it was handed in: a name fit to show, a size within the limit, its bytes."""

from __future__ import annotations

import re
from pathlib import Path

from data.errors import DataError
from data.limits import Limits


def clean_name(name: str) -> str:
    """Returns the name without folders and without letters that cannot be shown."""
    base = re.split(r"[\\/]", str(name))[-1]
    printable = "".join(letter for letter in base if letter.isprintable()).strip()
    return printable[-120:] or "The file"


def suffix(name: str) -> str:
    """Returns what follows the last point of a name, in lower case; empty without a point."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def content_of(path: Path, limits: Limits) -> bytes:
    """Returns the bytes of a file on this machine.

    Raises:
        DataError: The file cannot be opened, or is over the limit of size.
    """
    try:
        size = path.stat().st_size
        large = limits.too_large(path.name, size) if path.is_file() else ""
        if large:
            raise DataError(f"{large} Raise LITMUS_MAX_FILE_MB, or use a part of it.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        raise DataError(f"{path} cannot be opened: {reason}. Check the path.") from None
