from __future__ import annotations

import stat
import zipfile

import pandas as pd
import pytest

from data.errors import DataError
from data.readers.documents import read_documents
from tests.document_files import encrypted, pdf, zipped

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PAGE = b"<!DOCTYPE html><html><body><h1>Pay</h1><p>Monthly.</p></body></html>"


def test_a_zip_is_read_document_by_document_and_the_rest_is_said() -> None:
    content = zipped(
        ("b/hours.md", b"# Hours\n9 to 5."),
        ("a.pdf", pdf(["One."], None)),
        ("b/old.doc", b"\xd0\xcf\x11\xe0" + b"\x00" * 99),
        ("b/locked.pdf", encrypted(pdf(["x"]), "secret")),
        ("articles.csv", b"title,text\na,b\n"),
        ("more.zip", zipped(("x.txt", b"x"))),
        ("photo.png", PNG),
        ("__MACOSX/._a.pdf", b"x"),
        (".hidden/x.txt", b"x"),
        ("b/~$hours.docx", b"x"),
        ("pay.html", PAGE),
    )
    table = read_documents(content, "all.zip")
    assert table.frame["document"].tolist() == ["a.pdf", "b/hours.md", "pay.html"]
    assert table.frame["page"].tolist() == [1, pd.NA, pd.NA]
    notes = " ".join(table.notes)
    assert table.notes[0] == "3 documents unpacked."
    for said in ("a.pdf: page 2 of 2", "b/old.doc is an old Word", "b/locked.pdf is protected",
                 "Tables among the documents were left out; upload one on its own: articles.csv",
                 "unpack them first: more.zip", "no documents were left out: photo.png"):  # fmt: skip
        assert said in notes
    assert "hidden" not in notes
    assert "~$" not in notes


def test_a_damaged_member_is_said_and_the_others_read() -> None:
    content = bytearray(zipped(("a.txt", b"first text"), ("b.txt", b"second text")))
    content[content.index(b"a.txt") + 6] ^= 0xFF
    table = read_documents(bytes(content), "a.zip")
    assert table.frame["document"].tolist() == ["b.txt"]
    assert "a.txt is damaged" in " ".join(table.notes)


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("a.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped(("../a.txt", b"x")), "climbs out"),
        (zipped((_link(), b"/etc/passwd")), "link"),
        (zipped(("a.txt", b"0" * 60_000_000)), "unfolds"),
        (zipped(*[(f"{i}.txt", b"x") for i in range(1_001)]), "1,001 entries"),
        (zipped(("a.txt", b"x"))[:-30], "damaged"),
        (zipped(("a.zip", zipped(("a.txt", b"x")))), "another archive"),
        (zipped(("a.png", PNG), ("b.png", PNG)), r"no document: a\.png, b\.png"),
        (zipped(("a.doc", b"\xd0\xcf\x11\xe0" + b"\x00" * 99)), "None of the documents"),
        (zipped(("__MACOSX/a.txt", b"x")), "no file"),
        (zipped(), "no file"),
    ],
)
def test_archives_without_documents_or_made_to_harm_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        read_documents(content, "a.zip")
    assert "table again" not in str(caught.value)
