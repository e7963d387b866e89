"""Reads what a person brings to a task: tables, documents or images."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.errors import DataError
from data.interactions.double_colons import single_marks
from data.joined import joined
from data.limits import Limits
from data.readers import TooManyRows
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
        sample_rows: Takes a random sample of that many rows or images when there are more. Of
            interactions all rows are read then, as users are drawn and not rows.
        seed: Seed of the sample.

    Raises:
        DataError: The content cannot be read, or is over a limit.
    """
    if reads == "images":
        from data.images.reading import read_images

        return _sampled(read_images(content, name, limits=limits), sample_rows, seed)
    if reads == "interactions":
        limits = (limits or Limits.from_environment()).for_interactions()
        content = single_marks(content)
        if sample_rows is not None:
            # Users are drawn with all of their rows, once it is known who they are.
            limits, sample_rows = replace(limits, rows=sys.maxsize), None
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
    if reads == "interactions":
        from data.readers.opening import content_of

        limits = (limits or Limits.from_environment()).for_interactions()
        return read(
            content_of(path, limits), path.name, reads=reads, sheet=sheet, limits=limits,
            sample_rows=sample_rows, seed=seed,
        )
    return read_source_path(
        path, documents=reads == "documents", sheet=sheet, limits=limits,
        sample_rows=sample_rows, seed=seed,
    )


def together(
    tables: Sequence[Table], *, reads: Reads, names: Sequence[str] | None = None,
    limits: Limits | None = None, sample_rows: int | None = None,
) -> Table:
    """The files of one task as one table.

    Args:
        tables: at least one; a single one is returned as it is.
        reads: What the task takes beside tables: it decides which columns may differ, and whether a
            file can describe what another one names.
        names: Of the files, as far as they tell them apart; by default those of the tables.
        limits: What is accepted; by default read from the environment.
        sample_rows: As it was given to `read`; a sample that is still to be drawn may be of more
            rows than are accepted otherwise.

    Raises:
        TooManyRows: Interactions of several files have more rows together than are read.
        DataError: The files do not go together.
    """
    if reads == "interactions" and len(tables) > 1:
        from data.interactions.joining import join_catalogue

        whole = join_catalogue(tables)
        most = (limits or Limits.from_environment()).for_interactions().rows
        if sample_rows is None and len(whole.frame) - whole.untaken > most:
            raise TooManyRows(whole.name, len(whole.frame) - whole.untaken, most)
        return whole
    if reads == "images" and not any(table.pictures for table in tables):
        raise DataError(
            f"{tables[0].name} holds no images; bring it together with the images that it names, or "
            "with both in one ZIP."
        )
    return joined(tables, union=reads in ("documents", "images"), names=names)


def _sampled(table: Table, sample_rows: int | None, seed: int) -> Table:
    rows = len(table.frame)
    # A table beside images has to name all of them.
    if sample_rows is None or sample_rows >= rows or not table.pictures:
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
