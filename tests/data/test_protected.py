"""Columns that look protected by law: told by their names in several languages, or by their cells."""

from __future__ import annotations

import pandas as pd
import pytest

from data.protected import attribute_of, sensitive_columns


@pytest.mark.parametrize(("name", "attribute"), [
    ("sex", "sex"), ("Gender", "sex"), ("CODE_GENDER", "sex"), ("Geschlecht", "sex"),
    ("personal_status_and_sex", "sex"), ("性别", "sex"), ("客户性别", "sex"), ("пол", "sex"),
    ("age", "age"), ("age_band", "age"), ("Age in years", "age"), ("ApplicantAge", "age"),
    ("person_age", "age"), ("Alter", "age"), ("DateOfBirth", "age"), ("fecha de nacimiento", "age"),
    ("MARRIAGE", "marital status"), ("Married", "marital status"), ("Familienstand", "marital status"),
    ("estado civil", "marital status"), ("race", "ethnic origin"), ("Ethnicity", "ethnic origin"),
    ("foreign_worker", "nationality"), ("Staatsangehörigkeit", "nationality"),
    ("country_of_birth", "nationality"), ("religion", "religion"), ("is_disabled", "disability"),
    ("Nationalite\u0301", "nationality"), ("Gastarbeiter", "nationality"),
])
def test_names_say_what_they_hold(name: str, attribute: str) -> None:
    assert attribute_of(name) == attribute


@pytest.mark.parametrize("name", [
    "account_age", "age_of_oldest_trade", "loan_age", "car age", "mileage", "percentage", "usage",
    "average", "voltage", "CLAGE", "income", "essex_branch", "foreign_currency", "interface",
    "racecourse", "status", "education", "country", "genre", "",
])
def test_names_that_only_sound_alike_say_nothing(name: str) -> None:
    assert attribute_of(name) == ""


def test_cells_of_the_two_sexes_tell_whatever_the_column_is_called() -> None:
    frame = pd.DataFrame({
        "q7": ["M", "F", "M", None], "code": ["M", "X", "L", "M"], "one": ["F"] * 4,
        "sex": ["male"] * 4, "size": ["S", "M", "F", "M"], "number": [0, 1, 1, 0],
    })
    assert [(each.column, each.attribute) for each in sensitive_columns(frame)] == [("q7", "sex")]


def test_columns_that_play_another_part_are_left_out() -> None:
    frame = pd.DataFrame({"age": [20, 30], "gender": ["f", "m"], "target": [0, 1]})
    assert [each.column for each in sensitive_columns(frame, ["age"])] == ["gender"]
