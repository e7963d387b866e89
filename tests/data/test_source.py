from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from data.errors import DataError
from data.limits import Limits
from data.readers import TooManyRows, read_path, read_table
from data.readers.documents import COLUMNS, read_documents
from data.readers.source import read_source, read_source_path
from data.table import Table
from tests.document_files import pdf, word, zipped

CSV = b"title,text\na,one\nb,two\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
SQUAD = json.dumps(
    {"data": [{"title": "T", "paragraphs": [
        {"context": "c", "qas": [{"id": "1", "question": "q", "answers": [{"text": "c"}]}]}]}]}
).encode()  # fmt: skip


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["title", "text"])
    book.active.append(["a", "one"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def same(left: Table, right: Table) -> bool:
    return (
        left.frame.equals(right.frame)
        and left.fingerprint == right.fingerprint
        and (left.name, left.notes) == (right.name, right.notes)
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [(CSV, "a.csv"), (CSV, "notes.txt"), (SQUAD, "dev.json"), (zipped(("a.csv", CSV)), "a.zip")],
)
def test_without_documents_a_file_is_read_as_a_table_as_before(content: bytes, name: str) -> None:
    assert same(read_source(content, name, documents=False), read_table(content, name))


def test_without_documents_a_document_is_refused_as_before() -> None:
    with pytest.raises(DataError, match="PDF document"):
        read_source(pdf(["x"]), "a.pdf", documents=False)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (pdf(["Hello."]), "a.pdf"),
        (pdf(["Hello."]), "a.csv"),
        (word("Hello."), "a.docx"),
        (word("Hello."), "unknown"),
        (b"<!doctype html><p>Hello.", "a.csv"),
        (b"<p>Hello.", "a.htm"),
        (b"Hello.", "a.md"),
        (b"Hello.", "a.rst"),
        (b"title,text\nHello.,x", "a.txt"),
        (zipped(("deep/er/a.txt", b"Hello."), ("a.csv", CSV)), "a.zip"),
    ],
)
def test_documents_are_told_by_content_then_by_name(content: bytes, name: str) -> None:
    table = read_source(content, name, documents=True)
    assert tuple(table.frame) == COLUMNS
    assert "Hello." in table.frame["text"][0]
    assert same(table, read_documents(content, name))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CSV, "a.csv"),
        (workbook(), "a.xlsx"),
        (pd.DataFrame({"title": ["a"], "text": ["one"]}).to_parquet(), "a.parquet"),
        (b'{"title": "a", "text": "one"}\n{"title": "b", "text": "two"}\n', "a.jsonl"),
        (zipped(("a.csv", CSV)), "a.zip"),
        (zipped(("data.json", b'[{"title": "a", "text": "one"}]')), "a.zip"),
        (gzip.compress(CSV), "a.csv.gz"),
        (gzip.compress(b'[{"title": "a", "text": "one"}]'), "a.json.gz"),
    ],
)
def test_tables_of_passages_are_read_as_tables(content: bytes, name: str) -> None:
    table = read_source(content, name, documents=True)
    assert same(table, read_table(content, name))
    assert list(table.frame) == ["title", "text"]


@pytest.mark.parametrize(
    ("content", "name"),
    [(SQUAD, "dev.json"), (SQUAD, "dev"), (gzip.compress(SQUAD), "dev.json.gz"),
     (zipped(("dev.json", SQUAD)), "dev.zip")],
)  # fmt: skip
def test_squad_is_read_as_questions(content: bytes, name: str) -> None:
    table = read_source(content, name, documents=True)
    assert table.frame["answers"].tolist() == ['["c"]']
    assert table.name == name


def test_what_is_unpacked_has_a_fingerprint_of_its_own() -> None:
    names = {"dev.json": SQUAD, "dev.json.gz": gzip.compress(SQUAD, mtime=0)}
    prints = {read_source(c, n, documents=True).fingerprint for n, c in names.items()}
    assert len(prints) == 2


def test_a_zipped_text_is_read_as_a_document() -> None:
    table = read_source(gzip.compress(b"Hello."), "a.txt.gz", documents=True)
    assert table.frame["document"].tolist() == ["a.txt"]
    assert table.notes[0] == "Unpacked from an archive."


def test_a_sample_is_taken_of_tables_alone() -> None:
    limits = Limits(rows=1)
    with pytest.raises(TooManyRows):
        read_source(CSV, "a.csv", documents=True, limits=limits)
    table = read_source(CSV, "a.csv", documents=True, limits=limits, sample_rows=1)
    assert len(table.frame) == 1
    both = read_source(b"# a\nx\n# b\ny\n", "a.md", documents=True, sample_rows=1)
    assert len(both.frame) == 2


def test_a_sheet_is_for_workbooks_alone() -> None:
    assert len(read_source(workbook(), "a.xlsx", documents=True, sheet="Sheet").frame) == 1
    with pytest.raises(DataError, match="has no sheets"):
        read_source(b"x", "a.txt", documents=True, sheet="Sheet")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", r"empty \(0 bytes\)"),
        (b" \n", "a.md", "no text"),
        (PNG, "a.pdf", "PNG image.*PDF, Word"),
        (PNG, "a.png", "PNG image.*PDF, Word"),
        (zipped(("a.png", PNG), ("b.jpg", PNG)), "a.zip", "no document: a.png, b.jpg"),
        (zipped(("a.png", PNG)), "a.zip", "no document: a.png"),
        (zipped(("a.csv", CSV), ("b.csv", CSV)), "a.zip", "2 files"),
        (zipped(("a.zip", zipped(("a.txt", b"x")))), "a.zip", "another archive"),
        (zipped(("a.doc", b"\xd0\xcf\x11\xe0" + b"\x00" * 99)), "a.zip", "old Word"),
        (zipped(("a.txt", b"0" * 60_000_000)), "a.zip", "unfolds"),
        (zipped(("xl/workbook.bin", b"x")), "a.xlsb", "binary Excel"),
        (b"{\\rtf1 x}", "a.txt", r"Save it as \.docx or PDF"),
        (SQUAD[:-20], "dev.json", "broken or cut short"),
        (np.random.default_rng(0).bytes(4_000), "a.txt", "is not text"),
        (np.random.default_rng(0).bytes(4_000), "a.bin", "a.bin is not text and no kind.*PDF, Wo"),
        (b"\x00" * 4_000, "a", "a is not text and no kind of file that is read.*PDF, Word"),
        (b"[[[[ ]]]] ** --", "a.md", "holds no words"),
        (b'{"data": [{"paragraphs": []}]}', "dev.json", "dev.json holds no question"),
        (b"a,b\n" * 2**19, "a.csv", "2 MB; at most 1 MB"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(content: bytes, name: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_source(content, name, documents=True, limits=Limits(file_mb=1))


def test_an_unknown_kind_of_file_is_not_called_a_table() -> None:
    content = np.random.default_rng(0).bytes(4_000)
    with pytest.raises(DataError, match=r"^a\.bin is not text and no kind.*Needed is CSV"):
        read_source(content, "a.bin", documents=False)
    with pytest.raises(DataError, match="NUL byte"):
        read_source(content, "a.csv", documents=False)


def test_documents_of_one_name_in_a_folder_are_named_by_their_paths(tmp_path: Path) -> None:
    for place, text in (("a", "One."), ("b", "Two.")):
        (tmp_path / place).mkdir()
        (tmp_path / place / "readme.md").write_text(text)
        (tmp_path / place / "more.zip").write_bytes(
            zipped(("readme.md", f"{text} More.".encode()), ("other.md", b"Other."))
        )
    (tmp_path / "passages.csv").write_text("document,text\nmine,A text of mine.\n")
    frame = read_source_path(tmp_path, documents=True).frame
    assert sorted(frame["document"]) == [
        "a/more.zip/other.md", "a/more.zip/readme.md", "a/readme.md",
        "b/more.zip/other.md", "b/more.zip/readme.md", "b/readme.md", "mine",
    ]


def test_files_are_read_from_their_path(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(CSV)
    assert same(read_source_path(path, documents=False), read_path(path))
    assert read_source_path(path, documents=True).frame["document"].tolist() == ["a.txt"]
    with pytest.raises(DataError, match="cannot be opened"):
        read_source_path(tmp_path / "none.pdf", documents=True)
