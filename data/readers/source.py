"""Reads whatever a task takes: a table, and for tasks on documents also documents and SQuAD."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from data.errors import DataError
from data.joined import joined, placed
from data.limits import Limits
from data.readers import UnknownFormat, archive, is_workbook, read_table, signatures
from data.readers.documents import bundle, check, formats, read_documents
from data.readers.opening import clean_name, content_of, suffix
from data.readers.squad import is_squad, read_squad
from data.table import Table, fingerprint

_JSON = ("json", "jsonl", "ndjson")


def read_source(
    content: bytes,
    name: str,
    *,
    documents: bool,
    sheet: str | None = None,
    limits: Limits | None = None,
    sample_rows: int | None = None,
    seed: int = 0,
) -> Table:
    """Reads one file, told by its content before its name.

    Args:
        content: The bytes of the file.
        name: Its name, used in messages and where the content does not say what it is.
        documents: Whether the task takes documents; without, this is `read_table`.
        sheet: Sheet of a workbook; by default the first that holds a table.
        limits: What is accepted; by default read from the environment.
        sample_rows: Takes a random sample of that many rows of a table when there are more.
        seed: Seed of the sample.

    Returns:
        `read_documents` of a document or a ZIP with documents, `read_squad` of SQuAD JSON, and
        `read_table` of anything else.

    Raises:
        TooManyRows: A table has more rows than allowed and no sample is asked for.
        DataError: The content cannot be read, or is over another limit.
    """
    limits = limits or Limits.from_environment()
    if documents:
        name = clean_name(name)
        check(content, name, limits)
        table = _text_source(content, name, limits)
        if table is not None:
            if sheet is not None:
                raise DataError(f"{name} has no sheets. Leave the sheet out.")
            return table
    try:
        return read_table(
            content, name, sheet=sheet, limits=limits, sample_rows=sample_rows, seed=seed
        )
    except UnknownFormat as error:
        if not documents:
            raise
        raise UnknownFormat(error.name, signatures.READABLE_DOCUMENTS) from None


def read_source_path(
    path: Path,
    *,
    documents: bool,
    sheet: str | None = None,
    limits: Limits | None = None,
    sample_rows: int | None = None,
    seed: int = 0,
) -> Table:
    """Reads one file of this machine, or a folder of documents; see `read_source`.

    Raises:
        DataError: The file cannot be opened, or `read_source` refuses it.
    """
    limits = limits or Limits.from_environment()
    path = Path(path)
    if documents and path.is_dir():
        return _folder(path, limits)
    return read_source(
        content_of(path, limits),
        path.name,
        documents=documents,
        sheet=sheet,
        limits=limits,
        sample_rows=sample_rows,
        seed=seed,
    )


def _folder(path: Path, limits: Limits) -> Table:
    """The documents of a folder and of those below it, by name; what cannot be read is noted."""
    tables: list[Table] = []
    refused: list[str] = []
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if hidden or file.is_symlink() or not file.is_file():
            continue
        try:
            table = read_source_path(file, documents=True, limits=limits)
            tables.append(placed(table, file.relative_to(path).as_posix()))
        except DataError as error:
            refused.append(str(error))
    if not tables:
        raise DataError(refused[0] if refused else f"The folder {path.name} holds no files to read.")
    whole = joined(tables, union=True)
    return replace(whole, name=path.name, notes=(*whole.notes, *refused))


def _text_source(content: bytes, name: str, limits: Limits) -> Table | None:
    """Reads documents and SQuAD JSON; returns None for what may be a table."""
    if formats.kind_of(content, name) is not None:
        return read_documents(content, name, limits=limits)
    if signatures.is_zip(content) and not is_workbook(content):
        return _packed(content, name, limits)
    if content.startswith(signatures.GZIP):
        return _gzipped(content, name, limits)
    strange = formats.refused(content, name)
    if strange is not None:
        raise strange
    return read_squad(content, name, limits=limits) if is_squad(content) else None


def _packed(content: bytes, name: str, limits: Limits) -> Table | None:
    if bundle.holds_documents(content, name, limits):
        return read_documents(content, name, limits=limits)
    if suffix(name) == "zip" and not bundle.holds_table(content, name, limits):
        # Nothing to read in it: the reader of documents says what there is.
        return read_documents(content, name, limits=limits)
    return None if suffix(name) != "zip" else _questions(content, name, limits)


def _questions(content: bytes, name: str, limits: Limits) -> Table | None:
    try:
        inner, inner_name = archive.unzip(content, name, limits)
    except DataError:
        # The reader of tables says what is wrong with it.
        return None
    if suffix(inner_name) not in _JSON or not is_squad(inner):
        return None
    return _renamed(read_squad(inner, inner_name, limits=limits), content, name)


def _gzipped(content: bytes, name: str, limits: Limits) -> Table | None:
    inner_name = name.removesuffix(".gz").removesuffix(".gzip")
    if suffix(inner_name) not in (*_JSON, *formats.SUFFIXES):
        return None
    inner, inner_name = archive.gunzip(content, name, limits)
    if suffix(inner_name) in _JSON:
        if not is_squad(inner):
            return None
        return _renamed(read_squad(inner, inner_name, limits=limits), content, name)
    return _renamed(read_documents(inner, inner_name, limits=limits), content, name)


def _renamed(table: Table, content: bytes, name: str) -> Table:
    """The table under the name and the fingerprint of the archive it came in."""
    return replace(
        table,
        name=name,
        fingerprint=fingerprint(content, {"unpacked": table.fingerprint}),
        notes=("Unpacked from an archive.", *table.notes),
    )
