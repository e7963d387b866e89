"""A target is read as yes/no or as an amount, or refused in one sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError, LitmusError, OptionError
from pipelines.tabular.target import check_enough, outcomes_of, read_money, read_target


def cells(*values: object, name: str = "outcome") -> pd.Series:
    series = pd.Series(list(values), name=name)
    return series if series.dtype != object else series.astype("str")


@pytest.mark.parametrize(
    ("first", "second", "positive"),
    [
        (0, 1, "1"), (-1, 1, "1"), ("yes", "no", "yes"), ("N", "Y", "Y"), (True, False, "True"),
        ("good", "bad", "bad"), ("Fully Paid", "Charged Off", "Charged Off"),
        ("ja", "nein", "ja"), ("sim", "não", "sim"), ("default", "paid", "default"),
        ("pagado", "impago", "impago"), ("fraud", "genuine", "fraud"), ("'-1'", "'1'", "1"),
        ("是", "否", "是"), ("repaid", "x17", "x17"), ("benign", "malignant", "malignant"),
    ],
)  # fmt: skip
def test_the_outcome_that_is_predicted_is_told_from_words(
    first: object, second: object, positive: str
) -> None:
    # The other way round in half of the rows, so that rarity decides nothing.
    target = read_target(cells(first, second, second, first))
    assert (target.kind, target.positive) == ("default", positive)
    expected = 1.0 if str(first).strip("'") == positive else 0.0
    assert target.values.tolist() == [expected, 1 - expected, 1 - expected, expected]


def test_values_without_a_meaning_give_the_rarer_one_and_say_so() -> None:
    target = read_target(cells(1, 1, 2, 1))
    assert target.positive == "2"
    assert any("the rarer one" in note for note in target.notes)


def test_the_user_chooses_the_outcome() -> None:
    assert read_target(cells("a", "b", "a"), positive="A").values.tolist() == [1, 0, 1]
    with pytest.raises(OptionError, match="no value “c”; choose one of “a”, “b”"):
        read_target(cells("a", "b", "a"), positive="c")


def test_a_chosen_outcome_of_three_has_the_others_together() -> None:
    target = read_target(cells("late", "paid", "open"), positive="late")
    assert target.values.tolist() == [1, 0, 0]
    assert any("count together as the other outcome" in note for note in target.notes)


def test_unknown_outcomes_are_missing_and_counted() -> None:
    target = read_target(cells("yes", None, "no", "?"))
    np.testing.assert_array_equal(target.values, [1, np.nan, 0, np.nan])
    assert target.notes[0].startswith("2 rows have no known “outcome”")


def test_amounts_are_read_from_numbers_and_text() -> None:
    assert read_target(cells(1.5, 2.5, 3.5, 9.0)).kind == "amount"
    target = read_target(cells("€ 1,200", "€ 900", "€ 15.50", "€ 3"))
    assert (target.kind, target.values.tolist()) == ("amount", [1200, 900, 15.5, 3])


def test_an_infinite_amount_is_unknown_and_noted() -> None:
    target = read_target(cells(1.0, 2.0, 3.0, 4.0, np.inf))
    assert np.isnan(target.values[-1])
    assert any("infinite in 1 row, which counts as unknown" in note for note in target.notes)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (cells("no", "no", "no"), "is “no” in every row"),
        (cells(None, None), "are missing"),
        (cells("a", "b", "c"), "has 3 values .* neither yes or no nor an amount"),
        (cells(0, 1, 2, 0, 1), "has 3 values .* neither yes or no nor an amount"),
        (cells("a", "b", "c", "d", "e", "f", "g"), "has 7 values .* and 2 more"),
    ],
)
def test_what_is_no_target_is_refused_in_one_sentence(target: pd.Series, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        read_target(target)
    assert str(caught.value).count(". ") == 0


def test_three_numbers_are_an_amount_where_the_user_says_so() -> None:
    assert read_target(cells(0, 1, 2), kind="amount").values.tolist() == [0, 1, 2]


def test_twelve_rows_are_too_few() -> None:
    with pytest.raises(DataError, match="only 12 rows with a known outcome"):
        check_enough(read_target(cells(*[0, 1] * 6)))


def test_an_outcome_that_comes_three_times_is_too_rare() -> None:
    with pytest.raises(DataError, match="“1” comes only 3 times"):
        check_enough(read_target(cells(*[1] * 3, *[0] * 97)))
    check_enough(read_target(cells(*[1] * 10, *[0] * 90)))


@pytest.mark.parametrize(
    ("money", "sentence"),
    [
        (cells(100.0, -5.0, 20.0), "exposure “outcome” is negative in 1 row .such as -5"),
        (cells(100.0, np.inf), "infinite or beyond 1e100 in 1 row"),
        (cells("much", "little"), "holds no numbers .such as “much”"),
        (cells(None, None), "all cells are empty"),
    ],
)
def test_exposure_that_makes_no_sense_is_refused(money: pd.Series, sentence: str) -> None:
    with pytest.raises(LitmusError, match=sentence):
        read_money(money, "exposure")


def test_exposure_may_be_missing_and_written_with_a_currency() -> None:
    read = read_money(cells("$1,000", "$20", None), "exposure")
    np.testing.assert_array_equal(read, [1000, 20, np.nan])


def test_outcomes_to_choose_from_come_with_the_one_that_is_told() -> None:
    found = outcomes_of(cells("bezahlt", "geplatzt", "bezahlt"))
    assert found is not None
    assert (dict(found.counts), found.told, found.by_words) == (
        {"bezahlt": 2, "geplatzt": 1}, "geplatzt", True,
    )
    rare = outcomes_of(cells(1, 1, 2))
    assert rare is not None
    assert (rare.told, rare.by_words) == ("2", False)
    several = outcomes_of(cells("late", "paid", "open"))
    assert several is not None
    assert several.told == ""
    assert outcomes_of(cells(1.5, 2.5, 3.5, 9.0)) is None
    assert outcomes_of(cells(0, 1, 1), kind="amount") is None
    assert outcomes_of(cells(1, 1, 1)) is None
