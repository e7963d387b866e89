"""Columns that look protected: offered with one click, brought by the sample, kept in the link."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import driver, hostile

PAGE, KEY = "applications/loan_risk", "loan-risk-set-protected"
SAMPLE = {"loan-risk-source": "loan-applications"}


def loan_risk(**address: str) -> AppTest:
    return driver.open_page(driver.visitor(), PAGE, **address)


def protected(at: AppTest) -> list[str]:
    return list(at.multiselect(key=KEY).value)


def offers(at: AppTest) -> list[str]:
    return [driver.readable(each.value) for each in at.markdown if "look protected" in each.value
            or "looks protected" in each.value]


def bring(at: AppTest, table: str) -> AppTest:
    at.get_by_key("loan-risk-source").set_value("file")
    driver.fine(at.run())
    at.file_uploader(key="loan-risk-upload").set_value(("mine.csv", table.encode(), "")).run()
    return driver.fine(at)


def applicants(head: str) -> str:
    rows = (f"{20 + row % 50},{row * 10},{'mf'[row % 2]},{'good' if row % 3 else 'bad'}"
            for row in range(60))
    return "\n".join([f"{head},income,who,outcome", *rows])


def test_the_sample_begins_with_its_protected_columns_and_a_plain_link() -> None:
    at = loan_risk(**SAMPLE)
    assert protected(at) == ["sex", "age_band"]
    assert not offers(at)
    assert KEY not in at.query_params


def test_taking_them_back_stays_so_in_the_link() -> None:
    at = loan_risk(**SAMPLE)
    at.multiselect(key=KEY).set_value([])
    driver.fine(at.run())
    assert at.query_params[KEY] == "" and len(offers(at)) == 1
    again = loan_risk(**{**SAMPLE, KEY: ""})
    assert protected(again) == []


def test_what_looks_protected_is_offered_with_one_click() -> None:
    at = bring(loan_risk(), applicants("age"))
    assert protected(at) == []
    (said,) = offers(at)
    assert "“age” (age), “who” (sex) look protected by law in many places" in said
    at.button(key=f"{KEY}-take").click()
    driver.fine(at.run())
    assert protected(at) == ["age", "who"] and not offers(at)
    driver.fine(at.run())
    assert protected(at) == ["age", "who"]


def test_columns_of_the_sample_are_not_protected_in_another_file() -> None:
    at = loan_risk(**SAMPLE)
    assert protected(at) == ["sex", "age_band"]
    bring(at, applicants("sex"))
    assert protected(at) == [] and "“sex” (sex)" in offers(at)[0]


@pytest.mark.parametrize("trick", hostile.TRICKS[:4])
def test_a_name_that_plays_tricks_is_shown_and_not_obeyed(trick: str) -> None:
    name = f"sex {trick}".replace('"', "'").replace("\n", " ")
    at = bring(loan_risk(), applicants(f'"{name}"'))
    (raw,) = (each.value for each in at.markdown if "protected by law" in each.value)
    assert trick not in raw and "sex" in raw and offers(at)
