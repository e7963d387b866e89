"""Ids and weights of files that no shop would write, and somebody does."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError, OptionError
from pipelines.recommendation.gathering import gather
from pipelines.recommendation.ids import coded
from pipelines.recommendation.records import records_batch


@pytest.mark.parametrize("names", [["².0", "³.0", "².0"], ["٣.0", "١.0"], ["①.0", "²"]])
def test_digits_that_are_no_numbers_are_ids_as_they_stand(names: list[str]) -> None:
    found = coded(pd.Series(names), "user")
    assert [found.names[code] for code in found.codes] == names


def rows(ratings: list[object]) -> pd.DataFrame:
    count = len(ratings)
    return pd.DataFrame({
        "user": [f"u{number % 3}" for number in range(count)],
        "item": [f"i{number}" for number in range(count)], "rating": ratings,
    })


@pytest.mark.parametrize("extreme", [1e308, 2e9, np.inf, "inf", "1e400", 1e-320, 1e-12])
def test_weights_that_float32_cannot_hold_are_refused_in_a_sentence(extreme: object) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match="1 row holds a rating or weight that cannot be") as said:
            gather(rows([1, 2, 3, 4, 5, extreme]))
    assert ". " not in str(said.value)


def test_the_largest_and_smallest_weights_stay_apart_and_above_zero() -> None:
    found = gather(rows([1e9, 1e-9, 0, 1, 1, 1])).interactions.weight
    assert np.isfinite(found).all() and (found > 0).all() and len(found) == 5


def test_a_core_of_a_superscript_is_refused() -> None:
    with pytest.raises(OptionError, match="core is “²”"):
        gather(rows([1, 1, 1, 1]), {"core": "²"})


def test_ids_of_records_are_those_of_files() -> None:
    asked = [{"user": " u1 "}, {"history": ["a ", 7, 7.0]}, {"item": 12.0}]
    found = records_batch(asked)
    assert found["user"][0] == "u1" and found["history"][1] == ["a", "7", "7"]
    assert found["item"][2] == "12"


@pytest.mark.parametrize("record", [
    {"user": ""}, {"user": "  "}, {"history": ["a", ""]}, {"user": 1.5}, {"item": float("nan")},
    {"user": 2.0**60}, {"user": True},
])
def test_records_without_an_id_are_refused(record: dict[str, object]) -> None:
    with pytest.raises(DataError, match="Record 2 has"):
        records_batch([{"user": "a"}, record])


def taken(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"user": list("aabb"), "item": list("xyxz"), **columns})


@pytest.mark.parametrize("title", ["\u200b", " \u2060\ufeff ", "\u202e", "\u3164", "\u2800", "\x07"])
def test_titles_of_which_nothing_is_seen_are_missing(title: str) -> None:
    found = gather(taken(title=[title, "Two", title, "Three"]))
    assert list(found.catalogue.titles) == ["x", "Two", "Three"]
    assert any("1 of 3 items has no title" in note for note in found.notes)


def test_titles_with_a_mark_between_letters_stay_as_they_are() -> None:
    title = "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert gather(taken(title=[title] * 4)).catalogue.titles[0] == title


def test_a_least_rating_without_ratings_does_nothing_and_says_so() -> None:
    found = gather(taken(), {"liked": "99"})
    assert len(found.interactions) == 4
    assert "There is no column of ratings or weights, so liked=99 does nothing." in found.notes
    assert not any("liked" in note for note in gather(taken()).notes)


def test_counters_say_what_came_first_and_those_beyond_64_bits_are_refused() -> None:
    found = gather(taken(time=[3, 1, -2, 10]))
    assert found.interactions.time is not None
    assert found.interactions.time.tolist() == [3, 1, -2, 10]
    assert any("only say what came first" in note for note in found.notes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match="No time can be read"):
            gather(taken(time=[f"{10**19 + number}" for number in range(4)]))


def test_the_order_of_day_and_month_is_said_wherever_rows_are_brought_together() -> None:
    mixed = gather(taken(time=["25/03/2025", "03/26/2025", "04/05/2025", "2025-03-01"]))
    assert any("have the day first in some rows ('25/03/2025')" in note for note in mixed.notes)
    told = gather(taken(time=["25/03/2025", "26/03/2025", "04/05/2025", "27/03/2025"]))
    assert any("are read with the day first (day/month)" in note for note in told.notes)
    plain = gather(taken(time=["2025-03-25", "2025-03-26", "2025-05-04", "2025-03-27"]))
    assert not any("Dates" in note for note in plain.notes)


def test_a_file_for_testing_that_teaches_already_is_said_to_be_that() -> None:
    rows = pd.concat([taken(), taken().head(2)], ignore_index=True)
    with pytest.raises(DataError, match="All 2 pairs of a user and an item in the file for testing"):
        gather(rows, teaches=np.arange(6) < 4)
    rows.loc[5, "item"] = "z"
    assert gather(rows, teaches=np.arange(6) < 4).teaches is not None
