"""CSV that a spreadsheet opens without running anything, and that reads back as it was."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from data.export import safe_csv


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "|", "%"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    frame = pd.DataFrame({"a": pd.Series([text, f"safe {text}"], dtype="str")})
    assert cells(safe_csv(frame))[1:] == [[f"'{text}"], [f"safe {text}"]]


def test_column_names_are_neutralised_too() -> None:
    assert cells(safe_csv(pd.DataFrame({"=1+1": [1]})))[0] == ["'=1+1"]


def test_two_columns_of_one_name_are_both_neutralised() -> None:
    frame = pd.DataFrame([["=1", "=2"]], columns=["a", "a"])
    assert cells(safe_csv(frame))[1] == ["'=1", "'=2"]


def test_negative_numbers_stay_numbers() -> None:
    frame = pd.DataFrame({"a": [-1.5, 2.0], "b": [-3, 4]})
    assert cells(safe_csv(frame))[1] == ["-1.5", "-3"]


def test_mixed_cells_and_categories_are_neutralised() -> None:
    frame = pd.DataFrame({"a": [1, "=1", None], "b": pd.Categorical(["=x", "y", "=x"])})
    assert cells(safe_csv(frame))[1:] == [["1", "'=x"], ["'=1", "y"], ["", "'=x"]]


def test_quotes_commas_and_line_breaks_read_back() -> None:
    texts = ['say "hi"', "a,b", "two\nlines", "trailing ", "", "üß 质量 👍"]
    frame = pd.DataFrame({"n": range(6), "a": pd.Series(texts, dtype="str")})
    assert [row[1] for row in cells(safe_csv(frame))[1:]] == texts


def test_missing_cells_are_empty_and_the_frame_is_left_alone() -> None:
    frame = pd.DataFrame({"a": pd.Series(["=1", None], dtype="str"), "b": [1.0, None]})
    before = frame.copy()
    assert cells(safe_csv(frame))[1:] == [["'=1", "1.0"], ["", ""]]
    pd.testing.assert_frame_equal(frame, before)


def test_the_byte_order_mark_is_there_when_asked_for() -> None:
    frame = pd.DataFrame({"a": ["ü"]})
    assert safe_csv(frame, byte_order_mark=True).startswith(b"\xef\xbb\xbfa")
    assert safe_csv(frame).startswith(b"a")


@pytest.mark.parametrize("identifier", ["-5", "-5.25", "-0"])
def test_ids_that_are_negative_numbers_match_those_of_the_file_again(identifier: str) -> None:
    frame = pd.DataFrame({"item": pd.Series([identifier, "ok"], dtype="str")})
    assert cells(safe_csv(frame))[1] == [identifier]


@pytest.mark.parametrize("formula", ["-5+1", "-5\n", "--5", "-5 ", "- 5", "-A1", "-٥", "+5", "-1e5"])
def test_what_only_begins_like_a_negative_number_is_neutralised(formula: str) -> None:
    frame = pd.DataFrame({"item": pd.Series([formula], dtype="str")})
    assert cells(safe_csv(frame))[1] == [f"'{formula}"]
