from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.answers import gold_answers


@pytest.mark.parametrize(
    "cell",
    [None, float("nan"), pd.NA, pd.NaT, np.nan, "", "  \n", '{"text": null}', {"text": np.nan}],
)
def test_a_missing_cell_is_not_labelled(cell: object) -> None:
    assert gold_answers(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["[]", " [ ] ", [], (), np.array([]), '[""]', "[null]", [" "], {"text": []}, '{"text": []}',
     "No answer", "UNANSWERABLE.", " not answerable ", "Not in the documents.",
     "not in these documents", "None of the documents say.", "impossible", "[no answer]",
     '["No answer"]', ["Unanswerable. "], {"text": "no answer"}, "[NaN]", [None, np.nan, pd.NA]],
)  # fmt: skip
def test_an_empty_list_or_its_words_mean_that_there_is_no_answer(cell: object) -> None:
    assert gold_answers(cell) == ()


@pytest.mark.parametrize(
    ("cell", "answers"),
    [
        ("30 days", ("30 days",)),
        (" 30 days. ", ("30 days.",)),
        ("30 || thirty||days || 30", ("30", "thirty||days")),
        ('["a", " b ", "a", "", null]', ("a", "b")),
        ("['in 2019', \"the year's end\"]", ("in 2019", "the year's end")),
        (["x", 7, 2.0], ("x", "7", "2")),
        (np.array(["x", "y"], dtype=object), ("x", "y")),
        ({"text": np.array(["x"]), "answer_start": np.array([3])}, ("x",)),
        ('{"text": ["x", "y"], "answer_start": [0, 1]}', ("x", "y")),
        ([{"text": "x", "answer_start": 1}, {"text": "y"}], ("x", "y")),
        (1998, ("1998",)),
        (1998.0, ("1998",)),
        (True, ("True",)),
        ("[sic] as written", ("[sic] as written",)),
        ("[Smith, 2020]", ("[Smith, 2020]",)),
        ("['a\\d']", ("['a\\d']",)),
        ("{a}", ("{a}",)),
        ("[" * 10_000, ("[" * 10_000,)),
        ("No answer was given by the board", ("No answer was given by the board",)),
        ('["No answer", "30 days", NaN]', ("30 days",)),
        (["a", float("nan"), pd.NA], ("a",)),
        ('{"text": ["impossible"], "answer_start": [4]}', ("impossible",)),
    ],
)
def test_answers_are_read_however_they_are_written(cell: object, answers: tuple[str, ...]) -> None:
    assert gold_answers(cell) == answers
