"""Options are read and checked once."""

from __future__ import annotations

import pytest

from data.errors import OptionError
from pipelines.options import Options, in_words
from pipelines.registry import find_task
from pipelines.task import Option

TASK = find_task("sentiment")


def test_what_is_not_given_keeps_its_default() -> None:
    options = Options(TASK, {"test": "0.2"})
    assert options["test"] == "0.2"
    assert options.number("test") == 0.2
    assert options["folds"] == "5"
    assert dict(options).keys() == {option.name for option in TASK.options}


@pytest.mark.parametrize(
    ("name", "text"),
    [("test", "0"), ("test", "0.95"), ("test", "nan"), ("test", "half"), ("test", ""),
     ("folds", "1"), ("folds", "2.5"), ("folds", "inf"), ("split", "RANDOM"), ("classes", "four")],
)
def test_what_is_out_of_range_is_refused_with_the_range(name: str, text: str) -> None:
    with pytest.raises(OptionError, match=name):
        Options(TASK, {name: text})


def test_an_unknown_option_is_refused_with_the_known_ones() -> None:
    with pytest.raises(OptionError, match="split, test, folds"):
        Options(TASK, {"depth": "3"})


def test_ends_of_a_range_are_inside() -> None:
    option = Option(name="k", default="3", summary="how many", low=1, high=10, whole=True)
    assert [option.parse(text) for text in ("1", "10")] == ["1", "10"]
    with pytest.raises(OptionError, match="a whole number from 1 to 10"):
        option.parse("11")


def test_a_page_names_options_by_their_titles() -> None:
    task = find_task("recommendation")
    assert in_words(task, "look at it; the option bots=drop leaves it out.") == (
        "look at it; the option “Suspected bots: leave out” leaves it out."
    )
    assert in_words(task, "split=global has no such leak.") == (
        "“Held back to judge: all after one moment” has no such leak."
    )
    assert in_words(task, "core=5 left out 3 users") == "“Fewest interactions: 5” left out 3 users"
    assert in_words(task, "the option core asks") == "the setting “Fewest interactions” asks"


def test_words_that_are_no_options_stay() -> None:
    task = find_task("recommendation")
    said = "The split leaves a test of recent bots; x=1 and re-split=global stay."
    assert in_words(task, said) == said


@pytest.mark.parametrize("task", ["recommendation", "loan-risk", "sentiment"])
def test_every_choice_has_words_or_none_has(task: str) -> None:
    for option in find_task(task).options:
        assert len(option.choice_labels) in (0, len(option.choices)), option.name
        assert option.title[0].isupper()
