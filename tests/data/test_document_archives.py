from __future__ import annotations

import stat
import zipfile

import pandas as pd
import pytest

from data.errors import DataError
from data.limits import Limits
from data.readers.documents import read_documents
from tests.document_files import encrypted, pdf, word, zipped

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


def test_documents_are_named_below_the_folders_that_all_of_them_lie_in() -> None:
    nested = zipped(("all/docs/a/readme.md", b"One."), ("all/docs/b/readme.md", b"Two."))
    table = read_documents(nested, "all.zip")
    assert table.frame["document"].tolist() == ["a/readme.md", "b/readme.md"]
    alone = read_documents(zipped(("all/readme.md", b"One.")), "all.zip")
    assert alone.frame["document"].tolist() == ["readme.md"]
    beside = read_documents(zipped(("all/readme.md", b"One."), ("c.md", b"Two.")), "all.zip")
    assert beside.frame["document"].tolist() == ["all/readme.md", "c.md"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_one_path_the_last_entry_is_read_and_that_is_said() -> None:
    table = read_documents(zipped(("a.md", b"Old."), ("b.md", b"B."), ("a.md", b"New.")), "a.zip")
    assert table.frame[["document", "text"]].to_numpy().tolist() == [["a.md", "New."],
                                                                     ["b.md", "B."]]
    assert table.notes[0] == "2 documents unpacked."
    assert table.notes[1].startswith("More than once in the archive: a.md; the last was read")


def test_names_that_are_the_same_when_shown_are_told_apart() -> None:
    table = read_documents(zipped(("a\u200b.md", b"One."), ("a.md", b"Two.")), "a.zip")
    assert sorted(table.frame["document"]) == ["a (2).md", "a.md"]


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
        (zipped(("a.txt", b"0" * 60_000_000)), r"57\.2 MB or more; at most 200 times the packed"),
        (zipped(("a.md", b""), ("b.md", b" ")), r"a\.md holds no text.*\(1 more file could not"),
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


def test_what_an_archive_declares_is_added_up_over_its_files() -> None:
    limits = Limits(expanded_mb=1)
    part = b"abc " * 100_000
    table = read_documents(zipped(("a.txt", part), ("b.txt", part)), "a.zip", limits=limits)
    assert table.frame["document"].tolist() == ["a.txt", "b.txt"]
    with pytest.raises(DataError, match=r"unfolds to 1\.1 MB or more; at most 1 MB"):
        read_documents(
            zipped(("a.txt", part), ("b.txt", part), ("c.txt", part)), "a.zip", limits=limits
        )


def test_characters_are_added_up_over_documents_that_are_packed_themselves() -> None:
    limits = Limits(expanded_mb=1)
    # 0.2 million characters each, of which a Word document packs most away.
    long = word("word " * 40_000)
    assert len(long) < 100_000
    some = [(f"{name}.docx", long) for name in "abcdef"]
    table = read_documents(zipped(*some[:5]), "a.zip", limits=limits)
    assert len(table.frame) == 5
    with pytest.raises(DataError, match="hold more than 1 million characters"):
        read_documents(zipped(*some), "a.zip", limits=limits)


def test_sentences_on_single_documents_are_twenty_at_most() -> None:
    broken = [(f"{number:02}.docx", b"PK\x03\x04 broken") for number in range(23)]
    notes = read_documents(zipped(("a.txt", b"Some text."), *broken), "a.zip").notes
    assert notes[0] == "1 document unpacked."
    assert sum("Left out: " in note for note in notes) == 20
    assert "3 more documents were read in part or not." in notes


def test_paths_are_shown_without_signs_that_nobody_sees() -> None:
    content = zipped(("a.md", b"# Pay\nMonthly."), ("b/ho\u202eurs\x07.md", b"# Hours\n9 to 5."))
    table = read_documents(content, "a.zip")
    assert table.frame["document"].tolist() == ["a.md", "b/hours.md"]
