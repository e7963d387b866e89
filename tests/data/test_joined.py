"""Documents of several files: which one an answer comes from is always told."""

from __future__ import annotations

import pytest

from data.errors import DataError
from data.joined import joined
from data.readers import read_table
from data.readers.documents import read_documents
from data.readers.documents.naming import below_shared_folder, numbered, shortest_apart
from data.table import Table
from tests.document_files import zipped

CSV = b"document,page,heading,text\nreadme.md,,,A text\n"


def named(table: Table) -> list[str]:
    return table.frame["document"].tolist()


def test_documents_of_one_name_are_told_apart_by_a_number() -> None:
    tables = [read_documents(f"Text {n}.".encode(), name)
              for n, name in enumerate(["readme.md", "other.md", "readme.md", "readme.md"])]
    whole = joined(tables, union=True)
    assert named(whole) == ["readme.md", "other.md", "readme (2).md", "readme (3).md"]
    assert whole.notes == (
        "3 documents are called readme.md and are told apart as readme.md, readme (2).md, "
        "readme (3).md.",
    )
    assert whole.name == "readme.md + other.md + readme.md + readme.md"
    assert named(tables[2]) == ["readme.md"], "the table that was handed in stays as it is"


def test_documents_of_one_name_are_told_apart_by_the_places_of_their_files() -> None:
    tables = [read_documents(f"Text {n}.".encode(), "readme.md") for n in range(2)]
    whole = joined(tables, union=True, names=shortest_apart(["x/a/readme.md", "x/b/readme.md"]))
    assert named(whole) == ["a/readme.md", "b/readme.md"]


def test_only_names_that_two_archives_share_are_lengthened() -> None:
    packs = [read_documents(zipped(("readme.md", b"Text."), (f"{name}.md", b"More.")), f"{name}.zip")
             for name in "ab"]
    alone = read_documents(zipped(("readme.md", b"Text.")), "c.zip")
    whole = joined([*packs, alone], union=True)
    assert named(whole) == ["a.md", "a.zip/readme.md", "b.md", "b.zip/readme.md", "c.zip/readme.md"]
    assert whole.frame.dtypes.equals(packs[0].frame.dtypes)


def test_names_in_tables_of_passages_are_left_alone() -> None:
    tables = [read_table(CSV, "a.csv"), read_table(CSV, "b.csv"),
              read_documents(b"Text.", "readme.md")]
    assert named(joined(tables, union=True)) == ["readme.md"] * 3
    assert joined(tables[:1], union=True) is tables[0]


def test_tables_of_different_columns_are_refused_without_union() -> None:
    with pytest.raises(DataError, match="different columns"):
        joined([read_table(CSV, "a.csv"), read_table(b"a,b\n1,2\n", "b.csv")])


def test_paths_are_shortened_as_far_as_they_stay_apart() -> None:
    assert below_shared_folder(["d/e/a/x.md", "d/e/b.md"]) == ["a/x.md", "b.md"]
    assert below_shared_folder(["d/a.md", "e/a.md"]) == ["d/a.md", "e/a.md"]
    assert below_shared_folder(["d/e/a.md"]) == ["a.md"]
    assert below_shared_folder([]) == []
    assert shortest_apart(["p/a/x.md", "q/a/x.md", "q/y.md"]) == ["p/a/x.md", "q/a/x.md", "y.md"]
    assert shortest_apart(["x.md", "a/x.md", "b\\x.md"]) == ["x.md", "a/x.md", "b/x.md"]
    assert shortest_apart(["a/x.md", "a/x.md"]) == ["a/x.md", "a/x (2).md"]
    assert numbered(["a", "a", "a (2)", "a"]) == ["a", "a (3)", "a (2)", "a (4)"]
    assert numbered([".x", ".x", "a.b.c", "a.b.c"]) == [".x", ".x (2)", "a.b.c", "a.b (2).c"]
