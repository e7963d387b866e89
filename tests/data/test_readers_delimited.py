from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from data.limits import Limits
from data.readers import TooManyRows, read_table

ACCENTED = "id,text\n1,Größe über café naïve\n2,schön und gut\n"
CHINESE = (
    "label,review\n1,很快，好吃，味道足，量大\n0,没有送水没有送水没有送水\n1,非常快，态度好。\n"
)


def cells(text: str | bytes, name: str = "a.csv") -> dict[str, list[object]]:
    content = text.encode() if isinstance(text, str) else text
    return read_table(content, name, limits=Limits()).frame.to_dict("list")


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"],
)
def test_every_encoding_gives_the_same_text(encoding: str) -> None:
    assert cells(ACCENTED.encode(encoding))["text"] == ["Größe über café naïve", "schön und gut"]


def test_gb18030_is_told_from_western_text() -> None:
    assert cells(CHINESE.encode("gb18030")) == cells(CHINESE)


def test_typographic_quotes_of_cp1252_survive() -> None:
    assert cells("a,b\n“x”,€5\n".encode("cp1252"))["a"] == ["“x”"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_is_found(delimiter: str) -> None:
    text = f"text{delimiter}label\ngood one{delimiter}pos\nbad one{delimiter}neg\n"
    assert cells(text) == {"text": ["good one", "bad one"], "label": ["pos", "neg"]}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending: str) -> None:
    assert cells(ending.join(["a,b", "x,1", "y,2", ""])) == {"a": ["x", "y"], "b": [1, 2]}


def test_quoted_cells_keep_delimiters_quotes_and_lines() -> None:
    assert cells('a,b\n"say ""hi"", you",1\n"two\nlines",2\n')["a"] == [
        'say "hi", you',
        "two\nlines",
    ]


def test_lone_quotes_in_tab_separated_text_swallow_no_line() -> None:
    text = '0\t"a lone quote\n1\tfine\n1\tgood "quote"\n0\tends with"\n'
    read = cells("label\ttext\n" + text, "a.tsv")
    assert read["text"] == ['"a lone quote', "fine", 'good "quote"', 'ends with"']


def test_a_stray_quote_among_proper_ones_swallows_no_line() -> None:
    read = cells('a,b,c\n1,"stray one,more\n2,"ok, fine",x\n3,"x\ny",z\n')
    assert read["b"] == ['"stray one', "ok, fine", "x\ny"]


def test_backslash_quotes_are_read() -> None:
    assert cells('a,b\n"say \\"hi\\", you",2\n')["a"] == ['say "hi", you']


def test_decimal_commas_and_thousands_become_numbers() -> None:
    assert cells("id;price\na;3,5\nb;1.234,50\n")["price"] == [3.5, 1234.5]
    assert cells('id,price\na,"1,234"\nb,"12,000.5"\n')["price"] == [1234.0, 12000.5]


def test_leading_zeros_stay_text() -> None:
    assert cells("id,n\n007,1\n008,2\n")["id"] == ["007", "008"]


def test_only_empty_cells_are_missing_in_text_but_markers_are_in_numbers() -> None:
    frame = read_table(b"n,t\n1,None\nNA,NA\n3,\n", "a.csv").frame
    assert frame["n"].dtype == "float64"
    assert np.isnan(frame["n"][1])
    assert frame["t"].tolist()[:2] == ["None", "NA"]
    assert pd.isna(frame["t"][2])


def test_long_ids_with_gaps_lose_no_digit() -> None:
    assert cells("id,t\n570306133677760513,a\n,b\n")["id"][0] == "570306133677760513"


def test_a_file_without_header_is_noted() -> None:
    table = read_table(b"1,good stuff\n0,bad stuff\n", "a.csv")
    assert list(table.frame) == ["column_1", "column_2"]
    assert "No header" in " ".join(table.notes)
    assert table.row_number(0) == 1


def test_a_label_called_as_one_of_its_values_is_a_header_beside_named_numbers() -> None:
    rows = "".join(f"{('fraud', 'fine')[n % 2]},0.{n + 1}\n" for n in range(9))
    assert list(cells(f"fraud,probability\n{rows}")) == ["fraud", "probability"]
    texts = "".join(f"{('good', 'bad')[n % 2]},word {n}\n" for n in range(9))
    assert list(cells(f"good,word zero\n{texts}")) == ["column_1", "column_2"]
    numbers = "".join(f"{('good', 'bad')[n % 2]},{n}\n" for n in range(9))
    assert list(cells(f"good,N/A\n{numbers}")) == ["column_1", "column_2"]


def test_repeated_and_empty_names_are_made_unique() -> None:
    table = read_table(b"a,a,, b \n1,2,3,4\n", "a.csv")
    assert list(table.frame) == ["a", "a_2", "column_3", "b"]
    assert len(table.notes) == 3


def test_short_rows_are_padded_and_noted() -> None:
    table = read_table(b"a,b,c\nx,y,z\nx,y\n", "a.csv")
    assert pd.isna(table.frame["c"][1])
    assert "fewer cells" in " ".join(table.notes)


def test_a_row_with_too_many_cells_is_named() -> None:
    with pytest.raises(DataError, match=r"Row 3 of a\.csv has 3 cells but the header has 2"):
        cells("a,b\n1,2\n1,2,3\n1,2\n")


def test_a_delimiter_at_the_end_of_every_row_is_no_column() -> None:
    assert cells("a,b\n1,2,\n3,4,\n") == {"a": [1, 3], "b": [2, 4]}


def test_one_text_per_line_is_one_column() -> None:
    assert cells("text\nhello, world\nbye now\n")["text"] == ["hello, world", "bye now"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n \n\n", "blank lines"),
        (b"text,label\n", "no rows"),
        (b"text", "no rows"),
        (b"a,b\n1,x\x00y\n", "NUL byte in line 2"),
        (
            ",".join(f"c{i}" for i in range(10_000)).encode() + b"\n" + b"1," * 9_999 + b"1\n",
            "10,000 col",
        ),
        (b'a,b\n1,"' + b"x" * 50_000_000 + b'"\n2,y\n', "several MB"),
        (b"a,b\n1," + b"x" * 1_000_001 + b"\n2,y\n", "1,000,001 characters"),
        (b"x" * 50_000_000, "first line"),
    ],
    ids=["empty", "blank", "header", "name", "nul", "columns", "cell", "long", "one-line"],
)
def test_hostile_text_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        read_table(content, "a.csv", limits=Limits())
    assert len(str(caught.value)) < 400


def test_random_bytes_raise_nothing_but_data_errors() -> None:
    rng = np.random.default_rng(0)
    alphabets = [bytes(range(256)), b'ab1,;\t|"\n\r ', b'a,"\n', "é,\"'\n\tü1.5;".encode()]
    for trial in range(600):
        alphabet = alphabets[trial % len(alphabets)]
        picks = rng.integers(0, len(alphabet), size=int(rng.integers(1, 300)))
        content = bytes(alphabet[pick] for pick in picks)
        try:
            table = read_table(content, "fuzz.csv")
        except DataError:
            continue
        assert table.frame.columns.is_unique


def test_more_rows_than_the_limit_offer_a_seeded_sample() -> None:
    content = ("n,t\n" + "".join(f"{i},x{i}\n" for i in range(100))).encode()
    limits = Limits(rows=50)
    with pytest.raises(TooManyRows) as caught:
        read_table(content, "a.csv", limits=limits)
    assert (caught.value.rows, caught.value.limit) == (100, 50)
    one = read_table(content, "a.csv", limits=limits, sample_rows=20, seed=1)
    two = read_table(content, "a.csv", limits=limits, sample_rows=20, seed=1)
    other = read_table(content, "a.csv", limits=limits, sample_rows=20, seed=2)
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert one.fingerprint == two.fingerprint != other.fingerprint
    assert one.total_rows == 100
    assert "sample of 20 of 100 rows (seed 1)" in one.notes[-1]
    assert one.row_number(5) == one.frame["n"][5] + 2


def test_two_files_of_60000_rows_that_differ_in_one_cell_have_different_fingerprints() -> None:
    rows = [f"{i},text {i}" for i in range(60_000)]
    first = read_table(("id,text\n" + "\n".join(rows)).encode(), "a.csv")
    rows[31_234] = "31234,something else"
    second = read_table(("id,text\n" + "\n".join(rows)).encode(), "a.csv")
    assert first.fingerprint != second.fingerprint
