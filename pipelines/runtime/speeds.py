"""Rows per second of each model as measured on this machine, for the estimates on model cards."""

from __future__ import annotations

from pipelines.runtime.cache_folder import read_json, write_json

FEWEST_ROWS = 100


def remember(model: str, rows_per_second: float, rows: int) -> None:
    """Keep a measurement made on enough rows to mean something, if it is the fastest so far.

    A slower one says that the machine was busy with something else.
    """
    known = measured()
    if rows < FEWEST_ROWS or known.get(model, 0.0) >= rows_per_second:
        return
    write_json("speeds.json", {**known, model: round(rows_per_second, 1)})


def measured() -> dict[str, float]:
    """Rows per second by model id; empty before the first run on this machine."""
    return read_json("speeds.json")
