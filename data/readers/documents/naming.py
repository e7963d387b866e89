"""What documents are called, so that an answer names the one that it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import PurePosixPath


def below_shared_folder(paths: Sequence[str]) -> list[str]:
    """Returns the paths without the folders that all of them lie in: they tell nothing apart."""
    folders = [path.split("/")[:-1] for path in paths]
    levels = zip(*folders, strict=False)
    shared = sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, levels))
    return numbered("/".join(path.split("/")[shared:]) for path in paths)


def shortest_apart(paths: Sequence[str]) -> list[str]:
    """Returns the last part of each path, and as many folders above it as tell it apart."""
    parts = [path.replace("\\", "/").split("/") for path in paths]
    names = []
    for own in parts:
        size = next(
            (size for size in range(1, len(own))
             if sum(other[-size:] == own[-size:] for other in parts) == 1),
            len(own),
        )
        names.append("/".join(own[-size:]))
    return numbered(names)


def numbered(names: Iterable[str]) -> list[str]:
    """Returns the names, the second of equal ones as in "readme (2).md", and so on."""
    given = list(names)
    taken = set(given)
    seen: Counter[str] = Counter()
    found = []
    for name in given:
        seen[name] += 1
        new = name
        while seen[name] > 1:
            ending = PurePosixPath(name).suffix
            new = f"{name.removesuffix(ending)} ({seen[name]}){ending}"
            if new not in taken:
                break
            seen[name] += 1
        taken.add(new)
        found.append(new)
    return found
