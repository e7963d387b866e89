from __future__ import annotations

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
