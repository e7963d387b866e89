from __future__ import annotations

import gzip
import io
import stat
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from data.errors import DataError, OptionError
from data.limits import Limits
from data.readers import read_path, read_table, sheet_names

CSV = b"text,label\ngood,1\nbad,0\n"


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files:
            package.writestr(name, content)
    return out.getvalue()


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_json_lines_flatten_one_level() -> None:
    content = b'{"text": "a", "meta": {"x": 1, "tags": ["p", "q"]}}\n\n{"text": "b", "id": "007"}\n'
    frame = read_table(content, "a.jsonl").frame
    assert list(frame) == ["text", "meta.x", "meta.tags", "id"]
    assert frame["meta.tags"][0] == '["p", "q"]'
    assert frame["id"][1] == "007"


@pytest.mark.parametrize(
    "content", [b'[{"a": 1}, {"a": 2}]', b'{"n": 2, "data": [{"a": 1}, {"a": 2}]}']
)
def test_json_documents_with_one_list_are_read(content: bytes) -> None:
    assert read_table(content, "a.json").frame["a"].tolist() == [1, 2]


@pytest.mark.parametrize(
    "content",
    [b'{"a": [1, 2], "b": ["x", "y"]}', b'{"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}}'],
)
def test_json_of_columns_is_read_as_rows(content: bytes) -> None:
    table = read_table(content, "a.json")
    assert table.frame.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}
    assert "JSON of columns" in table.notes[0]


@pytest.mark.parametrize(
    "content",
    [b'{"reference": ["a b", "c d"], "output": "a b"}', b'{"a": {"0": 1, "x": 2}, "b": {"0": 1}}',
     b'{"tags": ["a", "b"]}'],
)  # fmt: skip
def test_one_record_with_a_list_is_one_row(content: bytes) -> None:
    assert len(read_table(content, "a.json").frame) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": [1, 2], "b": ["x"]}', r"different length: a \(2\), b \(1\)"),
        (b'"hello"', "holds a single text, not records"),
        (b"7", "holds a single number, not records"),
        (b" null\n", "holds nothing"),
        (b'{"a": 1}\n{"a":\n{"a": 2}\n', "Line 2"),
        (b"[1, 2]", "Record 1|object"),
        (b'[{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "deeply"),
        (b'[{"a": ' + b"9" * 5_000 + b"}]", "too long"),
        (b'{"a": [{"x": 1}], "b": [{"x": 1}]}', "2 lists"),
        (b"[]", "no records"),
        (b"{}", "no keys"),
    ],
)
def test_broken_json_says_where(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_table(content, "a.json")


def test_lone_surrogates_are_replaced() -> None:
    assert read_table(b'[{"a": "x\\ud800"}]', "a.json").frame["a"][0] == "x?"


def test_a_sheet_is_chosen_or_the_first_with_a_table() -> None:
    content = workbook(
        Empty=[], Reviews=[["text", "n"], ["good", 1], ["bad", 2.5]], More=[["t"], ["x"]]
    )
    table = read_table(content, "a.xlsx")
    assert table.frame.to_dict("list") == {"text": ["good", "bad"], "n": [1.0, 2.5]}
    assert "'Reviews' of 3" in table.notes[0]
    assert sheet_names(content, "a.xlsx") == ("Empty", "Reviews", "More")
    other = read_table(content, "a.xlsx", sheet="More")
    assert list(other.frame) == ["t"]
    assert other.fingerprint != table.fingerprint
    with pytest.raises(DataError, match="no sheet 'X'"):
        read_table(content, "a.xlsx", sheet="X")
    assert sheet_names(CSV, "a.csv") == ()


def test_formulas_without_a_stored_value_are_noted() -> None:
    table = read_table(workbook(S=[["a", "b"], [1, "=A2*2"], [2, 5]]), "a.xlsx")
    assert pd.isna(table.frame["b"][0])
    assert any("no stored value" in note for note in table.notes)


def test_macros_are_noted_and_only_values_read() -> None:
    content = workbook(S=[["a"], ["x"]])
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0macro")
    table = read_table(out.getvalue(), "a.xlsm")
    assert any("never run" in note for note in table.notes)


def test_a_workbook_that_declares_entities_is_refused() -> None:
    out = io.BytesIO(workbook(S=[["a"], ["x"]]))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/evil.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>')
    with pytest.raises(DataError, match="entities"):
        read_table(out.getvalue(), "a.xlsx")


def test_parquet_keeps_types_and_drops_bytes_that_are_no_text() -> None:
    frame = pd.DataFrame(
        {"t": ["a", None], "n": [1, 2], "w": pd.to_datetime(["2026-01-01", None]), "l": [[1], [2]],
         "b": [b"x", b"\xff\xd8"], "c": [b"x", b"\x00\x01"], "u": ["ü1".encode(), None]}
    )  # fmt: skip
    table = read_table(frame.to_parquet(), "a.parquet")
    assert list(table.frame) == ["t", "n", "w", "l", "u"]
    assert table.frame["l"][0] == "[1]"
    assert table.frame["u"][0] == "ü1" and pd.isna(table.frame["u"][1])
    assert "left out: b, c" in table.notes[-1]


def test_parquet_over_a_limit_is_refused_before_it_is_unfolded() -> None:
    content = pd.DataFrame({"a": np.zeros(100_000)}).to_parquet()
    with pytest.raises(DataError, match="unfolds"):
        read_table(content, "a.parquet", limits=Limits(cells=1_000))


@pytest.mark.parametrize(
    ("content", "name"),
    [(gzip.compress(CSV), "a.csv.gz"), (zipped(("a.csv", CSV)), "a.zip"),
     (zipped(("d/", b""), ("d/a.csv", CSV), ("__MACOSX/._a.csv", b"x")), "a.zip"),
     (gzip.compress(CSV) + gzip.compress(b"ok,1\n"), "a.gz")],
)  # fmt: skip
def test_gzip_and_zip_of_one_table_are_read(content: bytes, name: str) -> None:
    assert read_table(content, name).frame["text"].tolist()[:2] == ["good", "bad"]


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("a.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped(("../../etc/a.csv", CSV)), "climbs out"),
        (zipped(("/etc/a.csv", CSV)), "climbs out"),
        (zipped(("C:\\a.csv", CSV)), "climbs out"),
        (zipped((_link(), b"/etc/passwd")), "link"),
        (zipped(("a.csv", CSV), ("b.csv", CSV)), "2 files"),
        (zipped(("a.zip", zipped(("a.csv", CSV)))), "another archive"),
        (zipped(("a.gz", gzip.compress(CSV))), "another archive"),
        (zipped(("a.csv", b"a,b\n" + b"0" * 60_000_000)), "unfolds"),
        (gzip.compress(b"a,b\n" + b"0" * 60_000_000), "unfolds"),
        (gzip.compress(CSV)[:-9], "damaged"),
        (zipped(("a.csv", CSV))[:-30], "damaged"),
        (zipped(*[(f"{i}.csv", b"") for i in range(1_001)]), "1,001 entries"),
        (zipped(), "no file"),
    ],
)
def test_hostile_archives_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_table(content, "a.zip" if content[:2] == b"PK" else "a.gz")


def test_a_workbook_that_is_a_bomb_is_refused() -> None:
    out = io.BytesIO(workbook(S=[["a"], ["x"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/a.xml", b"0" * 60_000_000)
    with pytest.raises(DataError, match="unfolds"):
        read_table(out.getvalue(), "a.xlsx")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "PNG image"),
        (b"%PDF-1.7\n%", "PDF"),
        (b"MZ\x90\x00\x03\x00", "Windows program"),
        (b"\x7fELF\x02\x01", "Linux program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\x80\x04\x95\x00", "pickle"),
        (zipped(("word/document.xml", b"<x/>")), "Word"),
    ],
)
def test_other_kinds_of_file_are_named(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_table(content, "reviews.csv")


def test_a_wrong_extension_is_read_and_noted() -> None:
    table = read_table(workbook(S=[["a"], ["x"]]), "a.csv")
    assert "Named .csv" in table.notes[0]
    assert read_table(CSV, "a.xlsx").frame["text"].tolist() == ["good", "bad"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.zip"])
def test_damaged_files_raise_nothing_but_data_errors(name: str) -> None:
    sources = {
        "a.xlsx": workbook(S=[["a", "b"], ["x", 1]]),
        "a.parquet": pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}).to_parquet(),
        "a.zip": zipped(("a.csv", CSV * 20)),
    }
    rng = np.random.default_rng(0)
    for _ in range(40):
        content = bytearray(sources[name])
        for place in rng.integers(4, len(content), size=3):
            content[place] = int(rng.integers(0, 256))
        try:
            read_table(bytes(content), name)
        except DataError as error:
            assert str(error)


def test_a_file_that_does_not_exist_is_said(tmp_path) -> None:
    with pytest.raises(DataError, match="cannot be opened"):
        read_path(tmp_path / "none.csv")


def test_limits_come_from_the_environment() -> None:
    assert Limits.from_environment({"LITMUS_MAX_ROWS": "5_000"}).rows == 5_000
    with pytest.raises(OptionError, match="LITMUS_MAX_ROWS"):
        Limits.from_environment({"LITMUS_MAX_ROWS": "many"})
