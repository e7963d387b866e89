"""Marks on a random sample of outputs, and what they say about the models."""

from __future__ import annotations

import math

import pytest

from pipelines.evaluation.labelled_sample import choose_sample
from pipelines.evaluation.marked import Mark, Wording, marked, next_question

TITLES = {"lead": "First sentences", "centroid": "Central sentences"}
ONE = {"centroid": [f"summary {row}" for row in range(200)]}
TWO = {**ONE, "lead": [f"start {row}" for row in range(200)]}


def all_marked(outputs: dict[str, list[str]], size: int) -> list[Mark]:
    """Every output of the sample, as it was asked about."""
    marks: list[Mark] = []
    while (question := next_question(outputs, marks, size)) is not None:
        marks.append(Mark(*question, True))
    return marks


def test_rows_are_asked_in_the_order_of_the_random_sample() -> None:
    marks = all_marked(ONE, 20)
    assert [mark.row for mark in marks] == [int(row) for row in choose_sample(200, 20, 0)]


def test_order_within_a_row_does_not_tell_the_model() -> None:
    marks = all_marked(TWO, 60)
    assert len(marks) == 120
    first = [mark.models[0] for mark in marks[::2]]
    assert [mark.row for mark in marks[::2]] == [mark.row for mark in marks[1::2]]
    assert 15 < first.count("lead") < 45


def test_equal_outputs_of_a_row_are_asked_about_once() -> None:
    same = {"lead": ["a", "b", "c"], "centroid": ["a", "x", "c"]}
    marks = all_marked(same, 3)
    assert len(marks) == 4
    assert sum(len(mark.models) == 2 for mark in marks) == 2


def test_a_model_added_later_is_asked_about_alone() -> None:
    marks = all_marked(ONE, 20)
    later = next_question(TWO, marks, 20)
    assert later == (marks[0].row, ("lead",))


def test_share_has_the_interval_of_wilson_with_the_finite_population() -> None:
    marks = [Mark(row, ("centroid",), row < 41) for row in range(50)]
    found = marked(marks, 500, TITLES)
    assert found is not None
    (score,) = found.scores["centroid"]
    # Wilson's interval by hand, with n (N - 1) / (N - n) labels.
    n, p, z = 50 * 499 / 450, 0.82, 1.959963985
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert score.low == pytest.approx(middle - half, abs=1e-6)
    assert score.high == pytest.approx(middle + half, abs=1e-6)
    assert (score.name, score.value, score.n) == ("acceptable", 0.82, 50)
    assert found.verdict.startswith("“Central sentences” is acceptable on 41 of 50 rows marked")
    assert found.comparisons == ()


def test_two_models_are_compared_on_the_rows_where_both_were_marked() -> None:
    marks = [Mark(row, ("centroid",), True) for row in range(30)]
    marks += [Mark(row, ("lead",), row >= 10) for row in range(28)]
    found = marked(marks, 300, TITLES)
    assert found is not None
    (pair,) = found.comparisons
    # Ten rows where only one is good: the exact test is 2 / 2 ** 10.
    assert pair.p == pytest.approx(2 / 2**10)
    assert pair.delta == pytest.approx(10 / 28)
    assert "35.7 points ahead of “First sentences”" in found.verdict
    assert "not chance" in found.verdict


def test_few_marks_prove_nothing_and_none_give_nothing() -> None:
    found = marked([Mark(3, ("centroid",), True)], 300, TITLES)
    assert found is not None and "too little to rely on: mark 50" in found.verdict
    assert marked([], 300, TITLES) is None
    every = marked([Mark(row, ("centroid",), True) for row in range(3)], 3, TITLES)
    assert every is not None and "too little" not in every.verdict


def test_marks_may_have_another_name() -> None:
    words = Wording("right", "Right", "Wrong")
    found = marked([Mark(row, ("reader",), True) for row in range(30)], 90, {}, words)
    assert found is not None
    assert found.scores["reader"][0].name == "right"
    assert found.verdict.startswith("reader is right on 30 of 30 rows")
