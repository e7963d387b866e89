"""Reasons in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from pipelines.tabular.columns import plan_columns
from pipelines.tabular.models.base import Contributions
from pipelines.tabular.plan import Column
from pipelines.tabular.reasons import Words, in_words, learn_typical, reasons_of

ROWS = 200
FEATURES = pd.DataFrame({
    "debt_to_income": np.arange(ROWS) // 2 * 1.0,
    "job": pd.Series(["sales"] * 40 + ["office"] * 160, dtype="str"),
    "savings": np.where(np.arange(ROWS) % 10 == 0, np.nan, np.arange(ROWS) * 2.5),
})
# 20 of the 40 in sales and 16 of the 160 others have the outcome.
Y = np.zeros(ROWS)
Y[:20] = 1
Y[184:] = 1
PLAN = plan_columns(FEATURES, {})
TYPICAL = learn_typical(PLAN, FEATURES, Y)


def told(values: list[float], toward: int = 1, **cells: object) -> list[str]:
    row = FEATURES.iloc[[100]].reset_index(drop=True).assign(**cells)
    parts = Contributions(0.0, np.array([values]), ("debt_to_income", "job", "savings"))
    return [each.sentence for each in reasons_of(parts, 0, row, PLAN, TYPICAL, toward=toward)]


def test_a_high_number_is_set_beside_those_who_paid() -> None:
    # Those who paid are rows 20 to 183: 75 is above 130 of these 164, 15 below 152.
    assert told([1.0, 0, 0], debt_to_income=75.0) == [
        "Debt to income 75 is higher than for 79 % of those who paid."
    ]


def test_a_low_number_is_set_beside_those_who_paid() -> None:
    # 15 is lower than for 93 % of those who paid, and than for 44 % (16 of 36) of those who did not.
    assert told([1.0, 0, 0], debt_to_income=15.0) == [
        "Debt to income 15 is lower than for 93 % of those who paid."
    ]


def test_a_category_is_told_with_its_rate() -> None:
    assert told([0, 0.4, 0], job=pd.Series(["sales"], dtype="str")) == [
        "Job is “sales”: 50 % of such applicants defaulted, against 18 % of all."
    ]


def test_a_category_never_seen_has_no_rate() -> None:
    assert told([0, 0.4, 0], job=pd.Series(["astronaut"], dtype="str")) == [
        "Job is “astronaut”, which stands for more risk here."
    ]


def test_a_missing_answer_is_told_as_such() -> None:
    assert told([0, 0, -0.4], toward=-1, savings=np.nan) == [
        "Savings is missing: 15 % of applicants without it defaulted, against 18 % of all."
    ]


def test_a_share_that_says_the_opposite_is_no_evidence() -> None:
    # Half of those in sales defaulted, and a tenth of those in the office.
    sales, office = (pd.Series([job], dtype="str") for job in ("sales", "office"))
    assert told([0, -0.4, 0], toward=-1, job=sales) == [
        "Job is “sales”, which together with the other answers stands for less risk."
    ]
    assert told([0, 0.4, 0], job=office) == [
        "Job is “office”, which together with the other answers stands for more risk."
    ]
    assert told([0, 0, 0.4], savings=np.nan) == [
        "Savings is missing, which together with the other answers stands for more risk."
    ]


def test_a_share_that_hardly_differs_from_that_of_all_is_no_evidence() -> None:
    even = replace(TYPICAL, rates={"job": {"office": 0.31}}, rate=0.30)
    parts = Contributions(0.0, np.array([[0.0, 0.4, 0.0]]), ("debt_to_income", "job", "savings"))
    row = FEATURES.iloc[[100]].reset_index(drop=True)
    (reason,) = reasons_of(parts, 0, row, PLAN, even)
    assert "31 %" not in reason.sentence and "together with the other answers" in reason.sentence
    (reason,) = reasons_of(parts, 0, row, PLAN, replace(even, rates={"job": {"office": 0.34}}))
    assert "34 % of such applicants defaulted, against 30 %" in reason.sentence


def test_a_number_rarer_among_those_who_defaulted_is_no_reason_to_decline() -> None:
    # 90 is above 160 of the 164 who paid, and above 20 of the 36 who did not: it speaks for risk.
    assert told([1.0, 0, 0], debt_to_income=90.0) == [
        "Debt to income 90 is higher than for 98 % of those who paid."
    ]
    assert told([-1.0, 0, 0], toward=-1, debt_to_income=90.0) == [
        "Debt to income 90, which together with the other answers stands for less risk."
    ]


def test_the_largest_comes_first_and_what_speaks_against_is_left_out() -> None:
    sentences = told([0.2, 0.5, -1.0])
    assert [each.split()[0] for each in sentences] == ["Job", "Debt"]
    assert [each.split()[0] for each in told([0.2, 0.5, -1.0], toward=-1)] == ["Savings"]


def test_the_words_can_be_those_of_another_subject() -> None:
    parts = Contributions(0.0, np.array([[1.0, 0.5, 0.0]]), ("debt_to_income", "job", "savings"))
    row = FEATURES.iloc[[190]].reset_index(drop=True).assign(job=pd.Series(["sales"], dtype="str"))
    words = Words("customers who stayed", "left")
    found = reasons_of(parts, 0, row, PLAN, TYPICAL, words=words)
    assert "customers who stayed" in found[0].sentence
    assert "of such applicants left" in found[1].sentence


@pytest.mark.parametrize(
    ("name", "words"),
    [("debt_to_income", "Debt to income"), ("DEBTINC", "DEBTINC"), ("_", "_"), ("收入", "收入")],
)
def test_names_are_read_as_words(name: str, words: str) -> None:
    assert in_words(name) == words


@pytest.mark.parametrize(("toward", "words"), [(1, "raises"), (-1, "lowers")])
def test_sentences_are_told_by_their_column_and_not_word_for_word(toward: int, words: str) -> None:
    reader = cast(Any, object())
    column = Column("purpose_note", "text", "", reader, parts=("a", "b"))
    plan = replace(PLAN, columns=(*PLAN.columns, column))
    row = FEATURES.iloc[[100]].reset_index(drop=True).assign(purpose_note="I am behind with my bills.")
    parts = Contributions(0.0, np.array([[0.5 * toward]]), ("purpose_note",))
    (reason,) = reasons_of(parts, 0, row, plan, TYPICAL, toward=toward)
    assert reason.sentence == f"What is written in “purpose_note” {words} the risk."
