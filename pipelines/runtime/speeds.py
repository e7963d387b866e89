"""What each model took in each task as measured here, for the estimates on model cards."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.runtime.cache_folder import read_json, write_json

FEWEST_ROWS = 100
# What learning took tells of data at most this many times as large or as small.
NEAR = 1.5
# Beyond this many times the size a proportion says nothing.
ROUGH = 20.0
MOST_LEARNT = 20


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


def remember_learning(
    model: str, seconds: float, size: Sequence[int], settings: str, task: str
) -> None:
    """Keep what learning and predicting took on data of a size, the least for the same size.

    Args:
        seconds: of both, loading left out.
        size: whatever the cost grows with, the number of rows first.
        settings: of the run, as text: how long it takes may depend on any of them.
    """
    known, key = read_json("learning.json"), f"{task}/{model}"
    entry = {"size": list(size), "settings": settings, "seconds": round(seconds, 3)}
    kept = []
    for each in known.get(key, []):
        if (each["size"], each["settings"]) == (entry["size"], settings):
            entry["seconds"] = min(entry["seconds"], each["seconds"])
        else:
            kept.append(each)
    write_json("learning.json", {**known, key: [*kept, entry][-MOST_LEARNT:]})


def learning_seconds(model: str, size: Sequence[int], settings: str, task: str) -> float | None:
    """What learning and predicting should take, from a run on data of nearly that size.

    Returns:
        Seconds, in proportion to the rows; None where nothing near was measured on this machine.
    """
    near = [
        (_distance(each["size"], size), each)
        for each in read_json("learning.json").get(f"{task}/{model}", [])
        if each["settings"] == settings and len(each["size"]) == len(size)
    ]
    distance, nearest = min(near, key=lambda each: each[0], default=(NEAR + 1, None))
    if nearest is None or distance > NEAR:
        return None
    return float(nearest["seconds"]) * max(1, size[0]) / max(1, nearest["size"][0])


def rough_seconds(model: str, size: Sequence[int], task: str) -> tuple[float, int] | None:
    """What learning may take, from the run nearest in size, whatever its settings.

    Returns:
        Seconds in proportion to the rows, and the rows of that run; None where none is within
        twenty times.
    """
    runs = [
        (_distance(each["size"], size), each)
        for each in read_json("learning.json").get(f"{task}/{model}", [])
        if len(each["size"]) == len(size)
    ]
    distance, nearest = min(runs, key=lambda each: each[0], default=(ROUGH + 1, None))
    if nearest is None or distance > ROUGH:
        return None
    rows = int(nearest["size"][0])
    return float(nearest["seconds"]) * max(1, size[0]) / max(1, rows), rows


def _distance(one: Sequence[int], other: Sequence[int]) -> float:
    """The largest ratio of two sizes, 1 or more."""
    pairs = ((max(1, a), max(1, b)) for a, b in zip(one, other, strict=True))
    return max((max(a / b, b / a) for a, b in pairs), default=1.0)
