"""The data step of loan risk guesses no target by its place, and asks what counts as the outcome."""

from __future__ import annotations

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from tests.pages import driver

TARGET = "loan-risk-target"
CHOICE = "loan-risk-set-positive-choice"
POSITIVE = "loan-risk-set-positive"


def opened(table: pd.DataFrame) -> AppTest:
    at = driver.open_page(
        driver.visitor(), "applications/loan_risk", **{"loan-risk-source": "file"}
    )
    content = table.to_csv(index=False).encode()
    at.file_uploader(key="loan-risk-upload").set_value(("own.csv", content, "text/csv")).run()
    return driver.fine(at)


def credits(rows: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({
        "Mandant": ["Filiale"] * rows, "Telefon": rng.choice(["ja", "nein"], rows),
        "Betrag": rng.integers(500, 9000, rows), "Dauer": rng.integers(6, 60, rows),
        "Stand Geschlecht": rng.choice(["m", "w"], rows),
        "Folge": np.where(rng.random(rows) < 0.3, "geplatzt", "bezahlt"),
    })


def test_without_a_telling_name_the_target_is_asked_for_and_nothing_runs() -> None:
    at = opened(credits())
    assert not at.selectbox(key=TARGET).value
    assert [each.value for each in at.info if "Choose the target above" in each.value]
    assert at.button(key="loan-risk-run").disabled
    assert not at.error
    at.selectbox(key=TARGET).set_value("Folge").run()
    assert not driver.fine(at).button(key="loan-risk-run").disabled
    assert not [each for each in at.info if "Choose the target" in each.value]


def test_the_outcome_is_prefilled_by_its_words_and_can_be_turned_round() -> None:
    at = opened(credits().rename(columns={"Folge": "Ausgang"}))
    assert at.selectbox(key=TARGET).value == "Ausgang"
    choice = at.selectbox(key=CHOICE)
    assert (choice.label, choice.value) == ("What counts as a default", "geplatzt")
    assert at.session_state[POSITIVE] == ""
    choice.set_value("bezahlt").run()
    assert driver.fine(at).session_state[POSITIVE] == "bezahlt"
    # Another column has other values, and the one that was chosen is none of them.
    at.selectbox(key=TARGET).set_value("Telefon").run()
    assert driver.fine(at).selectbox(key=CHOICE).value == "ja"
    assert at.session_state[POSITIVE] == ""
    at.selectbox(key="loan-risk-set-template").set_value("fraud").run()
    assert driver.fine(at).selectbox(key=CHOICE).label == "What counts as fraud"


def test_columns_that_models_do_not_see_are_not_counted() -> None:
    at = opened(credits().rename(columns={"Folge": "Ausgang"}))

    def said() -> str:
        return next(each.label for each in at.expander if "to learn from" in each.label)

    assert said() == "4 columns to learn from: 2 numbers, 2 flags; 1 left out"
    at.multiselect(key="loan-risk-set-protected").set_value(["Stand Geschlecht"]).run()
    assert said() == "3 columns to learn from: 2 numbers, 1 flag; 1 left out"
    at.multiselect(key="loan-risk-set-exclude").set_value(["Dauer"]).run()
    assert said() == "2 columns to learn from: 1 number, 1 flag; 1 left out"


def test_the_sentence_of_a_failed_run_goes_with_the_choice_that_caused_it() -> None:
    at = opened(credits())
    at.selectbox(key=TARGET).set_value("Mandant").run()
    at.button(key="loan-risk-run").click().run()
    job = driver.space(at, "loan-risk").job
    if job is not None:
        driver.wait_for(job)
        at.run()
    assert [each for each in at.error if "in every row" in each.value]
    at.selectbox(key=TARGET).set_value("Folge").run()
    assert not [each for each in at.error if "in every row" in each.value]
