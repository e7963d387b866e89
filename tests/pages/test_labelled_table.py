"""A table with labels given in the page."""

from __future__ import annotations

import pandas as pd

from data.labelled import COLUMN, with_labels
from data.readers import read_table
from data.table import Table


def table(content: bytes = b"review\none\ntwo\nthree\n") -> Table:
    return read_table(content, "a.csv")


def test_given_labels_stand_in_their_rows_and_the_rest_is_missing() -> None:
    found, name = with_labels(table(), {2: "positive", 0: "negative"})
    assert name == COLUMN
    column = found.frame[name]
    assert [column[0], column[2]] == ["negative", "positive"]
    assert pd.isna(column[1])
    assert any("2 labels were given by hand" in note for note in found.notes)


def test_table_itself_is_left_unchanged() -> None:
    original = table()
    with_labels(original, {0: "negative"})
    assert list(original.frame.columns) == ["review"]


def test_fingerprint_covers_the_labels_and_not_the_order_they_were_given_in() -> None:
    original = table()
    one, _ = with_labels(original, {0: "negative", 1: "positive"})
    same, _ = with_labels(original, {1: "positive", 0: "negative"})
    other, _ = with_labels(original, {0: "negative", 1: "negative"})
    assert one.fingerprint == same.fingerprint
    assert len({original.fingerprint, one.fingerprint, other.fingerprint}) == 3


def test_column_of_the_same_name_in_the_file_is_kept() -> None:
    original = table(f"review,{COLUMN}\none,theirs\ntwo,theirs\n".encode())
    found, name = with_labels(original, {1: "positive"})
    assert name != COLUMN
    assert list(found.frame[COLUMN]) == ["theirs", "theirs"]
    assert found.frame[name][1] == "positive"
