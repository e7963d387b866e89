from __future__ import annotations

import pandas as pd

from data.problems import day_and_month
from data.profile import profile
from data.readers import read_table

ROWS = "The nice <b>thing</b> works {0},neutral,$3,same,01/02/2026\n"
CONTENT = (
    "text,label,price,fixed,when\n"
    + "".join(ROWS.format(i) for i in range(40))
    + "A bad thing that broke,Netural,4,same,03/04/2026\n"
    + "A good thing to have,Neutral ,five,same,\n"
    + "A good thing to have,Neutral ,five,same,\n"
)


def test_kinds_language_and_counts_are_told() -> None:
    result = profile(read_table(CONTENT.encode(), "a.csv"))
    kinds = {column.name: column.kind for column in result.columns}
    assert kinds["text"] == "text"
    assert kinds["label"] == "category"
    assert kinds["when"] == "time"
    assert result.rows == 43
    assert result.duplicate_rows == 1
    text = result.columns[0]
    assert text.language is not None and text.language.code == "en"


def test_problems_name_column_and_rows() -> None:
    problems = profile(read_table(CONTENT.encode(), "a.csv")).problems
    said = " | ".join(problem.sentence for problem in problems)
    for part in (
        "'Netural' looks like 'neutral'",
        "'Neutral ' looks like 'neutral'",
        "2 cells are missing in 'when'",
        "markup in 'text'",
        "Every cell of 'fixed'",
        "day/month or month/day",
        "mixes numbers with text such as 'five'",
        "1 row is a copy",
    ):
        assert part in said
    misspelt = next(problem for problem in problems if "Netural" in problem.sentence)
    assert (misspelt.column, misspelt.rows, misspelt.severity) == ("label", (42,), "warning")


def test_imbalance_is_a_warning() -> None:
    content = "text,label\n" + "a fine text,1\n" * 96 + "a bad text,0\n" * 4
    problems = profile(read_table(content.encode(), "a.csv")).problems
    assert any("would look accurate" in problem.sentence for problem in problems)


def test_infinite_numbers_are_called_so_and_not_text() -> None:
    content = "income,label\n" + "".join(f"{at}.5,{at % 2}\n" for at in range(60)) + "inf,1\n-inf,0\n"
    said = [each.sentence for each in profile(read_table(content.encode(), "a.csv")).problems]
    assert any("'income' has 2 numbers that are infinite" in each for each in said)
    assert not any("mixes numbers" in each for each in said)


def dates(*cells: str) -> list[tuple[str, str]]:
    found = day_and_month(pd.Series(cells, dtype="str"), " in 'sold_at'")
    return [] if found is None else [(found[1], found[0])]


def test_how_dates_were_read_is_said_where_they_could_be_read_otherwise() -> None:
    [(severity, told)] = dates("04/05/2007 11:35", "24/04/2013 19:26")
    assert severity == "note"
    assert "'04/05/2007 11:35'" in told and "the day first" in told and "24/04/2013" in told
    [(severity, told)] = dates("04/05/2007", "04/24/2013")
    assert severity == "note" and "the month first" in told
    [(severity, told)] = dates("04/05/2007", "05/06/2013")
    assert severity == "warning" and "read as month/day" in told
    [(severity, told)] = dates("24/04/2007", "04/24/2013", "04/05/2007")
    assert severity == "warning" and "in others" in told
    assert dates("2007-05-04", "2013-04-24") == []


def test_ids_have_no_language_but_words_in_any_script_do() -> None:
    rows = "\n".join(f"A{n % 40 + 4000},Very good tea {n},ชาเขียวหอมมากอร่อยจริง{n}" for n in range(60))
    known = profile(read_table(f"sku,title,thai\n{rows}".encode(), "t.csv"))
    languages = {
        column.name: column.language.code if column.language else None for column in known.columns
    }
    assert languages == {"sku": None, "title": "en", "thai": "th"}
