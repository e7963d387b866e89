"""Paths of files in a set, made fit to show and unique."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable

# What systems put beside the files of a person, and hidden files.
_IGNORED = re.compile(r"(^|/)(__MACOSX/|\.[^/]|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_UTF8_FLAG = 0x800
_LONGEST_PART = 100
_MOST_PARTS = 8


def ignored(path: str) -> bool:
    """Tells whether a path is one that systems write beside the files of a person."""
    return bool(_IGNORED.search(path))


def member_path(member: zipfile.ZipInfo) -> str:
    """Returns the path of a member of an archive, with its letters as they were meant.

    macOS writes UTF-8 without saying so, which `zipfile` takes for the letters of DOS.
    """
    name = member.filename
    if not member.flag_bits & _UTF8_FLAG and not name.isascii():
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return name


def shown(path: str) -> str:
    """Returns a path with folders as `/`, without letters that hide or turn text, not too long."""
    parts = unicodedata.normalize("NFC", path).replace("\\", "/").split("/")
    clean = (" ".join("".join(filter(str.isprintable, part)).split()) for part in parts)
    kept = [_cut(part) for part in clean if part not in ("", ".")]
    if len(kept) > _MOST_PARTS:
        kept = [*kept[: _MOST_PARTS - 2], "…", kept[-1]]
    return "/".join(kept) or "image"


def unique(paths: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Returns the paths, with “ (2)” and so on before the ending of those that occur again.

    Args:
        paths: Paths in their order.
        taken: Paths that are used elsewhere.
    """
    used = set(taken)
    counts: dict[str, int] = {}
    out = []
    for path in paths:
        name, count = path, counts.get(path, 1)
        while name in used:
            count += 1
            name = _numbered(path, count)
        counts[path] = count
        used.add(name)
        out.append(name)
    return out


def stem(path: str) -> str:
    """Returns the last part of a path without its ending."""
    name = path.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] if "." in name[1:] else name


def _numbered(path: str, count: int) -> str:
    folder, slash, name = path.rpartition("/")
    base = stem(name)
    return f"{folder}{slash}{base} ({count}){name[len(base) :]}"


def _cut(part: str) -> str:
    if len(part) <= _LONGEST_PART:
        return part
    return f"{part[: _LONGEST_PART - 21]}…{part[-20:]}"
