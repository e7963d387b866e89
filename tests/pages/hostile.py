"""Files that a page must survive."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile

import openpyxl

TRICKS = (
    "<script>alert(1)</script>", "$\\frac{x^2}{y}$", ":red[shout]", ":material/home:",
    "**bold**", "[click](http://evil.example)", "![i](http://evil.example/a.png)", "`code`",
)
TRICK = " ".join(TRICKS)
NAME = "".join(TRICKS)  # few words, or the reader takes the first line for a text


def table(rows: list[list[object]]) -> bytes:
    """Rows as CSV, quoted where needed."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def zipped(**files: bytes) -> bytes:
    """A ZIP of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(rows: list[list[object]]) -> bytes:
    """Rows as an Excel workbook; texts that begin with = are formulas."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """A small ZIP that unfolds to much more than is allowed."""
    return zipped(**{"a.csv": b"review,sentiment\n" + b"0" * 30_000_000})


GOOD = table([["review", "sentiment"], *[[f"I love it {n}", "positive"] for n in range(4)],
              *[[f"I hate it {n}", "negative"] for n in range(4)]])

# What cannot be read: file name, content, and words of the one sentence that says why.
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "is empty"),
    "only blank lines": ("a.csv", b"\n\n  \n", "blank lines"),
    "header only": ("a.csv", b"review,sentiment\n", "row"),
    "10,000 columns": (
        "wide.csv",
        table([[f"c{n}" for n in range(10_000)], [1] * 10_000]), "columns",
    ),
    "a picture with a table's name": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), "a.csv"),
    "bytes with a workbook's name": ("a.xlsx", bytes(range(256)) * 4, "a.xlsx"),
    "a broken workbook": ("a.xlsx", b"PK\x03\x04" + bytes(60), "a.xlsx"),
    "broken JSON": ("a.json", b'[{"review": "x"', "JSON"),
    "a gzip that is cut": ("a.csv.gz", gzip.compress(GOOD * 50)[:60], "gz"),
    "a zip bomb": ("a.zip", bomb(), "unfold"),
    "a zip with climbing paths": (
        "a.zip", zipped(**{"../../../etc/litmus-climbed.csv": GOOD}), "climbs"),
    "a zip in a zip": ("a.zip", zipped(**{"b.zip": zipped(**{"c.csv": GOOD})}), "archive"),
    "a zip of two tables": ("a.zip", zipped(**{"a.csv": GOOD, "b.csv": GOOD}), "a.zip"),
    "a parquet that is cut": ("a.parquet", b"PAR1" + bytes(50) + b"PAR1", "Parquet"),
}

# What can be read, however odd: the page works, or says in one sentence what is missing.
READ: dict[str, tuple[str, bytes]] = {
    "one row": ("a.csv", b"review,sentiment\nI love it,positive\n"),
    "one column": ("a.csv", b"review\nI love it\nI hate it\n"),
    "one class": ("a.csv", table([["review", "sentiment"],
                                  *[[f"I love it {n}", "positive"] for n in range(9)]])),
    "no text column": ("a.csv", b"a,b\n1,2\n3,4\n"),
    "all missing": ("a.csv", b"review,sentiment\n" + b",\n" * 10),
    "wrong encoding": ("a.csv", "review,sentiment\nschöne Lampe € 5,positive\n".encode("cp1252")
                       + b"odd \x81\x8d bytes,negative\n"),
    "UTF-16": ("a.csv", GOOD.decode().encode("utf-16")),
    "nested quotes": ("a.csv", b'review,sentiment\n"she said ""it\'s ""great"""" , ok",positive\n'
                               b'"an open quote,negative\nthe next line,positive\n'),
    "a workbook with formulas": ("a.xlsx", workbook([
        ["review", "sentiment"], ['=HYPERLINK("http://evil.example","I love it")', "positive"],
        ["=cmd|' /C calc'!A0", "negative"], ["I hate it", "negative"]])),
    "a workbook named for macros": ("a.xlsm", workbook([
        ["review", "sentiment"], ["I love it", "positive"], ["I hate it", "negative"]])),
    "labels of mixed types": ("a.jsonl", b"\n".join(
        json.dumps({"review": f"text {n} is here", "sentiment": value}).encode()
        for n, value in enumerate([1, "1", 1.0, None, True, "NaN", "positive", float("nan"), 0]))),
    "nested JSON": ("a.json", json.dumps([
        {"review": {"deep": ["x"]}, "sentiment": ["positive"], "tags": {"a": n}}
        for n in range(5)]).encode()),
    "formulas in cells": ("a.csv", table([
        ["review", "sentiment"], ["=1+1", "positive"], ["@SUM(A1)", "negative"],
        ["+cmd", "negative"], ["-2+3", "positive"]])),
    "control characters": ("a.csv", "review,sentiment\n\u202egnp.exe\u0007,positive\n"
                                    "\ufeff\u200b,negative\n".encode()),
    "the same column name twice": ("a.csv", b"review,review,sentiment,\nx y,z w,positive,1\n"),
    "tricks everywhere": (f"{TRICK}.csv".replace("/", "_"), table([
        [f"review {NAME}", f"sentiment {NAME}", f"group {NAME}"],
        *[[f"I like the lamp {TRICK} {n}", word, f"{TRICK} {n % 2}"]
          for n in range(12) for word in ("positive", "negative", f"odd {TRICK}")]])),
}
