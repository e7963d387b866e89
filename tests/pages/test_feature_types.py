"""The data step of loan risk says what each column is taken for, and takes another answer."""

from __future__ import annotations

import csv
import io

import pytest

from dashboard.components.feature_types import _changed
from pipelines.tabular.inspection import Inspected
from pipelines.tasks.loan_risk import TASK
from tests.pages import driver

CODES = "loan-risk-set-missing_codes"
TYPES = "loan-risk-set-types"


def loans() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["months", "grade", "guarantor", "purpose_text", "default"])
    for row in range(60):
        writer.writerow([
            -9 if row % 6 == 0 else row, 1 + row % 3, "none" if row % 20 else "yes",
            ["new car", "old house", "a boat"][row % 3], int(row % 4 == 0),
        ])
    return text.getvalue().encode()


def opened() -> driver.AppTest:
    address = {"loan-risk-source": "file"}
    at = driver.open_page(driver.visitor(), "applications/loan_risk", **address)
    at.file_uploader(key="loan-risk-upload").set_value(("loans.csv", loans(), "text/csv")).run()
    return driver.fine(at)


def test_the_types_that_were_found_are_summed_up() -> None:
    at = opened()
    summaries = [each.label for each in at.expander]
    assert "4 columns to learn from: 2 numbers, 1 flag, 1 category" in summaries


def test_codes_are_offered_and_the_answer_is_the_option() -> None:
    at = opened()
    toggle = next(each for each in at.toggle if "-9 in months" in each.label)
    assert not toggle.value
    toggle.set_value(True).run()
    assert driver.fine(at).session_state[CODES] == "auto"
    next(each for each in at.toggle if "-9 in months" in each.label).set_value(False).run()
    assert driver.fine(at).session_state[CODES] == "none"


def test_remarks_on_labels_are_not_made_on_features() -> None:
    """95 % of the guarantors are none, which matters only where it is to be predicted."""
    at = opened()
    said = driver.everything_in_markdown(at)
    assert not [each for each in said if "judge by more than accuracy" in each]
    at.selectbox(key="loan-risk-target").set_value("guarantor").run()
    said = driver.everything_in_markdown(driver.fine(at))
    assert [each for each in said if "judge by more than accuracy" in each]


def test_a_changed_type_is_kept_as_the_option_is_written_and_forgotten_when_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = (
        Inspected("grade", "number", "", (), 3, 0.0, ("1",)),
        Inspected("home", "flag", "", (), 2, 0.0, ("own",)),
    )

    state: dict[str, object] = {}
    monkeypatch.setattr("streamlit.session_state", state)

    def edit(row: int, kind: str) -> str:
        state["editor"] = {"edited_rows": {row: {"type": kind}}}
        _changed(TASK, "editor", found)
        return str(state[TYPES])

    assert edit(0, "category") == "grade=category"
    assert edit(1, "left out") == "grade=category; home=left out"
    assert edit(0, "number") == "home=left out"
