"""Rows per second of each model in each task as measured here, for the estimates on model cards."""

from __future__ import annotations

from pipelines.runtime.cache_folder import read_json, write_json

FEWEST_ROWS = 100


def remember(model: str, rows_per_second: float, rows: int, task: str = "") -> None:
    """Keep a measurement made on enough rows to mean something, if it is the fastest so far.

    A slower one says that the machine was busy with something else. Models of two tasks may share
    an id, and what one row costs depends on the task.
    """
    known, key = read_json("speeds.json"), f"{task}/{model}"
    if rows < FEWEST_ROWS or known.get(key, 0.0) >= rows_per_second:
        return
    write_json("speeds.json", {**known, key: round(rows_per_second, 1)})


def measured(task: str) -> dict[str, float]:
    """Rows per second of a task by model id; empty before its first run on this machine."""
    start = f"{task}/"
    found = read_json("speeds.json").items()
    return {key.removeprefix(start): rate for key, rate in found if key.startswith(start)}
