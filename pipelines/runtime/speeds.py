"""Rows per second of each model as measured on this machine, for the estimates on model cards."""

from __future__ import annotations

import json
import os

from pipelines.runtime.cache_folder import cache_folder

FEWEST_ROWS = 100


def remember(model: str, rows_per_second: float, rows: int) -> None:
    """Keep a measurement made on enough rows to mean something, if it is the fastest so far.

    A slower one says that the machine was busy with something else.
    """
    known = measured()
    if rows < FEWEST_ROWS or known.get(model, 0.0) >= rows_per_second:
        return
    target = cache_folder() / "speeds.json"
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps({**known, model: round(rows_per_second, 1)}), encoding="utf-8")
    draft.replace(target)


def measured() -> dict[str, float]:
    """Rows per second by model id; empty before the first run on this machine."""
    try:
        found = json.loads((cache_folder() / "speeds.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
