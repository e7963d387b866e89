"""The simulated applicants are as documented, and their outcome follows the known probability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.samples import loan_simulation
from pipelines.tabular.leaks import find_leaks
from pipelines.tabular.target import check_enough, read_target

HERE = loan_simulation.HERE


@pytest.fixture(scope="module")
def many() -> tuple[pd.DataFrame, pd.DataFrame]:
    return loan_simulation.simulate(seed=1, count=20_000)


def test_the_files_are_what_the_program_writes() -> None:
    table, truth = loan_simulation.simulate()
    stored = pd.read_csv(HERE / "applications.csv")
    assert stored["defaulted"].tolist() == table["defaulted"].tolist()
    assert stored["purpose_note"].tolist() == table["purpose_note"].tolist()
    np.testing.assert_allclose(stored["monthly_income"], table["monthly_income"])
    known = pd.read_csv(HERE / "true_probability.csv")
    np.testing.assert_allclose(known["probability"], truth["probability"], atol=1e-6)
    assert known["application"].tolist() == stored["application"].tolist()


def test_defaults_come_as_often_as_the_true_probability_says(
    many: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    table, truth = many
    probability = truth["probability"].to_numpy()
    defaulted = (table["defaulted"] == "yes").to_numpy(dtype=float)
    tenth = np.argsort(np.argsort(probability)) * 10 // len(probability)
    for number in range(10):
        here = tenth == number
        expected = probability[here].mean()
        error = np.sqrt((probability[here] * (1 - probability[here])).sum()) / here.sum()
        assert abs(defaulted[here].mean() - expected) < 4 * error


def test_the_probability_is_no_column_of_the_sample() -> None:
    table, truth = loan_simulation.simulate()
    assert "probability" not in table
    for name in table.select_dtypes("number"):
        assert abs(table[name].corr(truth["probability"], method="spearman")) < 0.9


def test_the_young_default_more_often_and_sex_does_not_matter_much(
    many: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    table, truth = many
    by_age = truth["probability"].groupby(table["age_band"]).mean()
    by_sex = truth["probability"].groupby(table["sex"]).mean()
    assert by_age["18 to 25"] > 1.5 * by_age["36 to 50"]
    assert abs(by_sex["female"] - by_sex["male"]) < 0.02


def test_risk_and_card_use_drift_upwards(many: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    table, truth = many
    half = len(table) // 2
    assert table["applied"].is_monotonic_increasing
    assert truth["probability"][half:].mean() > truth["probability"][:half].mean() + 0.02
    assert table["card_utilisation"][half:].mean() > table["card_utilisation"][:half].mean() + 0.03


def test_the_sample_is_a_good_target_without_leaks_but_its_id() -> None:
    table = pd.read_csv(HERE / "applications.csv")
    target = read_target(table["defaulted"])
    check_enough(target)
    assert target.positive == "yes"
    leaks = find_leaks(table.drop(columns=["defaulted"]), target.values)
    assert [(each.column, each.kind) for each in leaks] == [("application", "id")]
