"""Several files given together, as one table."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from data.errors import DataError
from data.readers import columns
from data.readers.documents.naming import numbered
from data.table import Table


def joined(
    tables: Sequence[Table], *, union: bool = False, names: Sequence[str] | None = None
) -> Table:
    """The rows of all tables below each other, with a fingerprint over all of them.

    Tables of images keep their pictures, and their columns may differ.

    Args:
        tables: at least one; a single one is returned as it is.
        union: whether columns may differ; cells of columns that a table lacks are then missing,
            and documents of one name are told apart.
        names: of the files, as far as they tell them apart; by default those of the tables.

    Raises:
        DataError: columns differ and `union` is not set, or only some tables hold images.
    """
    if len(tables) == 1:
        return tables[0]
    if any(table.pictures for table in tables):
        from data.images.joining import joined_images

        return joined_images(tables)
    if not union and len({tuple(table.frame.columns) for table in tables}) > 1:
        raise DataError(
            f"{tables[0].name} and the other files have different columns; files given together "
            "need the same columns in the same order."
        )
    digest = hashlib.sha256("".join(table.fingerprint for table in tables).encode()).hexdigest()
    apart = _told_apart(tables, names) if union else list(tables)
    return Table(
        name=" + ".join(table.name for table in tables),
        frame=pd.concat([table.frame for table in apart], ignore_index=True),
        fingerprint=f"sha256:{digest}",
        notes=(*(note for table in tables for note in table.notes), *_called(tables, apart)),
        total_rows=sum(table.total_rows for table in tables),
    )


def placed(table: Table, place: str) -> Table:
    """The table with its documents named by the place of their file.

    A document is then called as its file is, and one of an archive by a path that goes on in it.
    Other tables stay as they are.
    """
    return _renamed(table, place, _documents(table))


def _told_apart(tables: Sequence[Table], names: Sequence[str] | None) -> list[Table]:
    """The tables; a document that shares its name with one of another file is named by its file."""
    places = numbered(names or [table.name for table in tables])
    files = Counter(name for table in tables for name in _documents(table))
    shared = {name for name, count in files.items() if count > 1}
    return [
        _renamed(table, place, shared & _documents(table))
        for table, place in zip(tables, places, strict=True)
    ]


def _documents(table: Table) -> set[str]:
    """The names of the documents of a table that was read from documents."""
    return set(table.frame["document"]) if table.choices.get("read_as") == "documents" else set()


def _renamed(table: Table, place: str, documents: set[str]) -> Table:
    alone = len(_documents(table)) == 1 and table.choices.get("packed") is not True
    new = {name: place if alone else f"{place}/{name}" for name in documents}
    if all(old == name for old, name in new.items()):
        return table
    cells = table.frame["document"].map(lambda name: new.get(name, name))
    frame = table.frame.assign(document=cells)
    return replace(table, frame=frame.astype(table.frame.dtypes.to_dict()))


def _called(before: Sequence[Table], after: Sequence[Table]) -> Iterator[str]:
    """A sentence on documents of one name, if there are any, with an example."""
    pairs = dict.fromkeys(
        (old, new)
        for one, two in zip(before, after, strict=True) if _documents(one)
        for old, new in zip(one.frame["document"], two.frame["document"], strict=True)
    )
    shared = list(dict.fromkeys(old for old, new in pairs if old != new))
    if shared:
        given = [new for old, new in pairs if old == shared[0]]
        more = f", and so for {len(shared) - 1:,} more names" if len(shared) > 1 else ""
        yield (
            f"{len(given):,} documents are called {shared[0]} and are told apart as "
            f"{columns.listed(given)}{more}."
        )
