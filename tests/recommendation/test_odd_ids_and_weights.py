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
