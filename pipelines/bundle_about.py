"""What a bundle says of itself: litmus.json, its types checked, and whether the model agrees."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.errors import DataError

ABOUT = "litmus.json"
# What people read; nothing of it is read back.
CARD = "MODEL_CARD.md"
FORMAT = 1
LARGEST_SEED = 2**32 - 1
# What most models write of themselves beside what they learnt.
MODELS_OWN = "bundle.json"
KINDS = {
    "format": int, "task": str, "model": str, "seed": int, "classes": list, "settings": dict,
    "roles": dict,
}


def read_about(path: Path) -> dict[str, Any]:
    """What the file says, its types checked.

    Raises:
        DataError: it cannot be read, lacks something, or is of another format.
    """
    wrong = DataError(f"The {ABOUT} of the bundle is damaged; download it again.")
    try:
        about = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(about, dict) or not all(
        isinstance(about.get(key), kind) and not isinstance(about[key], bool)
        for key, kind in KINDS.items()
    ):
        raise wrong
    if about["format"] != FORMAT:
        raise DataError(
            f"The bundle has the format {str(about['format'])[:20]}, and this Litmus reads {FORMAT}; "
            "fit it again."
        )
    texts = [*about["classes"], *about["settings"].values(), *about["roles"].values()]
    sound = (
        all(isinstance(text, str) for text in texts)
        and len(set(about["classes"])) == len(about["classes"])
        # One class alone is nothing to choose from; none are where answers are free.
        and len(about["classes"]) != 1
        and 0 <= about["seed"] <= LARGEST_SEED
        # What the Hub has is never in a bundle, and would be downloaded.
        and not about["model"].startswith("hub:")
    )
    if not sound:
        raise wrong
    return about


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a folder, as hexadecimal digits, by its path there."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*")) if file.is_file()
    }


def check_files(about: Mapping[str, Any], folder: Path) -> None:
    """Compare the files with what was packed, where the bundle says what that was.

    Some libraries end the whole process when a file of theirs is cut, so this comes before them.

    Raises:
        DataError: a file is missing, was changed, or is not listed.
    """
    packed = about.get("files")
    if packed is None:
        return
    if not isinstance(packed, dict):
        raise DataError(f"The {ABOUT} of the bundle is damaged; download it again.")
    found = digests(folder)
    more = sorted(set(found) - set(packed) - {ABOUT})
    if more:
        raise DataError(
            f"The bundle holds the file {more[0][:80]}, which its {ABOUT} does not list; download it "
            "again."
        )
    for name, digest in packed.items():
        if found.get(name) != digest:
            state = "is damaged" if name in found else "is missing"
            raise DataError(f"The file {name[:80]} of the bundle {state}; download it again.")


def check_agreement(about: Mapping[str, Any], folder: Path) -> None:
    """Compare model and classes with what the model wrote of itself, where it wrote it.

    Raises:
        DataError: they differ, or the model's own file is damaged.
    """
    path = folder / MODELS_OWN
    if not path.is_file():
        return
    try:
        own = json.loads(path.read_text("utf-8"))
        model, classes = own["model"], own["classes"]
    except (OSError, ValueError, RecursionError, LookupError, TypeError) as error:
        raise DataError(f"The {MODELS_OWN} of the bundle is damaged; download it again.") from error
    if model != about["model"] or classes != about["classes"]:
        differ = "model" if model != about["model"] else "classes"
        raise DataError(
            f"The {ABOUT} and the {MODELS_OWN} of the bundle name different {differ}"
            f"{'s' if differ == 'model' else ''}; download it again."
        )
