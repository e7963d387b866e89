"""Reads what a person brings to a task: a table, documents or images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from data.limits import Limits
from data.readers.source import read_source, read_source_path
from data.table import Reads, Table, fingerprint


def read(
    content: bytes,
    name: str,
    *,
    reads: Reads,
    sheet: str | None = None,
    limits: Limits | None = None,
    sample_rows: int | None = None,
    seed: int = 0,
) -> Table:
    """Reads one file that was handed in.

    Args:
        content: The bytes of the file.
        name: Its name, used in messages and where the content does not say what it is.
        reads: What the task takes beside tables.
        sheet: Sheet of a workbook; by default the first that holds a table.
        limits: What is accepted; by default read from the environment.
        sample_rows: Takes a random sample of that many rows or images when there are more.
        seed: Seed of the sample.

    Raises:
        DataError: The content cannot be read, or is over a limit.
    """
    if reads == "images":
        from data.images.reading import read_images

        return _sampled(read_images(content, name, limits=limits), sample_rows, seed)
    return read_source(
        content, name, documents=reads == "documents", sheet=sheet, limits=limits,
        sample_rows=sample_rows, seed=seed,
    )


def read_path(
    path: Path,
    *,
    reads: Reads,
    sheet: str | None = None,
    limits: Limits | None = None,
    sample_rows: int | None = None,
    seed: int = 0,
) -> Table:
    """Reads one file or folder of this machine; see `read`.

    Raises:
        DataError: It cannot be opened, or `read` refuses it.
    """
    path = Path(path)
    if reads == "images":
        from data.images.reading import read_image_folder, read_images
        from data.readers.opening import content_of

        if path.is_dir():
            table = read_image_folder(path, limits=limits)
        else:
            content = content_of(path, limits or Limits.from_environment())
            table = read_images(content, path.name, limits=limits)
        return _sampled(table, sample_rows, seed)
    return read_source_path(
        path, documents=reads == "documents", sheet=sheet, limits=limits,
        sample_rows=sample_rows, seed=seed,
    )


def _sampled(table: Table, sample_rows: int | None, seed: int) -> Table:
    rows = len(table.frame)
    if sample_rows is None or sample_rows >= rows:
        return table
    chosen = np.sort(np.random.default_rng(seed).choice(rows, sample_rows, replace=False))
    choices = {**table.choices, "sample_rows": sample_rows, "seed": seed}
    note = f"A random sample of {sample_rows:,} of {rows:,} images (seed {seed})."
    return replace(
        table,
        frame=table.frame.iloc[chosen].reset_index(drop=True),
        fingerprint=fingerprint(table.fingerprint.encode(), choices),
        notes=(*table.notes, note),
        source_rows=chosen,
        choices=choices,
    )
